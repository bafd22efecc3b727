"""Exports of shops as they come, read by a mapping: each ready one by a file made here after its public columns."""

from __future__ import annotations

import io
import re
from zoneinfo import ZoneInfo

import pytest

from station.erp.folder import columns, mapping, ready
from station.erp.folder.columns import FILES
from station.erp.folder.files import parsed_by
from station.ground.spreadsheets.reading import table_of
from station.practice.demo import goods
from station.wiring.hub import Hub
from tests.station.erp.arrivals import deliver
from tests.station.erp.test_set_aside import Desk
from tests.station.ground.spreadsheets.test_reading import xlsx

SHANGHAI = ZoneInfo("Asia/Shanghai")

TAOBAO = (
    "订单编号,买家会员名,总金额,订单状态,买家留言,收货人姓名,收货地址,联系手机,订单付款时间,宝贝标题,商家编码,宝贝总数量,物流公司\n"
    '"=""2611270001""",a,9,买家已付款，等待卖家发货,请放门口,王某,浙江省 杭州市 西湖区 某路1号,\'13900001111,2026-11-27 09:05:01,燕麦,S0001,2,中通快递\n'
    '"=""2611270002""",b,9,交易关闭,,李某,北京 北京市 朝阳区 某路2号,\'13900002222,2026-11-27 09:06:01,燕麦,S0001,1,中通快递\n'
).encode("gb18030")
PINDUODUO = (
    "订单号,订单状态,收件人,手机,省,市,区,详细地址,商家编码-规格维度,商品数量(件),快递公司,支付时间\n"
    "261127-1\t,待发货,王某,13900001111\t,浙江省,杭州市,西湖区,某路1号,S0001,2,中通快递,2026-11-27 09:05:01\t\n"
    "261127-2\t,已取消,王某,13900001111\t,浙江省,杭州市,西湖区,某路1号,S0001,2,中通快递,2026-11-27 09:05:01\t\n"
).encode()
JD = xlsx(
    ["订单号", "商品ID", "商品名称", "订购数量", "下单时间", "订单状态", "客户姓名", "客户地址", "联系电话", "货号", "物流公司"],
    [2611270001, 100001, "燕麦", 2, "2026-11-27 09:05:01", "等待出库", "王某", "浙江省 杭州市 西湖区 某路1号", "13900001111", "S0001", "中通快递"],
    [2611270002, 100001, "燕麦", 2, "2026-11-27 09:05:01", "完成", "王某", "某路1号", "13900001111", "S0001", "中通快递"],
)  # fmt: skip
DOUYIN = (
    "主订单编号,子订单编号,选购商品,商品数量,商家编码,收件人,收件人手机号,省,市,区,街道,详细地址,订单状态,快递公司,承诺发货时间\n"
    "69001\t,690011\t,燕麦,2,S0001,王某,13900001111,浙江省,杭州市,西湖区,北山街道,某路1号,待发货,中通快递,2026-11-29 09:00:00\n"
    "69001\t,690012\t,牛奶,1,S0002,王某,13900001111,浙江省,杭州市,西湖区,北山街道,某路1号,待发货,中通快递,2026-11-29 09:00:00\n"
    "69002\t,690021\t,牛奶,1,S0002,王某,13900001111,浙江省,杭州市,西湖区,北山街道,某路1号,已关闭,中通快递,\n"
).encode("utf-8-sig")
WOO = (
    b"Order Number,Order Status,Order Date,Customer Note,First Name (Shipping),Last Name (Shipping),"
    b"Address 1&2 (Shipping),City (Shipping),State Code (Shipping),Postcode (Shipping),Country Code (Shipping),"
    b"Phone (Billing),Shipping Method Title,Item #,Item Name,SKU,Quantity\n"
    b'1001,Processing,2026-11-27 09:05,"ring\ntwice",Wei,Wang,Some Road 1,Hangzhou,ZJ,310000,CN,13900001111,ZTO,1,Oats,S0001,2\n'
    b"1002,Cancelled,2026-11-27 09:06,,Wei,Wang,Some Road 1,Hangzhou,ZJ,310000,CN,13900001111,ZTO,1,Oats,S0001,2\n"
)
SHOPIFY = (
    b"Name,Email,Financial Status,Paid at,Fulfillment Status,Lineitem quantity,Lineitem name,Lineitem sku,Shipping Name,"
    b"Shipping Address1,Shipping Address2,Shipping City,Shipping Zip,Shipping Province,Shipping Country,Shipping Phone,"
    b"Shipping Method,Id\n"
    b"#1001,a@b.example,paid,2026-11-27 09:05:01 +0800,unfulfilled,2,Oats,S0001,Wang Wei,Some Road 1,Room 2,Hangzhou,'310000,ZJ,CN,'13900001111,ZTO,1\n"
    b"#1001,a@b.example,,,,1,Milk,S0002,,,,,,,,,,\n"
    b"#1002,a@b.example,refunded,,,1,Milk,S0002,Wang Wei,Some Road 1,,Hangzhou,'310000,ZJ,CN,'13900001111,ZTO,2\n"
    b"#1002,a@b.example,,,,1,Oats,S0001,,,,,,,,,,\n"
)
GENERIC = "单号,承运商,姓名,手机,地址,货号,件数\nG1,ZTO,王某,13900001111,浙江省 杭州市 西湖区 某路1号,S0001,2件\n".encode()
EXPORTS = {
    "taobao": (TAOBAO, ["2611270001"]),
    "pinduoduo": (PINDUODUO, ["261127-1"]),
    "jd": (JD, ["2611270001"]),
    "douyin": (DOUYIN, ["69001"]),
    "woocommerce": (WOO, ["1001"]),
    "shopify": (SHOPIFY, ["#1001"]),
    "generic": (GENERIC, ["G1"]),
}


