"""What is read aloud: slots digit by digit, quantities, wall cells, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from station.ground.scan.speech import SILENT, spoken
from station.ground.words.messages import say


def screen(expects: list[str], **facts: Any) -> dict[str, Any]:
    return {"expects": expects, "facts": facts}


def test_a_slot_is_read_digit_by_digit() -> None:
    told = spoken(screen(["LOCATION"], big="A-03-12-2"))
    assert told == {"zh": "A, 零 三, 一 二, 二", "en": "A, zero three, one two, two"}


def test_a_quantity_and_a_cell_are_read() -> None:
    asked = screen(["QUANTITY"], big="12", big_label=say("L-QTY"), pad="qty")
    assert spoken(asked) == {"zh": "数量 12", "en": "Quantity 12"}
    assert spoken(screen(["CELL"], big="7")) == {"zh": "7 号格", "en": "Cell 7"}
    assert spoken(screen(["CELL"], big="2-05")) == {"zh": "二, 零 五 号格", "en": "Cell two, zero five"}
    assert spoken(screen(["CELL"], big="00001P")) == SILENT


@pytest.mark.parametrize(
    "silent",
    [
        screen(["PRODUCT", "LOCATION"], big="A-03-12-2"),
        screen(["LOCATION"], big="—"),
        screen(["LOCATION"], big="LANE-ZTO"),
        screen(["TOTE"], big="PK2605010001U"),
        screen(["QUANTITY", "TEXT"], pad="pin"),
        screen(["QUANTITY"], big="12", pad="qty"),
        screen([]),
    ],
)
def test_all_else_is_silent(silent: dict[str, Any]) -> None:
    assert spoken(silent) == SILENT
