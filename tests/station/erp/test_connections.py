"""What a connection may be told: settings with a default, and which of them can be emptied."""

from __future__ import annotations

import pytest

from station.erp import connections
from station.erp.connections import BadConnection

TOLD = {"url": "http://erp.lan:8000", "database": "shop", "login": "wms", "password": "p"}


def test_an_optional_setting_can_be_emptied() -> None:
    """A Tryton whose purchases have numbers of their own needs no prefix before them."""
    assert connections.checked("tryton", TOLD)[0]["purchase_prefix"] == "PO-"
    assert connections.checked("tryton", TOLD | {"purchase_prefix": " "})[0]["purchase_prefix"] == ""


def test_a_needed_one_falls_back_or_is_asked_for() -> None:
    assert connections.checked("tryton", TOLD | {"warehouse": ""})[0]["warehouse"] == "WH"
    with pytest.raises(BadConnection, match="database"):
        connections.checked("tryton", TOLD | {"database": ""})


def test_secrets_stand_apart() -> None:
    plain, secrets = connections.checked("tryton", TOLD)
    assert "password" not in plain
    assert secrets == {"password": "p"}
