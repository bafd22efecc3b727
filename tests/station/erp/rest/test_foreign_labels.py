"""A label that is a bomb is refused with its code, and nobody's scan waits while labels are opened."""

from __future__ import annotations

import base64
import threading
from typing import Any

import pytest

from printers import foreign
from station.erp.inward import inbox, vetting
from station.exchange import documents as erp
from tests.floor import LI
from tests.patience import PROCESS_S, until
from tests.printers.refusing import TWICE, packed_as
from tests.printers.test_supplied import NATIVE, NUMBER
from tests.station.erp.rest.conftest import Shop
from tests.station.scenarios.conftest import order_of

BOMB = packed_as(b"[/FlateDecode/FlateDecode]", TWICE)


def label_of(data: bytes, kind: str, version: int = 1) -> erp.CarrierLabel:
    text = base64.b64encode(data).decode()
    return erp.CarrierLabel(
        erp_no="SO-1", waybill_no=NUMBER, label_format=kind, label_data=text, version=version
    )


@pytest.fixture
def ordered(stocked: Shop) -> Shop:
    assert stocked.push(order_of(1, ("S0001", 1))) == ["NEW"]
    return stocked


def test_a_label_that_is_a_bomb_is_refused_with_a_code_and_a_good_one_behind_it_is_taken(
    ordered: Shop,
) -> None:
    answer = ordered.push_one(label_of(BOMB, "PDF"))
    assert (answer.status_code, answer.json["result"]) == (202, "PROBLEM")
    told = answer.json["problem"]
    assert told["code"] == "E-ERP-28"
    assert "several times" in told["message"]["en"]
    assert "重新生成" in told["message"]["zh"]
    assert ordered.push(label_of(NATIVE, "ZPL", 2)) == ["TAKEN"]


def test_a_label_with_broken_letters_is_the_same_problem(ordered: Shop) -> None:
    doc = erp.CarrierLabel(erp_no="SO-1", waybill_no=NUMBER, label_format="PDF", label_data="%%%")
    assert ordered.push_one(doc).json["problem"]["code"] == "E-ERP-28"


def test_scans_are_answered_while_a_label_is_being_opened(ordered: Shop) -> None:
    """All places where labels are opened are taken, so this one waits for as long as the test likes."""
    answers: list[Any] = []
    pushing = threading.Thread(target=lambda: answers.append(ordered.push(label_of(NATIVE, "ZPL"))))
    turn = foreign._VETTING._turns
    with turn:
        pushing.start()
        until(lambda: turn._cond._waiters, "the label is being pushed")  # type: ignore[attr-defined]
        scanned: list[Any] = []
        scanning = threading.Thread(
            target=lambda: scanned.append(ordered.floor.scan(LI, "stage1", "CM-MENU"))
        )
        scanning.start()
        scanning.join(PROCESS_S)
        assert scanned, "the scan came through the one writer"
        assert answers == []
    pushing.join(PROCESS_S)
    assert answers == [["TAKEN"]]


def test_a_document_whose_file_nobody_opened_is_taken_by_no_unit_of_work(ordered: Shop) -> None:
    items, hub = inbox.items_of([label_of(NATIVE, "ZPL")]), ordered.floor.hub
    with pytest.raises(vetting.Unvetted):
        hub.db.write(
            lambda tx: inbox.take(
                tx, "shop", items, settings=hub.settings, today=hub.clock.today(), now=hub.clock.now()
            )
        )
