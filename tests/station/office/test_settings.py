"""Thresholds at the desk: who may change them, what they may be, that they count at once, and what is kept."""

from __future__ import annotations

import re
import threading
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from station import create_app
from station.ground.db import Database
from station.ground.knobs import changing
from station.ground.knobs.invariants import INVARIANTS
from station.ground.thresholds.models import SettingChange, SettingValue
from station.ground.thresholds.reading import rules_of
from station.ground.thresholds.setting import Setting
from station.ground.web.kit import csrf_token
from station.ground.words.messages import Refused
from station.ground.words.wording import translations
from station.people.models import User
from station.rooms import ROOMS
from station.settings import Rules, Settings
from tests.conftest import MORNING
from tests.floor import CHEN, LI, SUN, Floor
from tests.works import work

DECLARED = {one.name: one for room in ROOMS for one in room.settings}
STATION = Path(__file__).parents[3] / "station"


@pytest.fixture
def client(floor: Floor) -> FlaskClient:
    return create_app(hub=floor.hub).test_client()


def enter(client: FlaskClient, floor: Floor, number: str = CHEN) -> str:
    token = floor.sign_in(number, device="DESK")
    client.set_cookie("sid", token)
    return csrf_token(token)


def now(floor: Floor) -> Rules:
    with floor.hub.db.read() as tx:
        return rules_of(tx, floor.hub.settings)


