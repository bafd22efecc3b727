"""A hundred thousand inputs that nobody should send, at every door: no fault, and the books stay whole (P11)."""

from __future__ import annotations

import re
import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import BuildError, Rule

from printers.families import escpos, tspl, zpl
from station import create_app
from station.exchange import documents as erp
from station.ground.vault import Vault
from station.ground.web.kit import csrf_token
from station.practice.demo import goods, world
from station.wiring import checks
from tests.floor import CHEN, LI, QIAN, SUN, WANG, ZHAO, ZHOU, Floor
from tests.soak.fuzzing import Fuzz
from tests.station.erp.rest.conftest import connect, route_of

OWNER = "1008"
SHARES = {"scan": 40, "login": 5, "api": 20, "desk": 25, "answers": 9, "files": 1}
"""How many of a hundred inputs go to which door."""
FAULT = 500
ROOT = Path(__file__).parents[2]
PAGES = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "station").rglob("pages*.py")]
NAMES = sorted(
    {name for path in PAGES for name in re.findall(r'name="(\w+)"', path.read_text(encoding="utf-8"))}
)
"""What the forms of the desk ask for."""


@dataclass
class Attack:
    """One person with every role, one program with a token, and what went wrong."""

    floor: Floor
    app: Flask
    token: str
    fuzz: Fuzz
    documents: list[Any]
    faults: list[str] = field(default_factory=list)
    answers: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.rules = [rule for rule in self.app.url_map.iter_rules() if not self._is_apart(rule)]
        self.hands = [(number, self._client(number)) for number in (LI, WANG, CHEN, ZHOU, SUN, ZHAO, QIAN)]
        self.owner = self._client(OWNER)

    @staticmethod
    def _is_apart(rule: Rule) -> bool:
        """What has its own turn, and what may honestly say that the station is not well."""
        return rule.rule.startswith(("/api/", "/scan/", "/health", "/login", "/logout"))

    def _client(self, number: str) -> tuple[FlaskClient, str]:
        client, token = self.app.test_client(), self.floor.sign_in(number, device=f"F{number}")
        client.set_cookie("sid", token)
        return client, csrf_token(token)

    def _judge(self, what: str, status: int) -> None:
        self.answers[status] += 1
        if status >= FAULT:
            self.faults.append(f"{what}: {status}")

    def scan(self) -> None:
        """A step with something that does not belong there, at the screen as it is or at one that is gone."""
        fuzz = self.fuzz
        number, (client, csrf) = fuzz.lot.choice(self.hands)
        flow = fuzz.lot.choice([*self.floor.hub.workflows, fuzz.segment()])
        fields: dict[str, Any] = {
            "scan_id": secrets.token_hex(16),
            "raw": fuzz.text(),
            "step_token": fuzz.text(),
        }
        if flow in self.floor.hub.workflows and fuzz.lot.random() < 0.8:
            screen = client.get(f"/scan/{flow}", headers={"Accept": "application/json"})
            self._judge(f"GET /scan/{flow}", screen.status_code)
            if screen.json and screen.status_code == 200:
                fields["step_token"] = screen.json["step_token"]
                hint = screen.json["screen"]["facts"].get("hint", "")
                if fuzz.lot.random() < 0.4:
                    fields["raw"] = (
                        self.floor.barcode(hint)
                        if hint[5:].isdigit() or not hint.startswith("SKU:")
                        else hint
                    )
        if fuzz.lot.random() < 0.05:
            fields = fuzz.mutated(fields)
        headers = {"X-CSRF-Token": csrf, "Accept": fuzz.lot.choice(["application/json", "text/html"])}
        how = (
            {"json": fields} if fuzz.lot.random() < 0.7 else {"data": {k: str(v) for k, v in fields.items()}}
        )
        answer = client.post(f"/scan/{flow}", headers=headers, **how)
        self._judge(f"{number} /scan/{flow} {fields!r}", answer.status_code)

    def login(self) -> None:
        """Somebody without a badge, at the door of the house."""
        fuzz, client = self.fuzz, self.app.test_client()
        fields = {name: fuzz.text() for name in ("badge", "pin", "device", "next")}
        if fuzz.lot.random() < 0.05:
            fields |= {"badge": world.badge(SUN), "pin": world.PIN}
        headers = {"Host": fuzz.lot.choice(["localhost", "a" * 70, "x..y", "中.example"])}
        if fuzz.lot.random() < 0.5:
            answer = client.post("/login", data=fields, headers=headers)
        else:
            answer = client.post("/login", json=fuzz.mutated(fields))
        self._judge(f"/login {fields!r}", answer.status_code)
        asked = client.get("/login", query_string={"next": fuzz.text()})
        self._judge("GET /login", asked.status_code)

    def api(self) -> None:
        """A shop system's program with a fault."""
        fuzz, client = self.fuzz, self.app.test_client()
        document = fuzz.lot.choice(self.documents)
        method, path = route_of(document)
        if fuzz.lot.random() < 0.2:
            path = path.rpartition("/")[0] + "/" + fuzz.segment()
        data, kind = fuzz.body(erp.to_data(document))
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": fuzz.text()[:80].replace("\r", "").replace("\n", ""),
        }
        headers = {name: value.encode("ascii", "ignore").decode() for name, value in headers.items()}
        answer = client.open(f"/api/v1{path}", method=method, data=data, content_type=kind, headers=headers)
        self._judge(f"{method} {path} {data[:300]!r}", answer.status_code)

    def desk(self) -> None:
        """Any page, as the owner, with addresses and forms of its own kind and of none."""
        fuzz, (client, csrf) = self.fuzz, self.owner
        rule = fuzz.lot.choice(self.rules)
        parts = {
            name: converter.to_python("1") if "Integer" in type(converter).__name__ else fuzz.segment()
            for name, converter in rule._converters.items()
        }
        try:
            path = self.app.url_map.bind("localhost").build(rule.endpoint, parts)
        except (BuildError, ValueError):
            path = re.sub("<[^>]+>", lambda _match: "1", rule.rule)
        if "POST" in (rule.methods or ()):
            form = fuzz.fields(NAMES) | {"csrf": csrf}
            answer = client.post(path, data=form)
            self._judge(f"POST {path} {form!r}", answer.status_code)
        else:
            query = fuzz.fields(["q", "from", "to", "state", "page", "sort", "limit", "order", "kind"])
            answer = client.get(path, query_string=query)
            self._judge(f"GET {path} {query!r}", answer.status_code)

    def printer(self) -> None:
        """A printer, or something that is none, says anything at all."""
        for family in (escpos.Escpos(), tspl.Tspl(), zpl.Zpl()):
            for _ in range(self.fuzz.lot.randrange(4)):
                family.hear(self.fuzz.lot.randbytes(self.fuzz.lot.randrange(60)))
                family.hear(self.fuzz.torn(b"\x02030,0,0,0800,000,0,0,0,000,0,0,0\x03\r\n"))
            assert family.heard() >= 0
            _ = family.status

    def file(self) -> None:
        """The office's folder holds a torn file."""
        fuzz = self.fuzz
        inbox = self.floor.hub.settings.data / "erp" / "inbox"
        inbox.mkdir(parents=True, exist_ok=True)
        kind = fuzz.lot.choice(["products", "notices", "orders", "cancels", "suppliers", "waybills", "x"])
        head = "sku_code,name_zh,barcode,qty,erp_no,asn_no,supplier_code,carrier_code,line_key\r\nS1,茶,6901234567892,1,A1,P1,V1,YT,1\r\n"
        path = inbox / f"{kind}-{secrets.token_hex(4)}.{fuzz.lot.choice(['csv', 'xlsx', 'CSV', 'txt'])}"
        path.write_bytes(fuzz.torn(head.encode(fuzz.lot.choice(["utf-8", "utf-8-sig", "gb18030", "utf-16"]))))
        self.floor.office().pull("folder")

    def run(self, count: int) -> None:
        """So many inputs, in the shares the doors have."""
        doors: dict[str, Callable[[], None]] = {
            "scan": self.scan, "login": self.login, "api": self.api, "desk": self.desk,
            "answers": self.printer, "files": self.file,
        }  # fmt: skip
        names = self.fuzz.lot.choices(list(SHARES), list(SHARES.values()), k=count)
        for name in names:
            doors[name]()
            if len(self.faults) > 20:
                return


