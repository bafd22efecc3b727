"""The floor as a test sees it: people, and what they scan, through the real scan door."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from station.erp.inward import inbox, vetting
from station.erp.port import Item
from station.erp.sync import Sync
from station.ground.scan.codes import internal
from station.ground.scan.door import ScanRequest
from station.ground.scan.replies import Reply
from station.ground.work import SYSTEM, Machine
from station.outbound.orders import auditing, planner
from station.outbound.waves import rules as waves
from station.people.models import DeviceSession, User
from station.people.sessions import digest
from station.practice.demo import goods, world
from station.stock.models import Location
from station.wiring.hub import Hub

LI, WANG, CHEN, ZHOU, SUN, ZHAO, QIAN = ("1001", "1002", "1003", "1004", "1005", "1006", "1007")
"""Receiver, inspector, supervisor, keeper, picker, packer, dispatcher of the demo warehouse."""


@dataclass
class Answer:
    """What the handheld showed after a scan."""

    status: int
    body: dict[str, Any]

    @property
    def code(self) -> str:
        return str(self.body["code"])

    @property
    def step(self) -> str:
        return str(self.body["screen"]["step"])

    @property
    def facts(self) -> dict[str, Any]:
        return dict(self.body["screen"]["facts"])

    @property
    def ok(self) -> bool:
        return self.status == 200


class Floor:
    """Drives one station. Every helper leaves the database as a real shift would."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self._ids = itertools.count(1)
        self._name = secrets.token_hex(4)
        self._tokens: dict[tuple[str, str], str] = {}

    # --- people and scans ---------------------------------------------------------------------

    def sign_in(self, number: str, workstation: str = "", device: str = "HH-1") -> str:
        """A session's token, without the slow PIN check (sign-in has its own tests)."""
        key = (number, device)
        if key not in self._tokens:
            token = f"token-{number}-{device}-{self._name}"

            def work(tx: Session) -> None:
                user = tx.scalars(select(User).where(User.badge == world.badge(number))).one()
                now = self.hub.clock.now()
                tx.execute(
                    insert(DeviceSession),
                    {
                        "token_hash": digest(token),
                        "user_id": user.id,
                        "device": device,
                        "workstation": workstation,
                        "created_at": now,
                        "seen_at": now,
                    },
                )

            self.hub.db.write(work)
            self._tokens[key] = token
        return self._tokens[key]

    def days_pass(self, days: int) -> None:
        """So many days later everybody signs in anew."""
        self.hub.clock.advance(days=days)  # type: ignore[attr-defined]
        self._tokens.clear()
        self._name = secrets.token_hex(4)

    def token_of(self, number: str, flow: str, device: str = "HH-1") -> str:
        """The step token on the person's present screen."""
        token = self.sign_in(number, device=device)
        with self.hub.db.read() as tx:
            actor = self.hub.services.people.identify_only(tx, token, self.hub.clock.now())
            assert actor is not None
            return str(self.hub.door.look(tx, self.hub.workflows[flow], actor)["step_token"])

    def scan(
        self,
        number: str,
        flow: str,
        raw: str,
        *,
        scan_id: str | None = None,
        step_token: str | None = None,
        device: str = "HH-1",
    ) -> Answer:
        """One scan by a person in a process; the answer as the handheld gets it."""
        token = self.sign_in(number, device=device)
        reply: Reply = self.hub.door.take(
            ScanRequest(
                workflow=flow,
                scan_id=scan_id or f"scan-{self._name}-{next(self._ids)}",
                raw=raw,
                step_token=step_token or self.token_of(number, flow, device),
                token=token,
            )
        )
        return Answer(reply.status, reply.body)

    def scans(self, number: str, flow: str, *raws: str) -> Answer:
        """Several scans that must all be accepted; the last answer."""
        answer = None
        for raw in raws:
            answer = self.scan(number, flow, raw)
            assert answer.ok, f"{flow}: {raw!r} was refused: {answer.body['message']}"
        assert answer is not None
        return answer

    # --- the office ---------------------------------------------------------------------------

    def erp(self, *documents: Any) -> dict[str, int]:
        """Documents arrive from the ERP; how many had which result."""
        counts: dict[str, int] = {}
        for doc in documents:
            items = vetting.vetted(inbox.items_of([doc]), self.hub.db)
            for result in self.hub.db.write(partial(self._take, items)):
                counts[result.result] = counts.get(result.result, 0) + 1
        return counts

    def _take(self, items: list[Item], tx: Session) -> list[inbox.Result]:
        hub = self.hub
        return inbox.take(
            tx,
            "folder",
            items,
            settings=hub.settings,
            today=hub.clock.today(),
            now=hub.clock.now(),
        )

    def office(self) -> Sync:
        """The office's folder: `pull("folder")` looks into it, `push("folder")` writes to it."""
        return self.hub.sync()

    def advance_orders(self) -> None:
        """The planner audits and reserves what it can."""
        hub = self.hub
        with hub.db.read() as tx:
            new = planner.new_ids(tx, 1000)
        hub.works.do(lambda work: auditing.audit(work, new), SYSTEM)
        with hub.db.read() as tx:
            ready = planner.reservable(tx, hub.clock.today(), 1000)
        hub.works.do(lambda work: auditing.reserve(work, ready), SYSTEM)

    def release(self) -> waves.Released:
        """The supervisor releases waves."""
        self.advance_orders()
        return waves.release(self.hub.works, Machine("陈主管"))

    # --- whole jobs ---------------------------------------------------------------------------

    def arrive(self, asn_no: str, cartons: int) -> str:
        """A truck arrives; the receipt's number."""
        answer = self.scans(LI, "arrive", asn_no, "沪A12345", "张师傅", str(cartons))
        return str(answer.body["message"]["en"].split()[1])

    def count(self, receipt: str, lines: list[tuple[str, int, int, str]]) -> Answer:
        """Stage 1: (barcode, cartons, loose, yyyymmdd or "") for every line, then close."""
        self.scans(LI, "stage1", receipt)
        for barcode, cartons, loose, produced in lines:
            self.scans(LI, "stage1", barcode, str(cartons), "CM-OK", str(loose))
            if produced:
                self.scans(LI, "stage1", produced, "CM-OK")
            self.scans(LI, "stage1", "1")
        return self.scans(LI, "stage1", "CM-CLOSE")

    def inspect(self, receipt: str) -> Answer:
        """Stage 2: every sample is fine."""
        answer = self.scans(WANG, "stage2", receipt)
        while answer.step == "sample":
            answer = self.scans(WANG, "stage2", self.barcode(answer.facts["hint"]))
        return self.scans(WANG, "stage2", "CM-OK")

    def sign(self, receipt: str) -> Answer:
        """Both pairs of signatures; in between the sheet is keyed in and the labels are stuck."""
        answer = self.scans(LI, "sign", receipt, world.badge(LI), world.PIN, "CM-OK", receipt)
        while answer.step == "labels":
            answer = self.scans(LI, "sign", answer.facts["hint"])
        return self.scans(LI, "sign", world.badge(CHEN), world.PIN, world.badge(ZHOU), world.PIN)

    def put_all_away(self) -> list[str]:
        """Every waiting carton goes to its proposed slot; the slots."""
        slots = []
        while hint := self.look(ZHOU, "putaway")["facts"].get("hint"):
            answer = self.scans(ZHOU, "putaway", hint)
            slots.append(answer.facts["big"])
            self.scans(ZHOU, "putaway", answer.facts["hint"], "CM-OK")
        return slots

    def receive(self, asn_no: str, lines: list[tuple[str, int, int, str]]) -> str:
        """The whole inbound job for one notice."""
        receipt = self.arrive(asn_no, sum(line[1] for line in lines))
        self.count(receipt, lines)
        self.inspect(receipt)
        self.sign(receipt)
        self.put_all_away()
        return receipt

    def pick_next(self, tote: str = "T001", number: str = SUN) -> Answer:
        """One pick list from taking it to the bench."""
        answer = self.scans(number, "pick", "CM-OK", internal("TT", tote))
        while answer.step in {"slot", "product", "serial", "qty"}:
            answer = self.scans(number, "pick", self.barcode(answer.facts["hint"]))
        return self.scans(number, "pick", internal("WS", "PACK1"))

    def pack_tote(self, tote: str = "T001", number: str = ZHAO) -> list[str]:
        """Verify, label and weigh everything in a tote; the waybills."""
        answer = self.scans(number, "pack", internal("WS", "PACK1"), internal("TT", tote))
        bills: list[str] = []
        while answer.step != "tote":
            answer = self.pack_step(answer, number, bills)
        return bills

    def pack_step(self, answer: Answer, number: str, bills: list[str]) -> Answer:
        hint = str(answer.facts.get("hint", ""))
        if answer.step == "weigh":
            self.weigh(answer)
            return self.scans(number, "pack", "CM-OK")
        if answer.step == "box":
            return self.scans(number, "pack", internal("BX", "03"))
        if answer.step == "label":
            bills.append(hint)
            return self.scans(number, "pack", hint)
        if hint == "TOTE-ITEM":
            return self.scans(number, "pack", self.item_in_tote(answer.facts["big"]))
        return self.scans(number, "pack", self.barcode(hint))

    def weigh(self, answer: Answer, off_dg: int = 0) -> None:
        """The parcel lies on the bench's virtual scale."""
        from station.devices import scales

        expected = next(line["value"] for line in answer.facts["lines"] if line["label"]["en"] == "Expected")
        dg = int(expected.split()[0]) * 10 + off_dg
        self.hub.db.write(lambda tx: scales.place(tx, "PACK-1", dg, self.hub.clock.now()))

    def dispatch(self, carrier: str, bills: list[str], number: str = QIAN) -> Answer:
        """A courier takes the parcels."""
        self.scans(number, "dispatch", self.slot(f"LANE-{carrier}"), "沪B99999", "小王", *bills)
        answer = self.scan(number, "dispatch", "CM-CLOSE")
        if answer.step == "left":
            answer = self.scans(number, "dispatch", "CM-OK")
        assert answer.step == "dispatcher", answer.body
        return self.scans(number, "dispatch", world.badge(number), world.PIN)

    # --- looking ------------------------------------------------------------------------------

    def look(self, number: str, flow: str, device: str = "HH-1") -> dict[str, Any]:
        """The person's present screen."""
        token = self.sign_in(number, device=device)
        with self.hub.db.read() as tx:
            actor = self.hub.services.people.identify_only(tx, token, self.hub.clock.now())
            assert actor is not None
            return dict(self.hub.door.look(tx, self.hub.workflows[flow], actor)["screen"])

    def barcode(self, hint: str) -> str:
        """What to scan for a screen's hint: an article's EAN for ``SKU:…``, else the hint itself."""
        return goods.gtin(int(hint[5:])) if hint.startswith("SKU:S") else hint

    def slot(self, code: str) -> str:
        """The barcode on a place's label."""
        with self.hub.db.read() as tx:
            return str(tx.scalar(select(Location.barcode).where(Location.code == code)))

    def item_in_tote(self, tote: str) -> str:
        """The EAN of some article that lies in a tote."""
        from station.catalog.models import Sku
        from station.stock.models import Stock

        with self.hub.db.read() as tx:
            code = tx.scalar(
                select(Sku.code)
                .join(Stock, Stock.sku_id == Sku.id)
                .join(Location, Location.id == Stock.location_id)
                .where(Location.code == tote, Stock.on_hand > 0)
                .order_by(Sku.id)
                .limit(1)
            )
        return self.barcode(f"SKU:{code}")
