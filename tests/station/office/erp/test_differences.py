"""The differences between station and ERP: told in words, noted, never changed."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from station.erp import connections
from station.erp.compare import reconcile, wishes
from station.erp.compare.models import Difference, Reconciliation
from station.erp.makeup import Setup, Words
from station.erp.port import OpenOrder, StockLine
from station.practice.demo import goods
from station.wiring.hub import Hub
from tests.floor import CHEN, Floor
from tests.station.office.erp.desk import arrive, difference, enter, read, row_of
from tests.station.office.erp_twin import HOSTILE, TwinConnector
from tests.station.scenarios.conftest import order_of


def test_a_difference_leads_to_the_stations_own_history(client: FlaskClient, floor: Floor) -> None:
    articles = goods.products(4)
    (notice,) = goods.notices(articles, {}, "WH1", floor.hub.clock.today())
    arrive(floor.hub, *articles, notice, order_of(1, ("S0001", 1)))
    lines = [
        (goods.gtin(i), 1, 0, "20260401" if article.is_shelf_life else "")
        for i, article in enumerate(articles, 1)
    ]
    floor.receive(notice.asn_no, lines)
    enter(client, floor, CHEN)
    assert "收货" in client.get(f"/desk/erp/differences/{difference(floor.hub)}").text
    order = order_of(1, ("S0001", 1)).erp_no
    text = client.get(f"/desk/erp/differences/{difference(floor.hub, 'order', order)}").text
    assert re.search(r'href="/desk/orders/DO', text)
    nobody = client.get(f"/desk/erp/differences/{difference(floor.hub, 'order', 'nobody')}")
    assert nobody.status_code == 200


def test_a_note_is_kept_and_the_figures_stay(client: FlaskClient, floor: Floor) -> None:
    hub = floor.hub
    difference_id = difference(hub)
    csrf = enter(client, floor, CHEN)
    form = {"csrf": csrf, "note": f"已通知财务\n{HOSTILE}", "ours": "GOOD 7", "explained": "x"}
    assert client.post(f"/desk/erp/differences/{difference_id}/note", data=form).status_code == 302
    row = row_of(hub, Difference, difference_id)
    assert row.note.startswith("已通知财务 <img")
    assert (row.ours, row.explained, row.noted_by) == ("GOOD 5", "", "陈主管")
    assert "已通知财务" in client.get("/desk/erp/differences").text
    assert client.post("/desk/erp/differences/99999/note", data=form).status_code == 404


def compared(hub: Hub, **answers: Any) -> None:
    """The twin is asked and compared, as the workers do it."""

    class Asked(TwinConnector):
        def stock(self) -> Any:
            return answers.get("stock")

        def open_orders(self) -> Any:
            return answers.get("open_orders")

        def shipped(self, since: Any) -> Any:
            assert since
            return answers.get("shipped")

    setup = Setup(values={}, words=Words(), warehouse="WH1", timezone="Asia/Shanghai")
    wish = read(hub, lambda tx: wishes.asked(tx, "twin"))
    by = "" if wish else "night"
    assert reconcile.run(hub.db, hub.clock, "twin", Asked(setup), asked_by=by, reconciliation_id=wish)


def cells(client: FlaskClient, title: str) -> list[str]:
    """What stands under a title of the tables of differences."""
    text = client.get("/desk/erp/differences").text
    found = re.findall(rf'<td data-title="{title}">(.*?)</td>', text, re.DOTALL)
    return [re.sub(r"<[^>]+>", " ", item).strip() for item in found]


def test_the_page_says_what_the_erp_could_not_tell(client: FlaskClient, floor: Floor) -> None:
    csrf = enter(client, floor, CHEN)
    compared(floor.hub)
    client.post("/desk/erp/twin/reconcile", data={"csrf": csrf})
    compared(
        floor.hub, stock=[StockLine("S0001", "", "GOOD", 3)], open_orders=[OpenOrder("E9", "")], shipped={}
    )
    newest, first = cells(client, "说明")
    assert newest == ""
    assert re.split(r"\s+", first) == [
        "对方无法告知库存。", "对方无法告知未完成订单。", "对方无法告知已发货的单。"
    ]  # fmt: skip
    assert cells(client, "申请人") == ["陈主管", "每夜"]


def test_differences_are_told_in_words(client: FlaskClient, floor: Floor) -> None:
    enter(client, floor, CHEN)
    hub = floor.hub
    compared(hub, stock=[StockLine("S0001", "L1", "GOOD", 3)], open_orders=[OpenOrder("E9", "")])
    text = client.get("/desk/erp/differences").text
    assert "S0001 · 正品 · L1" in text
    assert "本仓没有" in text
    assert "对方仍待发" in text
    said = {"explained": "receipt_confirmation=2 DEAD=1", "theirs": "3 (+5)"}
    change = update(Difference).where(Difference.what == "stock").values(**said)
    hub.db.write(lambda tx: tx.execute(change))
    text = client.get("/desk/erp/differences").text
    assert "2 × 入库确认, 1 × 其中被拒绝" in text
    assert "3 (+5)" in text
    row = read(hub, lambda tx: tx.scalar(select(Difference.id).where(Difference.what == "order")))
    assert "对方仍待发" in client.get(f"/desk/erp/differences/{row}").text


def test_a_comparison_that_failed_says_why(client: FlaskClient, floor: Floor) -> None:
    enter(client, floor, CHEN)
    now = floor.hub.clock.now()

    def work(tx: Session) -> None:
        values = {"connection_id": connections.known(tx, "twin").id, "asked_by": "night", "started_at": now}
        tx.add(Reconciliation(**values, state="FAILED", error=f"Down: {HOSTILE}", finished_at=now))
        tx.flush()

    floor.hub.db.write(work)
    assert "Down: &lt;img" in client.get("/desk/erp/differences").text
