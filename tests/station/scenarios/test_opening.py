"""An empty hall, its goods by a file, and an order that is picked from them: no truck, no ERP, no SQL."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

from station.ground.work import SYSTEM
from station.practice.demo import goods
from station.wiring import checks
from station.wiring.hub import Hub
from station.wiring.setup import running
from tests.floor import CHEN, SUN, ZHOU, Floor
from tests.station.scenarios.test_own_hall import PIN, SHOP
from tests.station.storage.hall.conftest import empty
from tests.station.storage.opening.conftest import Desk, lies_at, slots

__all__ = ["empty"]
ORDERS = (
    "erp_no,carrier_code,receiver_name,receiver_phone,address,line_key,sku_code,qty\n"
    "SO-1,ZTO,张三丰,13812345678,文三路100号,1,S0901,2\n"
    "SO-1,ZTO,张三丰,13812345678,文三路100号,2,S0902,3\n"
)


def bring_articles(desk: Desk) -> None:
    text = (
        "sku_code,name_zh,barcode,gross_g,is_shelf_life,shelf_life_n\n"
        f"S0901,龙井茶,{goods.gtin(901)},250,是,540\nS0902,茶杯,{goods.gtin(902)},300,,\n"
    )
    shown = desk.post("/desk/articles/file", file=(io.BytesIO(text.encode()), "商品.csv"))
    kept = re.findall(r'name="kept" value="(\w+)"', shown.text)[0]
    assert desk.post("/desk/articles/file/apply", kept=kept, name="商品.csv").status_code == 302


def bring_orders(hub: Hub) -> None:
    """The office drops a file, and the station takes it."""
    inbox = Path(hub.settings.data) / "erp" / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    path = inbox / "orders-1.csv"
    path.write_text(ORDERS, encoding="utf-8")
    os.utime(path, (1_700_000_000, 1_700_000_000))
    hub.sync().pull("folder")


def test_a_shop_begins_with_what_lies_in_its_slots(empty: Hub) -> None:
    running.set_up(empty, SHOP, SYSTEM)
    floor = Floor(empty)
    desk = Desk(floor)
    bring_articles(desk)
    one, two, three = slots(floor, "PICK", 3)
    os_no = desk.bring(f"{one},S0901,L-88,2026年4月1日,,12", f"{two},{goods.gtin(902)},,,,40")
    floor.scans(ZHOU, "opening", floor.slot(three), goods.gtin(901), "20260301", "CM-OK", "7")
    assert desk.sign(os_no, CHEN, PIN).status_code == 302
    bring_orders(empty)
    floor.release()
    floor.pick_next("T001", SUN)
    assert sum(row[3] for row in lies_at(floor, two)) == 37
    assert sum(row[3] for row in lies_at(floor, one)) == 10
    assert checks.broken(empty.db) == []
