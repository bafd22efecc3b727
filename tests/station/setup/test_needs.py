"""What is missing for the first order: said from the empty station on, with the page that mends it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, update

from printers.schema import printer
from station import create_app
from station.carriers.models import CarrierRoute, WaybillRange
from station.ground.setup.needs import missing
from station.ground.work import SYSTEM
from station.people.models import User
from station.stock.models import Location, Stock
from station.wiring.hub import Hub
from station.wiring.setup import running
from station.wiring.setup.doctor import doctor
from tests.days import Day
from tests.floor import CHEN, Floor
from tests.station.scenarios.conftest import shelved
from tests.station.storage.hall.conftest import empty

__all__ = ["empty", "shelved"]
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SHOP = (Path(__file__).parents[3] / "docs" / "shop.toml").read_text(encoding="utf-8")
NEEDS = "L-NEED-"


def lacking(hub: Hub) -> list[str]:
    checks = [check for room in hub.rooms for check in room.needs]
    with hub.db.read() as tx:
        return [need.code.removeprefix(NEEDS) for need in missing(checks, tx, hub.settings)]


def test_an_empty_station_lacks_everything(empty: Hub) -> None:
    musts = ["NAME", "ROLES", "BOX", "ARTICLES", "PLACES", "STOCK", "PAPER", "CARRIER"]
    assert lacking(empty) == [*musts, "APART", "GIFTS"]


def test_the_example_shop_lacks_goods_and_a_scale(empty: Hub) -> None:
    running.set_up(empty, SHOP, SYSTEM)
    assert lacking(empty) == ["ARTICLES", "STOCK", "SCALE"]


def test_a_hall_with_goods_lacks_nothing_until_something_goes(
    shelved: Callable[..., Day], floor: Floor
) -> None:
    shelved()
    hub = floor.hub
    assert lacking(hub) == []
    hub.db.write(lambda tx: tx.execute(delete(CarrierRoute)))
    assert lacking(hub) == ["ROUTES", "ROUTES"]
    hub.db.write(lambda tx: tx.execute(update(WaybillRange).values(next_serial=WaybillRange.last_serial + 1)))
    assert lacking(hub) == ["NUMBERS", "ROUTES"] * 2
    hub.db.write(
        lambda tx: tx.execute(update(Location).where(Location.kind == "LANE").values(state="CLOSED"))
    )
    assert lacking(hub) == ["LANE", "NUMBERS", "ROUTES"] * 2
    hub.db.write(lambda tx: tx.execute(update(Stock).values(on_hand=0, allocated=0)))
    assert lacking(hub)[0] == "STOCK"
    hub.db.write(lambda tx: tx.execute(update(User).where(User.name == "周仓管").values(is_active=False)))
    assert lacking(hub)[0] == "ROLES"


def test_the_desk_says_it_and_leads_there(empty: Hub) -> None:
    running.set_up(empty, SHOP, SYSTEM)
    client = create_app(hub=empty).test_client()
    client.set_cookie("sid", Floor(empty).sign_in(CHEN, device="desk"))
    page = client.get("/desk").get_data(as_text=True)
    assert "还不能处理订单" in page
    assert "没有电子秤: PACK-1" in page
    for address in ("/desk/erp", "/desk/stock", "/desk/scales"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200


def test_the_desk_of_a_ready_station_says_nothing(shelved: Callable[..., Day], floor: Floor) -> None:
    shelved()
    client = create_app(hub=floor.hub).test_client()
    client.set_cookie("sid", floor.sign_in(CHEN, device="desk"))
    assert "还不能处理订单" not in client.get("/desk").get_data(as_text=True)


def test_every_page_that_is_named_exists(empty: Hub) -> None:
    app = create_app(hub=empty)
    checks = [check for room in empty.rooms for check in room.needs]
    with empty.db.read() as tx:
        named = {need.endpoint for need in missing(checks, tx, empty.settings)} - {""}
    assert named <= set(app.view_functions)
    assert len(named) >= 4


def test_the_doctor_tells_it_too(empty: Hub) -> None:
    said = CliRunner().invoke(doctor, obj=lambda: empty)
    assert said.exit_code == 1
    assert "Nobody can yet work as: receiver, inspector" in said.output
    assert "The hall has no: dock" in said.output


def test_the_doctor_finds_a_ready_station_ready(shelved: Callable[..., Day], floor: Floor) -> None:
    """Gifts may wait: without their place, keeper and printer the station is ready, and they are told."""
    shelved()
    hub = floor.hub
    hub.db.write(lambda tx: tx.execute(update(User).where(User.name == "周仓管").values(roles="KEEPER")))
    hub.db.write(
        lambda tx: tx.execute(update(Location).where(Location.kind == "GIFT").values(state="CLOSED"))
    )
    hub.db.write(
        lambda tx: tx.execute(update(printer).where(printer.c.code == "PRGIFT").values(is_active=False))
    )
    said = CliRunner().invoke(doctor, obj=lambda: hub)
    assert (said.exit_code, "ready" in said.output) == (0, True)
    assert "can wait: For gifts there is no: gift keeper, gift area, gift labels" in said.output
    assert lacking(hub) == ["GIFTS"]
