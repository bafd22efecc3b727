"""A picture of the open parcel, taken at the bench and kept with the parcel (P17)."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from station import create_app
from station.ground.web.kit import csrf_token
from tests.floor import CHEN, ZHAO, Floor
from tests.station.outbound.bench import Bench
from tests.station.scenarios.conftest import order_of


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_photos_of_an_open_parcel(
    at_bench: Callable[..., Bench], floor: Floor, books: Callable[[], None]
) -> None:
    """Only while it is at the bench; afterwards the desk finds them on the order's page."""
    bench = at_bench(order_of(1, ("S0001", 1)))
    web = create_app(hub=floor.hub).test_client()
    token = floor.sign_in(ZHAO)
    web.set_cookie("sid", token)
    assert web.get("/work/parcel-photos").location.endswith("/work/pack")
    box = bench.to_box(1, 1)
    page = web.get("/work/parcel-photos", follow_redirects=True)
    assert page.request.path == f"/work/parcel-photos/{bench.order_no(1)}-1"
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(picture, "PNG")

    def send(data: bytes) -> Any:
        file = {"file": (io.BytesIO(data), "a.png"), "csrf": csrf_token(token)}
        return web.post(page.request.path, data=file, follow_redirects=True)

    assert send(b"no picture").status_code == 422
    (address,) = re.findall(rf'src="({page.request.path}/\w+)"', send(picture.getvalue()).text)
    bench.finish(box)
    assert send(picture.getvalue() + b" ").status_code == 422
    desk = create_app(hub=floor.hub).test_client()
    desk.set_cookie("sid", floor.sign_in(CHEN, device="desk"))
    assert f'href="{page.request.path}"' in desk.get(f"/desk/orders/{bench.order_no(1)}").text
    with desk.get(address) as kept:
        assert kept.data == picture.getvalue()
    assert desk.get("/work/parcel-photos/DO0-1").status_code == 404
    books()
