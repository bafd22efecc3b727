"""Scales by the set-up file: put at their benches, found again, exported; refused whole with line and reason."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from station.devices.scales import rules
from station.devices.scales.telling import Line
from station.ground.setup.problems import SetupRefused
from station.ground.work import SYSTEM
from station.rooms import ROOMS
from station.wiring.hub import Hub
from station.wiring.setup import running

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

SCALE = '[[scale]]\nbench = "PACK-1"\nport = "/dev/ttyUSB0"\n'
KNOWN = SCALE + 'family = "STGS"\nline = "9600-8N1"\nunit = "kg"\n'


def _line(hub: Hub, bench: str = "PACK-1") -> tuple[str, str, Line]:
    with hub.db.read() as tx:
        row = rules.of(tx, bench)
    assert row is not None
    return row.kind, row.port, Line(row.family, row.line, row.unit, row.is_asked)


@on_sqlite
@pytest.mark.parametrize("text", [SCALE, KNOWN, SCALE.replace('port = "/dev/ttyUSB0"', 'kind = "bench"')])
def test_a_scale_is_put_once_and_found_the_second_time(hub: Hub, text: str) -> None:
    (change,) = running.set_up(hub, text, SYSTEM)
    assert (change.how, change.things, change.names) == (
        "CHANGED",
        "scales",
        ["PACK-1"],
    )  # the demo's was virtual
    assert running.set_up(hub, text, SYSTEM) == []


@on_sqlite
def test_the_export_holds_the_scales(hub: Hub) -> None:
    """What was written comes back; the demo's other bench has a virtual one."""
    running.set_up(hub, KNOWN + "asked = true\n", SYSTEM)
    with hub.db.read() as tx:
        content = tomllib.loads(running.exported(hub.rooms, tx))
    assert content["scale"] == [
        {
            "bench": "PACK-1",
            "kind": "serial",
            "port": "/dev/ttyUSB0",
            "family": "STGS",
            "line": "9600-8N1",
            "unit": "kg",
            "asked": True,
        },
        {"bench": "PACK-2", "kind": "virtual"},
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (KNOWN.replace("STGS", "NONE"), 1, "no family of scales NONE"),
        (KNOWN.replace("9600", "9601"), 1, "9601-8N1 is no setting"),
        (KNOWN.replace('"kg"', '"oz"'), 1, "oz is no unit"),
        (SCALE + 'kind = "radio"\n', 4, "no kind of scale radio"),
        (SCALE.replace('port = "/dev/ttyUSB0"\n', ""), 1, '"port" is missing'),
        (SCALE + 'baud = "9600"\n', 4, 'no "baud" here'),
        (SCALE + SCALE, 5, '"PACK-1" is given twice'),
        (SCALE.replace("PACK-1", "ｐａｃｋ－1"), 2, 'should read "PACK-1"'),
    ],
)
def test_what_is_wrong_is_refused_with_its_line(text: str, line: int, words: str) -> None:
    with pytest.raises(SetupRefused) as refusal:
        running.read(running.sections(ROOMS), text)
    told = [(one.line, one.text["en"]) for one in refusal.value.problems]
    assert any(at == line and words in sentence for at, sentence in told), told


@on_sqlite
@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (SCALE.replace("PACK-1", "PACK-9"), 1, "no pack bench PACK-9"),
        (SCALE.replace("/dev/ttyUSB0", "/etc/passwd"), 1, "no serial port"),
        (SCALE + SCALE.replace("PACK-1", "PACK-2"), 4, "scale of bench PACK-1 is at port"),
    ],
)
def test_what_the_hall_refuses_takes_everything_back(hub: Hub, text: str, line: int, words: str) -> None:
    with pytest.raises(SetupRefused) as refusal:
        running.set_up(hub, text, SYSTEM)
    (problem,) = refusal.value.problems
    assert problem.line == line
    assert words in problem.text["en"]
    assert _line(hub)[0] == "VIRTUAL"


@on_sqlite
def test_a_port_of_the_settings(hub: Hub) -> None:
    hub.works = replace(hub.works, settings=replace(hub.settings, serial_ports=("/dev/scale1",)))
    running.set_up(hub, SCALE.replace("/dev/ttyUSB0", "/dev/scale1"), SYSTEM)
    assert _line(hub) == ("SERIAL", "/dev/scale1", Line())
