"""One realistic document of every kind."""

import dataclasses
from typing import Any

from printers.documents import (
    AcceptanceLine,
    AcceptanceSheet,
    Adjustment,
    AdjustmentLine,
    CartonLabel,
    CountLine,
    CountSheet,
    DockLabel,
    Document,
    GiftLabel,
    GiftLine,
    GiftRegister,
    InboundLine,
    InboundSlip,
    InvoiceCopy,
    InvoiceLine,
    LabelSheet,
    Manifest,
    ManifestParcel,
    PackingLine,
    PackingSlip,
    PalletLabel,
    PalletLine,
    PickLine,
    PickList,
    RegisterColumn,
    RegisterRow,
    RegisterSheet,
    RejectLabel,
    ReturnLabel,
    SheetLabel,
    SlotLabel,
    SortCell,
    SortLine,
    SortPut,
    SortSheet,
    TempLabel,
    TestPage,
    ThingLabel,
    Waybill,
)

CARTON = CartonLabel(
    carton_code="CT2611230001057",
    sku_code="SKU-10023",
    product_name="伊利金典有机纯牛奶全脂梦幻盖 250ml×12 盒礼盒装（呼伦贝尔限定牧场）",
    spec="250ml*12盒/提",
    product_barcode="6907992512570",
    produced_on="2026-10-08",
    expires_on="2027-04-08",
    lot_no="L20261008A2",
    received_on="2026-11-23",
    qty_each=48,
    pack_text="盒 (4提×12盒)",
    supplier_name="内蒙古伊利实业集团股份有限公司深圳分公司",
    putaway_zone="A区 冷饮货架 03",
    inspector_name="王丽华",
    inspector_no="QC017",
    marks=("贵重", "临期"),
    carton_i=12,
    carton_n=50,
)
SLOT = SlotLabel("LCA010203X", "A-01-02-3", "47", "拣货位 PICK", "A区", "down", 2)
ACCEPTANCE = AcceptanceSheet(
    as_no="AS26112300014",
    po_no="PO20261118-0077",
    supplier_name="内蒙古伊利实业集团股份有限公司深圳分公司",
    lines=tuple(
        AcceptanceLine(
            sku_code=f"SKU-{10020 + i}",
            product_name="伊利金典有机纯牛奶全脂梦幻盖礼盒装" if i % 2 else "海天味极鲜酱油特级酿造",
            spec="250ml*12盒/提" if i % 2 else "1.9L*6瓶/箱",
            unit="盒" if i % 2 else "瓶",
            ordered_qty=480,
            delivered_qty=492,
            received_qty=480,
            rejected_qty=12 if i % 3 == 0 else 0,
            gift_qty=24 if i % 4 == 0 else 0,
            diff_qty=-12 if i % 3 == 0 else 0,
            produced_on="2026-10-08",
            shelf_life="6个月",
            expires_on="2027-04-08",
            used_percent=25,
            lot_no="L20261008A2",
            stage1_result="破损" if i % 3 == 0 else "完好",
            sample_due=96,
            sample_done=96,
            sample_bad=1 if i % 3 == 0 else 0,
            verdict="部分收" if i % 3 == 0 else "合格",
        )
        for i in range(18)
    ),
    vehicle_no="粤B·D12345",
    driver_name="刘建国",
    arrived_at="2026-11-23 08:42",
    reject_reasons=("第3行外箱浸水2箱", "第6行封箱破1箱"),
    override_by="陈主管 S003",
    override_reason="已用保质期 34%，供应商承诺补差价，门店急缺",
    receiver_name="李伟",
    inspector_name="王丽华",
    clerk_name="赵敏",
    signed_at="2026-11-23 10:15",
    ply_no=2,
    ply_name="供应商结算联",
)
INBOUND = InboundSlip(
    gr_no="GR26112300021",
    as_no="AS26112300014",
    po_no="PO20261118-0077",
    supplier_name="佛山市海天调味食品股份有限公司",
    lines=tuple(
        InboundLine(f"SKU-{10020 + i}", "海天味极鲜酱油特级酿造", "1.9L*6瓶/箱", "瓶", 480, 1290, 619200)
        if i % 2
        else InboundLine(
            f"SKU-{10020 + i}",
            "伊利金典有机纯牛奶",
            "250ml*12盒",
            "盒",
            480,
            452,
            216960,
            "L20261008A2",
            "2027-04-08",
            "A-01-02-3",
        )
        for i in range(6)
    ),
    warehouse_name="深圳龙华一号仓",
    posted_on="2026-11-23",
    supervisor_name="陈志强",
    keeper_name="周小红",
    clerk_name="赵敏",
    ply_no=2,
    ply_name="财务联",
    shows_money=True,
)
PICK = PickList(
    pick_no="PK26112300342",
    lines=tuple(
        PickLine(
            f"A-0{i}-02-3",
            f"SKU-{10020 + i}",
            "维达超韧系列抽取式面纸 3层130抽" if i % 2 else "立白大师香氛洗衣凝珠",
            "24包/箱",
            "L2610A",
            "2028-10-01",
            i + 1,
            f"{i:02d}",
        )
        for i in range(1, 8)
    ),
    kind_text="W4 多品播种",
    walk_m=412,
    saved_m=96,
    picker_name="孙悦",
    cart_code="TT0017",
    carrier_name="中通快递",
    cutoff_at="16:30",
)
PACKING = PackingSlip(
    do_no="DO26112300871",
    lines=(
        PackingLine("维达超韧系列抽取式面纸", "3层130抽*24包", 2, amount_fen=11980),
        PackingLine("立白大师香氛洗衣凝珠", "52颗/盒 樱花", 1, amount_fen=4990),
        PackingLine("立白便携洗手液体验装", "50ml", 1, is_gift=True),
    ),
    shop_name="一仓优选旗舰店",
    platform_no="26112388001234567890",
    ordered_on="2026-11-23 09:12",
    receiver_name="李*华",
    receiver_phone="138****5678",
    receiver_address="广东省深圳市龙华区民治街道民康路蓝坤大厦***",
    buyer_note="请务必放丰巢，不要打电话，谢谢！",
    seller_note="祝您生活愉快，记得给五星好评哦～",
    service_text="客服 400-800-1234（9:00-21:00）7天无理由退货",
    return_address="广东省深圳市龙华区观澜大道1号仓 退货组",
    cell="07/24",
    parcel_i=1,
    parcel_n=2,
    shows_prices=True,
)
WAYBILL = Waybill(
    waybill_no="YT8812345678901",
    carrier_name="圆通速递",
    route_code="320-A08-017",
    sortation_name="深圳转运中心",
    consolidation="龙华集散 075501",
    service_name="标准快递",
    receiver_name="李*华",
    receiver_phone="138****5678",
    receiver_address="广东省深圳市龙华区民治街道民康路与中梅路交汇处蓝坤大厦A座***",
    sender_name="一仓优选",
    sender_phone="0755****1234",
    sender_address="广东省深圳市龙华区观澜大道100号一号仓发货部",
    parent_no="",
    parcel_i=1,
    parcel_n=2,
    weight_g=2350,
    insured_fen=50000,
    cod_fen=21960,
    do_no="DO26112300871",
    cell="07/24",
    goods=("面纸24包×2", "洗衣凝珠52颗×1", "赠 洗手液50ml×1"),
    note="买家要求放丰巢",
)
INVOICE = InvoiceCopy(
    invoice_no="26442000000123456789",
    issued_on="2026-11-23",
    buyer_name="深圳市星辰科技有限公司",
    seller_name="深圳市一仓优选电子商务有限公司",
    lines=(
        InvoiceLine("*纸制品*抽取式面纸", "3层130抽*24包", "提", 2, 5301, 10602, "13%", 1378),
        InvoiceLine("*日用化工*洗衣凝珠", "52颗/盒", "盒", 1, 4416, 4416, "13%", 574),
    ),
    buyer_tax_no="91440300MA5F12345X",
    seller_tax_no="91440300MA5G67890Y",
    net_fen=15018,
    tax_fen=1952,
    gross_fen=16970,
    note="订单 26112388001234567890",
    issuer_name="赵敏",
    check_url="https://inv-veri.chinatax.gov.cn/?no=26442000000123456789&d=20261123&m=169.70",
    do_no="DO26112300871",
)
MANIFEST = Manifest(
    manifest_no="MF2611230007K",
    carrier_name="圆通速递",
    parcels=tuple(ManifestParcel(f"YT88123456{i:05d}", 1000 + i * 7) for i in range(183)),
    carrier_account="K755001234",
    carrier_branch="深圳龙华观澜网点",
    warehouse_name="深圳龙华一号仓",
    pickup_on="2026-11-23",
    shift="晚班 18:30",
    vehicle_no="粤B·E67890",
    ticket_count=180,
    unscanned_count=1,
    intercepted_count=2,
    dispatcher_name="吴刚",
    courier_name="黄师傅",
    courier_phone="139****0001",
    handed_at="2026-11-23 18:42",
    ply_no=1,
    ply_name="仓库联",
)
REJECT = RejectLabel(
    reject_code="RC2611230014703",
    product_name="伊利金典有机纯牛奶全脂梦幻盖 250ml×12 盒礼盒装（呼伦贝尔限定牧场）",
    sku_code="SKU-10023",
    spec="250ml*12盒/提",
    qty=12,
    unit="盒",
    reason="外箱浸水 2 箱，内盒霉变；已用保质期 36% 超过三分之一，供应商送货人当场确认",
    supplier_name="内蒙古伊利实业集团",
    rejected_on="2026-11-23",
    receiver_name="李伟",
)
DOCK = DockLabel(
    receipt_code="RC2611230014703",
    supplier_name="内蒙古伊利实业集团股份有限公司呼伦贝尔限定牧场乳制品分公司",
    po_no="PO-2026-1123-0147",
    vehicle_no="粤B·E67890",
    driver_name="黄师傅",
    arrived_at="2026-11-23 08:15",
    cartons=240,
    dock="DOCK-1",
    zone="A 冷饮",
    marks=("无单",),
)
TEMP = TempLabel(
    temp_code="TC10427000074",
    carton_no="17",
    product_name="伊利金典有机纯牛奶全脂梦幻盖 250ml×12 盒礼盒装（呼伦贝尔限定牧场）",
    sku_code="SKU-10023",
    spec="250ml*12盒/提",
    expires_on="2027-04-08",
    receipt_no="RC2611230014K",
    counted_on="2026-11-23",
)
PALLET = PalletLabel(
    pallet_code="LP26112300087K",
    lines=(
        PalletLine("SKU-10023", "伊利金典有机纯牛奶全脂梦幻盖礼盒装", 960, "盒", "L20261008A2", "2027-04-08"),
    ),
    earliest_expires_on="2027-04-08",
    received_on="2026-11-23",
    zone="A区 冷饮货架 03",
    marks=("贵重",),
    sscc="069012345000000011",
)
MIXED_PALLET = PalletLabel(
    pallet_code="LP26112300095M",
    lines=tuple(
        PalletLine(f"SKU-{10020 + i}", "维达超韧系列抽取式面纸", 24 * i, "包", f"L2610{i:02d}", "2028-10-01")
        for i in range(1, 13)
    ),
    earliest_expires_on="2028-10-01",
    received_on="2026-11-23",
)
GIFT = GiftLabel("GF2611230017K", "立白便携洗手液体验装 50ml 樱花香", "2028-06-30", "000417")
GIFTS = GiftRegister(
    period_text="2026-11",
    lines=tuple(
        GiftLine(
            entered_on="2026-11-03",
            supplier_name="立白集团",
            product_name="便携洗手液体验装 50ml",
            qty=200,
            produced_on="2026-06-30",
            expires_on="2028-06-30",
            registrar_name="周小红",
            issued_on="2026-11-12",
            recipient_name="",
            issued_qty=24 + i,
            issued_for="双十二活动",
            balance_qty=176 - i,
            label_from=f"{400 + i:06d}",
            label_to=f"{424 + i:06d}",
        )
        for i in range(6)
    ),
    warehouse_name="深圳龙华一号仓",
    keeper_name="周小红",
    supervisor_name="陈志强",
    blank_rows=4,
)
SORT = SortSheet(
    wave_no="WV26112300058",
    cells=tuple(SortCell(f"{i:02d}", f"DO2611230{i:04d}") for i in range(1, 13)),
    lines=tuple(
        SortLine(
            f"SKU-{10020 + i}",
            "维达超韧系列抽取式面纸 3层130抽" if i % 2 else "立白大师香氛洗衣凝珠",
            "24包/箱",
            tuple(SortPut(f"{cell:02d}", cell % 3 + 1) for cell in range(1, 13, i)),
        )
        for i in range(1, 5)
    ),
    wall_name="播种墙 2",
    carrier_name="中通快递",
    cutoff_at="16:30",
    sorter_name="孙悦",
)
RETURN = ReturnLabel(
    return_code="RM26112300031",
    sku_code="SKU-10023",
    product_name="伊利金典有机纯牛奶 250ml*12盒/提",
    qty=2,
    do_no="DO26112300871",
    waybill_no="YT8812345678901",
    grade="C",
    destination="残次区 D-01",
    inspector_name="王丽华",
    graded_on="2026-11-23",
)
COUNT = CountSheet(
    task_code="CN26112300012",
    lines=tuple(
        CountLine(
            f"A-01-{i:02d}-3", f"SKU-{10020 + i}", "维达超韧系列抽取式面纸", "L2610A", "2028-10-01", "包"
        )
        for i in range(1, 7)
    ),
    kind_text="循环盘",
    round_no=2,
    counter_name="孙悦",
    planned_on="2026-11-23",
    blank_rows=3,
)
ADJUSTMENT = Adjustment(
    adjustment_no="AD26112300007",
    purpose="adjust",
    lines=tuple(
        AdjustmentLine(
            f"SKU-{10020 + i}",
            "维达超韧系列抽取式面纸",
            "3层130抽",
            "包",
            "L2610A",
            "2028-10-01",
            f"A-01-{i:02d}-3",
            -i,
            "破损未报",
        )
        for i in range(1, 5)
    ),
    reason="循环盘点差异，两人复盘一致",
    related_no="CN26112300012",
    warehouse_name="深圳龙华一号仓",
    made_on="2026-11-23",
    first_name="陈志强",
    second_name="钱会计",
    clerk_name="赵敏",
    ply_no=2,
    ply_name="财务联",
)
REGISTER = RegisterSheet(
    title="发货单",
    columns=(
        RegisterColumn("单号", 20),
        RegisterColumn("店铺", 30),
        RegisterColumn("件数", 8, is_figure=True),
    ),
    rows=tuple(RegisterRow((f"DO2611230{i:03d}", "测试旗舰店", str(i))) for i in range(1, 9)),
    filter_text="2026-11-01 至 2026-11-23",
    warehouse_name="深圳龙华一号仓",
    made_at="2026-11-23 09:30",
    made_by="陈志强",
    note="只有前 8 行",
)
TEST = TestPage(
    "PR0001X", "打包台1 面单机", "PACK-1", "zpl", "tcp://10.0.0.21:9100", "ZD421-203dpi V93.21 8dpmm 104mm"
)

