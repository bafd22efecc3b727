"""The desk, with a connection to the twin."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from station import create_app
from station.erp import connections
from station.erp.connectors import KINDS
from station.practice.demo import world
from tests.floor import Floor
from tests.station.office.erp.desk import vault_of
from tests.station.office.erp_twin import SECRET


@pytest.fixture
def twin(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> int:
    """A connection to the twin, beside the folder."""
    monkeypatch.setitem(KINDS, "twin", ("tests.station.office.erp_twin:TwinConnector", "孪生", "Twin"))
    key, now = vault_of(floor.hub), floor.hub.clock.now()
    values = {"url": "http://127.0.0.1:9/", "password": SECRET}

    def work(tx: Session) -> int:
        return connections.add(tx, key, code="twin", name="孪生 ERP", kind="twin", values=values, now=now)

    return floor.hub.db.write(work)


@pytest.fixture
def client(floor: Floor, twin: int) -> FlaskClient:
    assert twin
    floor.hub.demo_people = world.people(0)
    return create_app(hub=floor.hub).test_client()