def parsed(code: str, data: bytes) -> columns.Parsed:
    one = mapping.read(code, ready.spec(code))
    table = table_of(
        "x.xlsx" if data.startswith(b"PK") else "x.csv", data, {name: name for name in one.headers}
    )
    assert one.fits("x.csv", table.header) or code == "generic"
    return columns.parse(FILES[one.kind], mapping.apply(one, table), SHANGHAI)


@pytest.mark.parametrize("code", ready.ORDER)
def test_it_is_read_likewise_in_the_process_apart(code: str) -> None:
    """Where only the wanted columns come back, and headers are compared in any case."""
    data, _numbers = EXPORTS[code]
    one = mapping.read(code, {**ready.spec(code), "signature": ready.spec(code).get("signature", ["单号"])})
    name = "x.xlsx" if data.startswith(b"PK") else "x.csv"
    _kind, found = parsed_by(name, data, None, [one], SHANGHAI)
    assert found.documents == parsed(code, data).documents


@pytest.mark.parametrize("code", ready.ORDER)
def test_a_usual_export_is_read_by_its_ready_mapping(code: str) -> None:
    data, numbers = EXPORTS[code]
    found = parsed(code, data)
    assert (found.findings, [doc.erp_no for doc in found.documents]) == ([], numbers)
    order = found.documents[0]
    assert (order.carrier_code, order.receiver.phone) == ("ZTO", "13900001111")
    assert (order.lines[0].sku_code, order.lines[0].qty_each) == ("S0001", 2)
    assert order.receiver.name in {"王某", "Wei Wang", "Wang Wei"}
    if code in {"taobao", "pinduoduo", "jd", "douyin", "generic"}:
        assert (order.receiver.province, order.receiver.city, order.receiver.district) == (
            "浙江省",
            "杭州市",
            "西湖区",
        )
        assert order.receiver.address in {"某路1号", "北山街道某路1号"}
    if code in {"douyin", "shopify"}:
        assert [line.sku_code for line in order.lines] == ["S0001", "S0002"]


def test_numbers_from_several_cells_units_and_words() -> None:
    spec = {
        "kind": "notices",
        "columns": {
            "asn_no": {"of": ["年", "序号"], "by": "-"},
            "supplier_code": {"const": "V01"},
            "warehouse": {"of": ["仓"], "words": {"一号仓": "WH1"}},
            "sku_code": {"of": ["货"]},
            "qty": {"of": ["数"]},
            mapping.UNIT: {"of": ["单位"], "words": {"箱": "12"}},
        },
    }
    text = "年,序号,仓,货,数,单位,多余\n2026,7,一号仓,S1,2,箱,x\n2026,7,一号仓,S2,3,件,x\n2026,8,一号仓,S2,3,桶,x\n"
    one = mapping.read("v", spec)
    table = table_of("x.csv", text.encode(), {name: name for name in one.headers})
    found = columns.parse(FILES["notices"], mapping.apply(one, table), SHANGHAI)
    (notice,) = found.documents
    assert (notice.asn_no, notice.supplier_code, notice.warehouse) == ("2026-7", "V01", "WH1")
    assert [line.qty_each for line in notice.lines] == [24, 3]
    assert [(item.cell, item.code, item.detail) for item in found.findings] == [("E4", "E-ERP-35", "桶")]
    assert ("N-ERP-07", "多余") in {(note.code, note.detail) for note in found.notes}


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_shops_file_is_mapped_once_and_read_by_itself_afterwards(hub: Hub) -> None:
    desk = Desk(hub)
    (article,) = goods.products(1)
    assert deliver(hub, "folder", article) == ["TAKEN"]
    fields = {"of": "folder", "file": (io.BytesIO(TAOBAO), "ExportOrderList.csv"), **desk.csrf}
    page = desk.client.post("/desk/erp/maps", data=fields, content_type="multipart/form-data").text
    for words in ("2611270001", "某路1号", "ZTO", f"{article.code} × 2", "淘宝"):
        assert words in page
    form = _fields(page)
    assert desk.post("/desk/erp/maps/folder/save", **form | {"of0-sku_code": ""}) == 422
    assert (
        desk.post("/desk/erp/maps/folder/save", **form | {"title": "我的淘宝", "pattern": "Export*.csv"})
        == 302
    )
    desk.drop("ExportOrderList.csv", TAOBAO.decode("gb18030"))
    told = desk.answer("done/ExportOrderList.csv.result.csv")
    assert [(row["doc_no"], row["result"]) for row in told if row["doc_type"] and row["doc_no"]] == [
        ("2611270001", "NEW")
    ]
    assert {"N-ERP-10", "N-ERP-11"} <= {row["code"] for row in told}
    assert desk.post("/desk/erp/maps/folder/save", **form | {"title": "我的淘宝", "pattern": "*.xlsx"}) == 302
    assert "✔" in desk.client.get("/desk/erp/maps").text
    desk.drop("ExportOrderList2.csv", TAOBAO.decode("gb18030") + "\n")
    assert [row["code"] for row in desk.answer("rejected/ExportOrderList2.csv.reason.csv")] == ["E-ERP-01"]
    assert desk.post("/desk/erp/maps/folder/retire", title="我的淘宝") == 302


def _fields(page: str) -> dict[str, str]:
    """What the form says as it was drawn."""
    form = page[page.index("/look") :]
    said = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form))
    for name, body in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body)
        said[name] = chosen[1] if chosen else ""
    said |= dict(re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL))
    return said | {"splits_area": "1"}
