"""Comparing as a pure function: every difference once, nothing else, and explanations that add up."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from station.erp.compare import comparison
from station.erp.compare.comparison import Effect, Found, Key

CODES, STATUSES, LOTS = ("S1", "S2", "S|3"), ("GOOD", "DEFECT"), ("L1", "L2")
KEYS = st.tuples(st.sampled_from(CODES), st.sampled_from(STATUSES), st.sampled_from(LOTS))
STOCK = st.dictionaries(KEYS, st.integers(0, 5))
NUMBERS = st.sampled_from(["E1", "E2", "E3", "E4", "E5"])
TRACKING = st.sampled_from(["", "SF1", "SF2", "sf1, SF2"])


def effect(key: Key, delta: int, message_id: int = 1, kind: str = "receipt_confirmation") -> Effect:
    return Effect(message_id, kind, is_set_aside=False, key=key, delta=delta)


def without_lots(stock: dict[Key, int]) -> Counter[Key]:
    found: Counter[Key] = Counter()
    for (sku, status, _lot), qty in stock.items():
        found[sku, status, ""] += qty
    return found


@given(STOCK)
def test_equal_stock_has_no_difference(stock: dict[Key, int]) -> None:
    assert comparison.stock(stock, dict(stock), []) == {}
    assert comparison.stock(stock, dict(without_lots(stock)), []) == {}


@given(STOCK, STOCK)
def test_every_key_that_differs_appears_once_with_both_figures(
    ours: dict[Key, int], theirs: dict[Key, int]
) -> None:
    lots = {key[0] for key in theirs}
    found = comparison.stock(ours, theirs, [])
    here = Counter({k: n for k, n in ours.items() if k[0] in lots})
    here.update(without_lots({k: n for k, n in ours.items() if k[0] not in lots}))
    expected = {
        comparison.stock_key(key): (str(here[key]), str(theirs.get(key, 0)))
        for key in {*here, *theirs}
        if here[key] != theirs.get(key, 0)
    }
    assert {item.key: (item.ours, item.theirs) for item in found.values()} == expected
    assert all(item.explained == "" for item in found.values())


@given(STOCK, st.lists(st.tuples(KEYS, st.integers(-5, 5)), max_size=8))
def test_what_waits_explains_exactly(theirs: dict[Key, int], waiting: list[tuple[Key, int]]) -> None:
    """An ERP that lacks just the undelivered messages differs nowhere without an explanation."""
    theirs = {key: theirs.get(key, 0) for key in {*theirs, *(key for key, _ in waiting)}}
    ours = Counter(theirs)
    for key, delta in waiting:
        ours[key] += delta
    effects = [effect(key, delta, number) for number, (key, delta) in enumerate(waiting)]
    found = comparison.stock(dict(ours), theirs, effects)
    assert len(found) == sum(ours[key] != theirs[key] for key in theirs)
    by_key = Counter(comparison.stock_key(key) for key, _ in waiting)
    assert all(item.explained == f"receipt_confirmation={by_key[item.key]}" for item in found.values())


@given(STOCK, STOCK, KEYS, st.integers(1, 3))
def test_an_explanation_is_given_only_when_it_makes_up_all_of_it(
    ours: dict[Key, int], theirs: dict[Key, int], key: Key, delta: int
) -> None:
    theirs = {**theirs, key: theirs.get(key, 0)}
    for item in comparison.stock(ours, theirs, [effect(key, delta)]).values():
        if item.key == comparison.stock_key(key):
            is_all = ours.get(key, 0) - theirs[key] == delta
            assert bool(item.explained) is is_all
            assert item.theirs == (f"{theirs[key]}" if is_all else f"{theirs[key]} (+{delta})")
        else:
            assert item.explained == ""


def test_kinds_of_messages_are_counted_and_those_set_aside_named() -> None:
    key = ("S1", "GOOD", "L1")
    waiting = [
        effect(key, 5, 1),
        effect(key, 1, 1),
        Effect(2, "shipment_confirmation", is_set_aside=True, key=key, delta=-2),
    ]
    (found,) = comparison.stock({key: 4}, {key: 0}, waiting).values()
    assert found.explained == "receipt_confirmation=1 shipment_confirmation=1 DEAD=1"
    assert (found.key, found.ours, found.theirs) == ("S1|GOOD|L1", "4", "0")


def test_lots_count_together_where_the_erp_tells_none() -> None:
    ours = {("S1", "GOOD", "L1"): 2, ("S1", "GOOD", "L2"): 3, ("S2", "GOOD", "L1"): 1}
    assert comparison.stock(ours, {("S1", "GOOD", ""): 5, ("S2", "GOOD", "L1"): 1}, []) == {}
    (found,) = comparison.stock(ours, {("S1", "GOOD", ""): 6, ("S2", "GOOD", "L1"): 1}, []).values()
    assert found == Found("stock", "S1|GOOD", "5", "6")
    nothing = comparison.stock(ours, {}, [])
    assert {item.key for item in nothing.values()} == {"S1|GOOD", "S2|GOOD"}


@given(st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=300))
def test_long_keys_fit_and_stay_apart(one: str, other: str) -> None:
    keys = {comparison.stock_key((text, "GOOD", "L1")) for text in (one, other)}
    assert len(keys) == len({one, other})
    assert all(len(key) <= comparison.MOST_KEY for key in keys)


@given(st.dictionaries(NUMBERS, st.just("PICKING")), st.sets(NUMBERS), st.dictionaries(NUMBERS, TRACKING))
def test_every_order_that_only_one_side_holds_open_appears_once(
    here: dict[str, str], told: set[str], shipped: dict[str, str]
) -> None:
    closed = {number: "SHIPPED" for number in told - here.keys() if number != "E5"}
    found = comparison.orders(here, closed, told, shipped, {})
    assert {item.key for item in found.values()} == here.keys() ^ told
    for item in found.values():
        if item.key in told:
            assert (item.ours, item.theirs) == ("NONE" if item.key == "E5" else "SHIPPED", "OPEN")
        else:
            assert item.theirs == (
                f"SHIPPED {shipped[item.key]}".strip() if item.key in shipped else "NOT_OPEN"
            )
    assert comparison.orders(here, {}, set(here), {}, {}) == {}
    assert comparison.orders(here, {}, None, None, {}) == {}


@given(st.dictionaries(NUMBERS, st.sampled_from(["SF1", "SF2"])), st.dictionaries(NUMBERS, TRACKING))
def test_shipments_agree_when_the_erp_counts_them_under_our_number(
    ours: dict[str, str], theirs: dict[str, str]
) -> None:
    found = {item.key for item in comparison.shipments(ours, theirs, {}).values()}
    tells = any(theirs.values())
    assert found == {
        number
        for number, bill in ours.items()
        if number not in theirs or (tells and bill.lower() not in theirs[number].lower())
    }
    assert comparison.shipments(ours, dict(ours), {}) == {}


def test_of_a_silent_list_only_what_was_not_delivered_is_known() -> None:
    found = comparison.shipments({"E1": "SF1", "E2": "SF2"}, None, {"E2": "shipment_confirmation=1"})
    assert list(found.values()) == [
        Found("shipment", "E2", "SHIPPED SF2", "UNKNOWN", "shipment_confirmation=1")
    ]
    assert comparison.shipments({"E1": "SF1"}, {}, {}, skip={"E1"}) == {}


STATES = st.dictionaries(NUMBERS, st.sampled_from(["1", "2"]))


@given(STATES, STATES)
def test_only_what_differs_alike_twice_is_a_difference(one: dict[str, str], other: dict[str, str]) -> None:
    before, after = (
        {("order", no): Found("order", no, said, "OPEN") for no, said in side.items()}
        for side in (one, other)
    )
    found, moving = comparison.settled(before, after)
    assert {item.key for item in found} == {no for no in one if other.get(no) == one[no]}
    assert {key for _, key in moving} | {item.key for item in found} == one.keys() | other.keys()
    assert not {key for _, key in moving} & {item.key for item in found}
