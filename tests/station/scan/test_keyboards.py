"""A scanner on the wrong keyboard: read where a check character proves it, and nowhere else."""

from __future__ import annotations

import pytest

from station.ground.scan import keyboards
from station.ground.scan.codes import internal, resolve
from station.ground.scan.kinds import Kind
from tests.station.scan.test_codes import FLOOR

FRENCH = str.maketrans("1234567890-qawzQAWZmM", "&é\"'(-è_çà)aqzwAQZW,?")
GERMAN = str.maketrans("yzYZ-_", "zyZYß?")


@pytest.mark.parametrize("layout", [FRENCH, GERMAN], ids=["french", "german"])
@pytest.mark.parametrize(
    ("meant", "kind"),
    [
        (internal("LC", "A-03-12-2-05"), Kind.LOCATION),
        (internal("LC", "Y0112205"), Kind.LOCATION),
        (internal("WS", "ZQ1"), Kind.WORKSTATION),
        ("CM-OK", Kind.COMMAND),
        ("cm-damage", Kind.COMMAND),
        ("6901234567892", Kind.PRODUCT),
    ],
)
def test_what_proves_itself_is_read(meant, kind, layout):
    code = resolve(meant.translate(layout), frozenset({kind}), FLOOR)
    assert (code.kind, code.text) == (kind, meant.upper())


def test_what_proves_nothing_stays_as_it_is():
    assert resolve("àà)é", frozenset({Kind.PRODUCT}), FLOOR).kind is Kind.UNKNOWN
    assert resolve("Zürich (10)", frozenset({Kind.TEXT}), FLOOR).text == "Zürich (10)"
    assert next(keyboards.readings("abc")) == "abc"