THING = ThingLabel("TTT001X", "T001", "周转箱 tote")
SHEET = LabelSheet(
    "A-01 巷",
    tuple(
        SheetLabel(f"LCA0101{level}01X", f"A-01-01-{level}-01", "拣货位 pick slot", "47")
        for level in range(1, 10)
    )
    * 3,
)

SAMPLES: dict[str, Document] = {
    "carton_label": CARTON,
    "temp_label": TEMP,
    "reject_label": REJECT,
    "dock_label": DOCK,
    "acceptance_sheet": ACCEPTANCE,
    "inbound_slip": INBOUND,
    "slot_label": SLOT,
    "thing_label": THING,
    "label_sheet": SHEET,
    "pallet_label": PALLET,
    "gift_label": GIFT,
    "gift_register": GIFTS,
    "pick_list": PICK,
    "sort_sheet": SORT,
    "packing_slip": PACKING,
    "waybill": WAYBILL,
    "invoice_copy": INVOICE,
    "manifest": MANIFEST,
    "return_label": RETURN,
    "count_sheet": COUNT,
    "adjustment": ADJUSTMENT,
    "register_sheet": REGISTER,
    "test_page": TEST,
}
# Fields that become a barcode or are a choice, and keep their value when a test fills a document with odd text.
KEPT = {
    "carton_code",
    "reject_code",
    "receipt_code",
    "temp_code",
    "driver_strokes",
    "as_no",
    "gr_no",
    "slot_code",
    "thing_code",
    "label_code",
    "pallet_code",
    "sscc",
    "gift_code",
    "pick_no",
    "wave_no",
    "do_no",
    "waybill_no",
    "manifest_no",
    "return_code",
    "task_code",
    "adjustment_no",
    "purpose",
    "printer_code",
    "check_url",
    "share",
}


def filled(doc: Document, text: str) -> Document:
    """Return ``doc`` with every text, also in lines, replaced by ``text``; barcodes and QR texts stay."""
    changes: dict[str, Any] = {}
    for field in dataclasses.fields(doc):
        value = getattr(doc, field.name)
        if field.name in KEPT:
            continue
        if isinstance(value, str):
            changes[field.name] = text
        elif isinstance(value, tuple):
            changes[field.name] = tuple(
                filled(item, text) if isinstance(item, Document) else text for item in value
            )
    return dataclasses.replace(doc, **changes)
