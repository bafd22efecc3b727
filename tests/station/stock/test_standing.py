"""Whether goods may stand in a place: every rule of P8 as a table, and against a real hall."""

from __future__ import annotations

from dataclasses import replace

import pytest

from station.settings import Rules
from station.stock.models import LocationKind as K
from station.stock.models import LocationState
from station.stock.models import StockStatus as S
from station.stock.standing import Breach, Goods, Limits, Place, Standing, breaches, kinds_for, may_stand

TEA = Goods(sku_id=1, lot_id=11, qty=12, gross_g=100, home_id=5, home_code="A-05")
LIMITS = Limits(pick_lots=2, rsv_lots=1)
PICK, RSV, NEW = Place(5, K.PICK), Place(6, K.RSV), Place(7, K.NEW)
SAME_LOT, OTHER_LOT, THIRD_LOT = Standing(1, 11, 12, 100), Standing(1, 12, 12, 100), Standing(1, 13, 12, 100)
COFFEE = Standing(2, 21, 6, 300, "咖啡")


def test_the_default_limits_are_the_settings_defaults() -> None:
    assert Limits.of(Rules()) == Limits()
    assert Limits.of(Rules(pick_lots=3, rsv_lots=4)) == Limits(3, 4)


@pytest.mark.parametrize("place", [PICK, RSV, NEW])
def test_good_goods_may_stand_in_an_empty_slot(place: Place) -> None:
    assert may_stand(TEA, place, [], LIMITS) is None


@pytest.mark.parametrize(
    ("place", "others", "code"),
    [
        (PICK, [SAME_LOT], None),
        (PICK, [OTHER_LOT], None),
        (PICK, [SAME_LOT, OTHER_LOT], None),
        (PICK, [OTHER_LOT, THIRD_LOT], "E-PUT-04"),
        (RSV, [SAME_LOT], None),
        (RSV, [OTHER_LOT], "E-PUT-04"),
        (NEW, [OTHER_LOT], "E-PUT-04"),
        (PICK, [COFFEE], "E-PUT-02"),
        (RSV, [SAME_LOT, COFFEE], "E-PUT-02"),
        (Place(9, K.PICK), [], "E-PUT-03"),
        (Place(9, K.RSV), [], None),
        (replace(PICK, state=LocationState.FROZEN), [], "E-LOC-02"),
        (replace(RSV, state=LocationState.CLOSED), [], "E-LOC-02"),
        (Place(9, K.DOCK), [], "E-LOC-03"),
        (Place(9, K.VAULT), [], "E-LOC-03"),
        (Place(9, K.GIFT), [], "E-LOC-03"),
        (Place(9, K.QUAR), [], "E-LOC-03"),
    ],
)
def test_company_and_place(place: Place, others: list[Standing], code: str | None) -> None:
    breach = may_stand(TEA, place, others, LIMITS)
    assert (breach.code if breach else None) == code


WINE = replace(TEA, goods_class="LIQUID")
CELLAR = replace(RSV, goods_class="LIQUID")
FOR_PALLETS, MIXED = replace(RSV, needs_pallet=True), replace(RSV, is_mixed=True)


@pytest.mark.parametrize(
    ("goods", "place", "others", "code"),
    [
        (WINE, CELLAR, [], None),
        (WINE, RSV, [], "E-PUT-09"),
        (TEA, CELLAR, [], "E-PUT-09"),
        (WINE, replace(RSV, goods_class="COLD"), [], "E-PUT-09"),
        (replace(WINE, status=S.DEFECT), Place(9, K.QUAR), [], None),
        (TEA, FOR_PALLETS, [], "E-PUT-06"),
        (replace(TEA, is_on_pallet=True), FOR_PALLETS, [], None),
        (TEA, MIXED, [COFFEE, THIRD_LOT], None),
        (TEA, replace(MIXED, kind=K.PICK, id=5), [COFFEE], "E-PUT-02"),
        (replace(TEA, goods_class="COLD"), MIXED, [], "E-PUT-09"),
        (replace(TEA, is_valuable=True, needs_vault=True), RSV, [], "E-LOC-03"),
        (replace(TEA, is_valuable=True, needs_vault=True), Place(9, K.VAULT), [], None),
        (replace(TEA, is_valuable=True), RSV, [], None),
    ],
)
def test_goods_stand_among_their_own(
    goods: Goods, place: Place, others: list[Standing], code: str | None
) -> None:
    """P8: liquids, cold goods and valuables have places of their own; pallets, and articles beside each other."""
    breach = may_stand(goods, place, others, LIMITS)
    assert (breach.code if breach else None) == code