# --- what they may be ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "typed", "spelled"),
    [
        ("over_pct", " 5 ", "5"), ("over_pct", "007", "7"), ("over_pct", "100", "100"), ("blind_receive", "off", "off"),
        ("blind_receive", "TRUE", "on"), ("life_rule", "REMAINING", "REMAINING"),
    ],
)  # fmt: skip
def test_a_value_has_one_spelling(name: str, typed: str, spelled: str) -> None:
    assert DECLARED[name].read(typed) == spelled


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("over_pct", "", "E-SET-03"), ("over_pct", "five", "E-SET-03"), ("over_pct", "1.5", "E-SET-03"),
        ("over_pct", "101", "E-SET-04"), ("over_pct", "-1", "E-SET-03"), ("sample_inner_pct", "0", "E-SET-04"),
        ("quar_days", "0", "E-SET-04"), ("cosign_window_s", "9", "E-SET-03"), ("blind_receive", "perhaps", "E-SET-03"),
        ("life_rule", "elapsed", "E-SET-10"), ("rsv_lots", "9" * 40, "E-SET-04"),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused(name: str, typed: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        DECLARED[name].read(typed)
    assert refused.value.code == code


@pytest.mark.parametrize("one", DECLARED.values(), ids=DECLARED)
def test_each_is_a_threshold_and_speaks_chinese(one: Setting) -> None:
    value = getattr(Rules(), one.name)
    said = [one.title, one.hint, one.unit, *(title for _code, title in one.choices)]
    assert [text for text in said if text not in {"", "%"} and not translations("zh").get(text)] == []
    if one.is_number:
        assert one.least <= value <= one.most
    elif not one.is_switch:
        assert value in dict(one.choices)


def test_nobody_reads_a_desk_threshold_from_the_file() -> None:
    """`settings.rules.over_pct` would not see what the desk said: rules read `work.rules.over_pct`."""
    stale = [
        f"{path.relative_to(STATION)}: {name}"
        for path in sorted(STATION.rglob("*.py"))
        for name in re.findall(r"settings\.rules\.(\w+)", path.read_text(encoding="utf-8"))
        if name in DECLARED
    ]
    assert stale == []


# --- the page -----------------------------------------------------------------------------------


def test_a_supervisor_changes_one_and_it_counts_at_once(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor)
    assert "超送允许" in client.get("/desk/settings").text
    data = {"csrf": csrf, "was": "0", "value": "5", "reason": "双十一"}
    answer = client.post("/desk/settings/over_pct", data=data, follow_redirects=True)
    assert answer.status_code == 200
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
    assert "现在 5 %" in page
    assert "0 % 5 %" in page
    assert "双十一" in page
    assert now(floor).over_pct == 5
    assert "双十一" in client.get("/desk/r/setting_changes").text
    data = {"csrf": csrf, "was": "5", "reason": "活动结束", "file": "1"}
    assert "按 station.toml" in client.post("/desk/settings/over_pct", data=data, follow_redirects=True).text
    assert now(floor).over_pct == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"value": "101"}, "0 到 100"), ({"value": ""}, "整数"), ({"reason": " "}, "请输入文字"), ({"value": "0"}, "值没有变"),
        ({"was": "3"}, "刚被别人改过"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_changes(
    client: FlaskClient, floor: Floor, changes: dict[str, str], code: str
) -> None:
    data = {"csrf": enter(client, floor), "was": "0", "value": "5", "reason": "x"} | changes
    answer = client.post("/desk/settings/over_pct", data=data)
    assert answer.status_code == 422
    assert code in answer.text
    assert now(floor).over_pct == 0


def test_others_do_not_change_them(client: FlaskClient, floor: Floor) -> None:
    data = {"csrf": enter(client, floor, LI), "was": "0", "value": "5", "reason": "x"}
    assert client.post("/desk/settings/over_pct", data=data).status_code == 403
    assert "由主管更改" in client.get("/desk/settings/over_pct").text
    enter(client, floor, SUN)
    assert client.get("/desk/settings/over_pct").status_code == 403
    csrf = enter(client, floor)
    assert client.get("/desk/settings/dup_ms").status_code == 404
    assert client.post("/desk/settings/data", data=data | {"csrf": csrf}).status_code == 404


def test_the_page_speaks_english_too(client: FlaskClient, floor: Floor) -> None:
    enter(client, floor)
    floor.hub.db.write(lambda tx: tx.execute(update(User).values(lang="en")))
    page = client.get("/desk/settings/life_rule").text
    assert "The first third used up" in page
    assert "三分之一" not in page


# --- several at once ----------------------------------------------------------------------------


@pytest.mark.both_databases
def test_another_process_sees_it_in_its_next_unit_of_work(db: Database) -> None:
    other, settings, one = Database(db.url), Settings(data=Path()), DECLARED["over_pct"]
    db.write(lambda tx: changing.change(work(tx, MORNING), one, "7", was="0", reason="x"))
    assert other.write(lambda tx: work(tx, MORNING).rules.over_pct) == 7
    with other.read() as tx:
        assert rules_of(tx, settings).over_pct == 7
    other.close()


@pytest.mark.both_databases
def test_of_two_who_saw_the_same_value_one_changes_it(db: Database) -> None:
    one, told = DECLARED["over_pct"], []
    gate = threading.Barrier(2)

    def turn(value: str) -> None:
        gate.wait(30)
        try:
            db.write(lambda tx: changing.change(work(tx, MORNING), one, value, was="0", reason="x"))
            told.append(value)
        except Refused as refused:
            told.append(refused.code)

    threads = [threading.Thread(target=turn, args=(value,)) for value in ("5", "6")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(told)[1] == "E-CFG-01"
    with db.read() as tx:
        assert tx.scalars(select(SettingValue.value)).all() == [min(told)]
        assert [(row.old, row.new) for row in tx.scalars(select(SettingChange))] == [("0", min(told))]


def test_a_value_that_nobody_set_is_found(db: Database) -> None:
    db.write(lambda tx: changing.change(work(tx, MORNING), DECLARED["over_pct"], "7", was="0", reason="x"))
    with db.read() as tx:
        assert list(INVARIANTS[0].find(tx)) == []
    db.write(lambda tx: tx.execute(update(SettingValue).values(value="50")))
    with db.read() as tx:
        assert list(INVARIANTS[0].find(tx)) == ["setting over_pct, is '50', its history says '7'"]


def test_a_value_of_another_release_stops_nobody(db: Database) -> None:
    odd = [SettingValue(name="gone", value="1"), SettingValue(name="over_pct", value="many")]
    db.write(lambda tx: tx.add_all(odd))
    with db.read() as tx:
        assert rules_of(tx, Settings(data=Path())) == Rules()