@pytest.fixture
def attack(floor: Floor) -> Attack:
    """A hall in which something lies, so that there are pages to be attacked."""
    articles = goods.products(4)
    wanted = goods.orders(articles, 12, 3, floor.hub.clock.now(), [carrier[0] for carrier in world.CARRIERS])
    notices = goods.notices(articles, goods.demand(wanted), "WH1", floor.hub.clock.today())
    floor.erp(*articles, *notices, *wanted)
    floor.release()
    _id, token = connect(floor, Vault.in_folder(floor.hub.settings.data), "shop")
    documents = [*articles, *notices, *wanted, erp.CancelOrder(erp_no="A1"), erp.CancelNotice(asn_no="P1")]
    return Attack(floor, create_app(hub=floor.hub), token, Fuzz(20261127), documents)


def _of(attack: Attack, count: int) -> None:
    attack.run(count)
    assert attack.faults == []
    assert attack.answers[200] > 0
    broken = [f"{item.code}: {text}" for item in checks.run(attack.floor.hub.db) for text in item.violations]
    assert broken == []


@pytest.mark.whole
def test_some_hundred_bad_inputs_make_no_fault(attack: Attack) -> None:
    _of(attack, 400)


@pytest.mark.long
def test_a_hundred_thousand_bad_inputs_make_no_fault(attack: Attack) -> None:
    _of(attack, 100_000)