def test_a_class_is_named_in_both_languages() -> None:
    breach = may_stand(WINE, RSV, [], LIMITS)
    assert breach is not None
    assert (breach.facts["goods"]["zh"], breach.facts["place"]["zh"]) == ("液体", "普通")


@pytest.mark.parametrize(
    ("limit", "others", "fits"),
    [
        (1200, [], True),
        (1199, [], False),
        (2400, [SAME_LOT], True),
        (2399, [SAME_LOT], False),
        (None, [SAME_LOT], True),
    ],
)
def test_weight_counts_what_stands_there(limit: int | None, others: list[Standing], fits: bool) -> None:
    """Twelve of 100 g; the beam carries exactly what its plate says."""
    breach = may_stand(TEA, replace(RSV, max_weight_g=limit), others, LIMITS)
    assert (breach is None) == fits
    assert fits or breach == Breach("E-PUT-05")
    bulky = replace(TEA, gross_g=0, volume_cm3=100)
    besides = [replace(other, gross_g=0, volume_cm3=other.gross_g) for other in others]
    assert may_stand(bulky, replace(RSV, max_volume_cm3=limit), besides, LIMITS) == breach


def test_what_is_too_heavy_and_too_large_is_told_once() -> None:
    large = replace(TEA, volume_cm3=100)
    place = replace(RSV, max_weight_g=1, max_volume_cm3=1)
    assert [breach.code for breach in breaches(large, place, [], LIMITS)] == ["E-PUT-05"]


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (S.GIFT, K.GIFT, None),
        (S.GIFT, K.PICK, "E-GFT-02"),
        (S.GIFT, K.RSV, "E-GFT-02"),
        (S.DEFECT, K.QUAR, None),
        (S.DEFECT, K.PICK, "E-QUAR-01"),
        (S.BOXDMG, K.RSV, "E-QUAR-01"),
        (S.HOLD, K.RSV, "E-QUAR-01"),
        (S.SCRAP, K.NEW, "E-QUAR-01"),
        (S.EXPIRED, K.PICK, "E-QUAR-01"),
        (S.LOCKED, K.PICK, "E-EXP-09"),
        (S.LOCKED, K.RSV, None),
        (S.NEAR, K.PICK, None),
        (S.RETURN, K.RTN, None),
        (S.RETURN, K.QUAR, None),
        (S.RETURN, K.PICK, "E-LOC-03"),
        (S.INSPECT, K.QC, None),
        (S.INSPECT, K.RSV, "E-LOC-03"),
    ],
)
def test_every_status_has_its_kinds_of_places(status: S, kind: K, code: str | None) -> None:
    breach = may_stand(replace(TEA, status=status), Place(5, kind), [], LIMITS)
    assert (breach.code if breach else None) == code


@pytest.mark.parametrize("kind", [K.GIFT, K.QUAR])
def test_areas_hold_anything_of_their_kind(kind: K) -> None:
    status = S.GIFT if kind == K.GIFT else S.DEFECT
    others = [COFFEE, OTHER_LOT, THIRD_LOT]
    assert may_stand(replace(TEA, status=status), Place(9, kind), others, LIMITS) is None


def test_valuables_may_stand_in_the_vault_and_in_slots() -> None:
    ring = replace(TEA, is_valuable=True)
    assert may_stand(ring, Place(9, K.VAULT), [], LIMITS) is None
    assert may_stand(ring, RSV, [], LIMITS) is None
    assert may_stand(ring, Place(9, K.VAULT), [OTHER_LOT], LIMITS) == Breach("E-PUT-04")
    assert K.VAULT not in kinds_for(TEA)


def test_the_worker_hears_what_is_wrong_in_order() -> None:
    """Frozen, another article, a second pick slot, too many lots, too heavy: one after another."""
    place = Place(9, K.PICK, LocationState.FROZEN, max_weight_g=1)
    found = list(breaches(TEA, place, [COFFEE, OTHER_LOT, THIRD_LOT], LIMITS))
    assert [breach.code for breach in found] == ["E-LOC-02", "E-PUT-02", "E-PUT-03", "E-PUT-04", "E-PUT-05"]
    assert [breach.is_final for breach in found] == [True, True, False, False, False]
    assert found[1].facts == {"sku": "咖啡"}
    assert found[2].facts == {"loc": "A-05"}


def test_a_wrong_place_names_the_right_ones() -> None:
    breach = may_stand(TEA, Place(9, K.DOCK), [], LIMITS)
    assert breach is not None
    assert breach.facts["type"] == {"zh": "存储位/拣货位/新品区", "en": "reserve/pick slot/new goods"}


def test_a_first_article_has_no_pick_slot_to_contradict() -> None:
    assert may_stand(replace(TEA, home_id=None), Place(9, K.PICK), [], LIMITS) is None
