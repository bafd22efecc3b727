"""A shop's own numbers with a weight or a price inside: read by its setting, never guessed."""

from __future__ import annotations

import pytest
from biip.checksums import gs1_standard_check_digit

from station.ground.scan.codes import resolve
from station.ground.scan.kinds import CodeError, Kind, ProductHit
from station.ground.scan.trade import Seen
from station.settings import Rules, SettingsError

WEIGHED, PRICED, BOTH = "21IIIIIWWWWWC", "22IIIIIPPPPPC", "23IIIIIWWWWWPPPPPC"


class Counter:
    """A `Known` with one article under one code."""

    def __init__(self, code: str) -> None:
        self.code = code

    def product(self, code: str) -> list[ProductHit]:
        return [ProductHit(4, "EACH", 1)] if code == self.code else []

    def lot_regex(self, _sku_id: int) -> str:
        return ""

    def waybill(self, _number: str) -> bool:
        return False

    def notice(self, _number: str) -> bool:
        return False


def closed(body: str) -> str:
    return body + str(gs1_standard_check_digit(body))


def read(raw: str, stored: str, *patterns: str):
    return resolve(raw, frozenset({Kind.PRODUCT}), Counter(stored), Seen(2026, patterns))


@pytest.mark.parametrize("stored", [closed("210123400000"), "2101234", "01234", "1234"])
def test_the_article_and_its_weight(stored):
    code = read(closed("210123401250"), stored, WEIGHED)
    assert (code.sku_id, code.net_mg, code.price, code.units) == (4, 1_250_000, "", 1)


def test_a_price_and_both():
    assert read(closed("220123401999"), "01234", WEIGHED, PRICED).price == "19.99"
    code = read(closed("23012340125001999"), "01234", WEIGHED, BOTH)
    assert (code.net_mg, code.price) == (1_250_000, "19.99")


def test_a_number_that_is_bound_as_it_stands_is_its_article():
    fixed = closed("200000000001")
    assert read(fixed, fixed).sku_id == 4
    assert read(fixed, fixed, WEIGHED).net_mg is None


@pytest.mark.parametrize("raw", [closed("210123401250"), closed("020123401250"), closed("20123401250")])
def test_without_a_pattern_nothing_is_guessed(raw):
    with pytest.raises(CodeError) as caught:
        read(raw, "01234")
    assert (caught.value.code, caught.value.facts) == ("E-BAR-03", {"raw": raw})


def test_another_articles_weight_is_unknown_and_a_wrong_digit_wrong():
    assert read(closed("210999901250"), "01234", WEIGHED).kind is Kind.UNKNOWN
    with pytest.raises(CodeError, match="E-GS1-02"):
        read(
            closed("210123401250")[:-1] + "x".replace("x", str((int(closed("210123401250")[-1]) + 1) % 10)),
            "01234",
            WEIGHED,
        )


@pytest.mark.parametrize("pattern", ["", "IIIIIWWWWWC", "21WWWWWWWWWWC", "21IIIIIWWWWWZ", "2I"])
def test_a_pattern_that_says_nothing_stops_the_start(pattern):
    with pytest.raises(SettingsError, match="shop_codes"):
        Rules(shop_codes=(pattern,))
