"""Temporary carton labels (P3): printed on request, scanned as proof of the carton, void after the real one."""

from __future__ import annotations

from typing import Any

from station.ground.scan.codes import internal
from station.practice.demo import world
from tests.floor import LI, WANG
from tests.station.inbound.dock import CANDY, MUG, OATS, Dock
from tests.station.inbound.test_inspecting import inspector, opened


def printed(dock: Dock) -> list[dict[str, Any]]:
    return dock.papers("temp_label")


def test_the_receiver_prints_the_cartons_of_the_line_just_counted(dock: Dock) -> None:
    """All of them, or the one that is typed, of whatever line; with number, article and code."""
    dock.truck((MUG, 24), (OATS, 36))
    assert dock.tries("CM-REPRINT").code == "E-RCV-08"
    dock.line(MUG, 2)
    dock.line(OATS, 3)
    assert dock.li("CM-REPRINT", "CM-OK").code == "S-TEMP-LABELS"
    assert [label["carton_no"] for label in printed(dock)] == ["3", "4", "5"]
    assert {label["expires_on"] for label in printed(dock)} == {"2027-03-27"}
    dock.li("CM-REPRINT", "1")
    assert (printed(dock)[-1]["carton_no"], printed(dock)[-1]["product_name"]) == ("1", MUG.name_zh)
    assert dock.tries("CM-REPRINT", "6").code == "E-LBL-06"
    assert dock.tries("CM-SKIP").step == "product"


def test_its_scan_says_which_carton_is_open(dock: Dock) -> None:
    """As if the number were typed; of another line it opens that line, of another receipt nothing."""
    opened(dock, (MUG, 120), (OATS, 120))
    number = int(dock.shown(inspector(dock, "CM-REPRINT", "CM-SKIP"), "Open cartons").split(", ")[0])
    inspector(dock, "CM-REPRINT", str(number))
    answer = inspector(dock, printed(dock)[-1]["temp_code"])
    assert (answer.code, dock.shown(answer, "Carton")) == ("S-ST2-CARTON", f"{number} [1/2]")
    dock.wang("CM-REPRINT", "CM-OK")
    other = next(int(n) for n in dock.lines()[1].draw["cartons"]) + 10
    dock.wang("CM-REPRINT", str(other))
    assert inspector(dock, printed(dock)[-1]["temp_code"]).facts["name"] == OATS.name_zh
    dock.expects((CANDY, 48), asn="PO-2")
    foreign = dock.truck(asn="PO-2")
    dock.line(CANDY, 1)
    dock.li("CM-REPRINT", "CM-OK", "CM-CLOSE")
    assert inspector(dock, printed(dock)[-1]["temp_code"]).code == "E-LBL-02"
    assert dock.state(foreign) == "STAGE2"


def test_it_is_void_after_the_real_label_and_after_a_recount(dock: Dock) -> None:
    receipt = dock.truck((MUG, 24))
    dock.line(MUG, 2)
    dock.li("CM-REPRINT", "CM-OK")
    first = printed(dock)[0]["temp_code"]
    dock.li("CM-SKIP", "1", "CM-OK")
    dock.line(MUG, 2)
    dock.li("CM-REPRINT", "CM-OK", "CM-CLOSE")
    assert inspector(dock, receipt, first).code == "E-LBL-05"
    again = printed(dock)[-1]["temp_code"]
    assert inspector(dock, again).code in {"S-ST2-CARTON", "E-QC-05"}
    dock.wang("CM-MENU")
    dock.inspect(receipt)
    dock.signs(receipt, world.badge(LI), world.PIN, "CM-OK", receipt)
    assert dock.tries(again, flow="sign").code == "E-SCN-02"
    second = dock.truck((OATS, 24), asn="PO-2")
    dock.line(OATS, 2)
    dock.li("CM-CLOSE")
    assert inspector(dock, second, again).code == "E-LBL-05"


def test_a_label_of_nobody_is_void(dock: Dock) -> None:
    opened(dock, (MUG, 12))
    for body in ("0001", "X10001", "9" * 30, "990001"):
        assert inspector(dock, internal("TC", body)).code == "E-LBL-05", body


def test_a_slip_of_the_finger_prints_no_roll(dock: Dock) -> None:
    """E-QTY-01 for more than 60 at once; one by one they print."""
    dock.truck((MUG, 1200), cartons=100)
    dock.line(MUG, 100)
    assert dock.tries("CM-REPRINT", "CM-OK").code == "E-QTY-01"
    assert dock.tries("77").code == "S-TEMP-LABELS"
    assert dock.floor.look(WANG, "stage2")["step"] == "receipt"
