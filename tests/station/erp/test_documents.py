"""The canonical documents survive the trip through a JSON column, and nothing malformed gets in."""

from __future__ import annotations

import dataclasses
import json
import types
from datetime import UTC, date, datetime
from typing import Any, cast, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from station.exchange import documents as erp

quick = settings(deadline=None, derandomize=True, max_examples=60)

INSTANTS = st.datetimes(timezones=st.just(UTC))
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: st.text(max_size=20),
    int: st.integers(),
    bool: st.booleans(),
    date: st.dates(),
    datetime: INSTANTS,
}


def anything(hint: Any) -> st.SearchStrategy[Any]:
    """Values for one annotation of a document."""
    if get_origin(hint) is types.UnionType:
        return st.one_of([st.none() if part is types.NoneType else anything(part) for part in get_args(hint)])
    if get_origin(hint) is tuple:
        return st.lists(anything(get_args(hint)[0]), max_size=3).map(tuple)
    if dataclasses.is_dataclass(hint):
        return st.builds(
            cast("type[Any]", hint), **{name: anything(part) for name, part in get_type_hints(hint).items()}
        )
    return PLAIN[hint]


@pytest.mark.parametrize("doc_type", erp.DOC_TYPES)
def test_every_document_survives_the_round_trip(doc_type):
    @given(anything(erp.DOC_TYPES[doc_type]))
    @quick
    def check(doc):
        assert erp.from_json(doc_type, erp.to_json(doc)) == doc
        assert erp.doc_type_of(doc) == doc_type

    check()


def test_instants_are_written_in_utc():
    doc = erp.OrderStateDocument(
        event_key="K", erp_no="E", order_no="O", state="PRINT", operator="Li",
        at=datetime(2026, 3, 4, 8, 30, tzinfo=ZoneInfo("Asia/Shanghai")),
    )  # fmt: skip
    assert json.loads(erp.to_json(doc))["at"] == "2026-03-04T00:30:00+00:00"


def test_a_time_without_zone_is_refused_both_ways():
    doc = erp.OrderStateDocument(
        event_key="K", erp_no="E", order_no="O", state="PRINT", operator="Li",
        at=datetime(2026, 3, 4, 8, 30),  # noqa: DTZ001
    )  # fmt: skip
    with pytest.raises(ValueError, match="no time zone"):
        erp.to_json(doc)
    aware = dataclasses.replace(doc, at=datetime(2026, 3, 4, tzinfo=UTC))
    with pytest.raises(ValueError, match="no time zone"):
        erp.from_json("order_state", erp.to_json(aware).replace("+00:00", ""))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"code": "S1"}',
        '{"code": "S1", "name": 7}',
        '{"code": "S1", "name": "N", "version": true}',
        '{"code": "S1", "name": "N", "phone": "1"}',
    ],
)
def test_malformed_text_is_a_value_error(text):
    with pytest.raises(ValueError):
        erp.from_json("supplier", text)


def test_an_unknown_type_is_a_value_error():
    with pytest.raises(ValueError, match="no document type"):
        erp.from_json("poem", "{}")


def test_documents_are_known_by_the_number_the_erp_gave():
    assert erp.doc_no_of(erp.Supplier(code="S1", name="N")) == "S1"
    assert erp.doc_no_of(erp.CancelOrder(erp_no="E1")) == "E1"
    state = erp.OrderStateDocument(
        event_key="K", erp_no="E", order_no="O", state="PRINT", at=datetime.now(UTC), operator=""
    )
    assert erp.doc_no_of(state) == "K"
