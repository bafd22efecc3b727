import dataclasses
import json
from typing import Any

import pytest

from printers.documents import KINDS, CartonLabel, Document, PickLine, PickList, from_data, kind_of, to_data
from printers.errors import BadDocument
from printers.text import LIMIT, clean
from printers.wording import capitals, kilograms, yuan
from tests.printers.samples import SAMPLES

CARTON = to_data(SAMPLES["carton_label"])
SORTED = to_data(SAMPLES["sort_sheet"])["lines"][0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_document_survives_json(kind: str) -> None:
    doc = SAMPLES[kind]
    again = from_data(kind, json.loads(json.dumps(to_data(doc))))
    assert again == doc
    assert kind_of(again) == kind


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("receipt", CARTON),
        ("carton_label", {**CARTON, "colour": "red"}),
        ("carton_label", {name: value for name, value in CARTON.items() if name != "lot_no"}),
        ("carton_label", {**CARTON, "qty_each": "48"}),
        ("carton_label", {**CARTON, "qty_each": 48.0}),
        ("carton_label", {**CARTON, "qty_each": True}),
        ("carton_label", {**CARTON, "qty_each": 10**13}),
        ("carton_label", {**CARTON, "product_name": None}),
        ("carton_label", {**CARTON, "marks": "混"}),
        ("carton_label", {**CARTON, "marks": [1]}),
        ("carton_label", {**CARTON, "carton_code": ""}),
        ("carton_label", {**CARTON, "carton_code": "箱1"}),
        ("carton_label", {**CARTON, "carton_code": "CT\n1"}),
        ("carton_label", {**CARTON, "carton_code": "C" * 31}),
        ("carton_label", {**CARTON, "carton_code": 7}),
        ("carton_label", [CARTON]),
        ("pick_list", {**to_data(SAMPLES["pick_list"]), "lines": [{"slot_code": "A"}]}),
        ("pick_list", {**to_data(SAMPLES["pick_list"]), "lines": ["A"]}),
        ("slot_label", CARTON),
        ("pallet_label", {**to_data(SAMPLES["pallet_label"]), "sscc": "069012345000000012"}),
        ("pallet_label", {**to_data(SAMPLES["pallet_label"]), "sscc": 69012345000000011}),
        ("adjustment", {**to_data(SAMPLES["adjustment"]), "purpose": "gift"}),
        ("adjustment", {**to_data(SAMPLES["adjustment"]), "purpose": ["adjust"]}),
        ("sort_sheet", {**to_data(SAMPLES["sort_sheet"]), "lines": [{**SORTED, "puts": [{"cell": "01"}]}]}),
        ("sort_sheet", {**to_data(SAMPLES["sort_sheet"]), "lines": [{**SORTED, "puts": {"01": 2}}]}),
    ],
)
def test_strange_data_is_refused_with_a_sentence(kind: str, data: Any) -> None:
    with pytest.raises(BadDocument) as refused:
        from_data(kind, data)
    assert str(refused.value).endswith(".")


def test_wrong_types_are_refused_at_construction_too() -> None:
    with pytest.raises(BadDocument):
        CartonLabel("CT1", "S", "N", marks=["混"])  # type: ignore[arg-type]
    with pytest.raises(BadDocument):
        PickList("PK1", lines=(CartonLabel("CT1", "S", "N"),))  # type: ignore[arg-type]


def test_a_line_alone_is_no_document() -> None:
    with pytest.raises(BadDocument):
        kind_of(PickLine("A-01", "S", "N"))


def test_documents_are_frozen_and_hold_only_plain_values() -> None:
    for doc in SAMPLES.values():
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(doc, dataclasses.fields(doc)[0].name, "")
        json.dumps(to_data(doc))
        assert isinstance(hash(doc), int)
        assert isinstance(doc, Document)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("正常 Name", "正常 Name"),
        ("  a\t\r\nb  ", "a b"),
        ("\x1bp\x00^XA~JR\x10\x04\x01", "p^XA~JR"),
        ("\u202egnp.exe\u2066", "gnp.exe"),
        ("a\ud800b\udfff", "ab"),
        ("e\u0301", "é"),
        ("❤\ufe0f", "◇"),
        ("", ""),
    ],
)
def test_text_is_cleaned(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_text_is_bounded() -> None:
    assert len(clean("长" * 5000)) == LIMIT


@pytest.mark.parametrize(
    ("fen", "figures", "words"),
    [
        (0, "¥0.00", "零元整"),
        (5, "¥0.05", "伍分"),
        (10, "¥0.10", "壹角整"),
        (10005, "¥100.05", "壹佰元零伍分"),
        (123456, "¥1,234.56", "壹仟贰佰叁拾肆元伍角陆分"),
        (1000100, "¥10,001.00", "壹万零壹元整"),
        (100010001000, "¥1,000,100,010.00", "壹拾亿零壹拾万零壹拾元整"),
        (-250, "-¥2.50", "负贰元伍角整"),
    ],
)
def test_money_in_words(fen: int, figures: str, words: str) -> None:
    assert yuan(fen) == figures
    assert capitals(fen) == words


def test_weight_in_words() -> None:
    assert kilograms(2350) == "2.350 kg"
    assert kilograms(0) == ""
