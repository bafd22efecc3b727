"""The demo shop's articles, deliveries and orders, as the ERP would send them. Reproducible by seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from biip.checksums import gs1_standard_check_digit

from station.exchange import documents as erp

NAMES = (
    ("有机燕麦片", "Organic oats", "1kg", 1080, True),
    ("冻干草莓脆", "Freeze-dried strawberry", "40g", 62, True),
    ("手冲咖啡豆", "Coffee beans", "227g", 268, True),
    ("茉莉花茶", "Jasmine tea", "100g", 152, True),
    ("山核桃仁", "Pecan kernels", "180g", 210, True),
    ("蜂蜜柚子茶", "Honey citron tea", "500g", 760, True),
    ("儿童牙刷", "Kids toothbrush", "2支", 48, False),
    ("保温杯", "Vacuum mug", "500ml", 395, False),
    ("棉柔巾", "Cotton tissue", "100抽", 240, False),
    ("手机支架", "Phone stand", "银色", 130, False),
    ("坚果礼盒", "Nut gift box", "750g", 980, True),
    ("护手霜", "Hand cream", "75ml", 96, True),
    ("香薰蜡烛", "Scented candle", "120g", 310, False),
    ("袜子三双装", "Socks, 3 pairs", "均码", 150, False),
    ("记事本", "Notebook", "A5", 280, False),
    ("芝麻海苔", "Sesame nori", "36g", 58, True),
)
UNPAID, READDRESSED = 33, 17

PLACES = (
    ("浙江省", "杭州市", "西湖区", "文三路100号3幢2单元502室"),
    ("江苏省", "南京市", "玄武区", "中山路8号12栋1801室"),
    ("广东省", "深圳市", "南山区", "科技园南路5号A座1203"),
    ("四川省", "成都市", "武侯区", "人民南路四段27号6单元9号"),
    ("北京市", "北京市", "海淀区", "中关村大街1号楼1606室"),
    ("上海市", "上海市", "浦东新区", "世纪大道1500号东楼702"),
)
PEOPLE = ("张三丰", "李晓红", "王伟", "欧阳娜娜", "赵敏", "陈静怡", "刘洋", "周杰")


def gtin(number: int) -> str:
    """A valid EAN-13 of the demo range."""
    body = f"69000{number:07d}"
    return f"{body}{gs1_standard_check_digit(body)}"


def case_code(number: int) -> str:
    """The ITF-14 on a case: indicator 1."""
    body = "1" + gtin(number)[:12]
    return f"{body}{gs1_standard_check_digit(body)}"


def products(count: int) -> list[erp.Product]:
    """`count` articles; two in three keep for 360 days."""
    articles = []
    for i in range(count):
        zh, en, spec, gross, dated = NAMES[i % len(NAMES)]
        series = f" {i // len(NAMES) + 1}号" if i >= len(NAMES) else ""
        articles.append(
            erp.Product(
                code=f"S{i + 1:04d}",
                name_zh=zh + series,
                name_en=en,
                spec=spec,
                barcodes=(
                    erp.ProductBarcode(code=gtin(i + 1)),
                    erp.ProductBarcode(code=case_code(i + 1), level="CASE", qty=12),
                ),
                inner_per_case=2 if i % 4 == 0 else 0,
                case_qty=12,
                gross_g=gross,
                is_shelf_life=dated,
                shelf_life_n=360 if dated else None,
                price_fen=990 + 100 * i,
            )
        )
    return articles


def notices(
    articles: Sequence[erp.Product], need: dict[str, int], warehouse: str, day: date
) -> list[erp.NoticeDocument]:
    """Notices that bring at least `need` of every article, in whole cases, six articles a truck."""
    trucks = []
    for start in range(0, len(articles), 6):
        part = articles[start : start + 6]
        trucks.append(
            erp.NoticeDocument(
                asn_no=f"PO-{day:%y%m%d}-{start // 6 + 1:03d}",
                supplier_code=f"V{start // 6 % 3 + 1:02d}",
                supplier_name=("良品食业", "远山茶厂", "百家日用")[start // 6 % 3],
                warehouse=warehouse,
                expected_on=day,
                lines=tuple(
                    erp.NoticeLine(
                        line_key=str(i),
                        sku_code=article.code,
                        qty_each=max(12, -(-need.get(article.code, 0) // 12) * 12),
                        price_fen=(article.price_fen or 0) * 6 // 10,
                    )
                    for i, article in enumerate(part, 1)
                ),
            )
        )
    return trucks


def orders(
    articles: Sequence[erp.Product], count: int, seed: int, now: datetime, carriers: Sequence[str]
) -> list[erp.OrderDocument]:
    """`count` orders: about half single items, a fifth with an invoice, two carriers; of fifty, one is
    unpaid and one asks for another address, so that a person must look at them.
    """
    rng = random.Random(seed)  # noqa: S311 — a reproducible demo, no secret
    wanted = []
    for i in range(count):
        lines, place = _order_lines(rng, articles)
        has_invoice = rng.random() < 0.2  # noqa: PLR2004
        wanted.append(
            erp.OrderDocument(
                erp_no=f"SO-{now:%y%m%d}-{seed}-{i + 1:05d}",
                shop="良仓生活旗舰店",
                platform_no=f"TB{seed:02d}{i + 1:010d}",
                carrier_code=carriers[rng.randrange(len(carriers))],
                is_paid=i % 50 != UNPAID,
                seller_note="客户要求改地址" if i % 50 == READDRESSED else "",
                paid_at=now - timedelta(minutes=count - i),
                latest_ship_at=now + timedelta(hours=24),
                receiver=_receiver(rng, place),
                wants_invoice=has_invoice,
                invoice=_invoice(rng, lines, now) if has_invoice else None,
                lines=lines,
            )
        )
    return wanted


def _order_lines(
    rng: random.Random, articles: Sequence[erp.Product]
) -> tuple[tuple[erp.OrderDocumentLine, ...], tuple[str, str, str, str]]:
    """What an order wants, and where it goes: one article, or up to four."""
    single = rng.random() < 0.5  # noqa: PLR2004
    chosen = rng.sample(range(len(articles)), 1 if single else rng.randint(2, min(4, len(articles))))
    place = PLACES[rng.randrange(len(PLACES))]
    lines = tuple(
        erp.OrderDocumentLine(
            line_key=str(k),
            sku_code=articles[j].code,
            qty_each=1 if single else rng.randint(1, 3),
            price_fen=articles[j].price_fen,
        )
        for k, j in enumerate(chosen, 1)
    )
    return lines, place


def _receiver(rng: random.Random, place: tuple[str, str, str, str]) -> erp.Receiver:
    return erp.Receiver(
        name=PEOPLE[rng.randrange(len(PEOPLE))],
        phone=f"138{rng.randrange(10**8):08d}",
        province=place[0],
        city=place[1],
        district=place[2],
        address=place[3],
    )


def _invoice(rng: random.Random, lines: Sequence[erp.OrderDocumentLine], now: datetime) -> erp.Invoice:
    return erp.Invoice(
        title="杭州某某科技有限公司",
        tax_no="91330100MA2XXXXX0X",
        number=f"2633200000{rng.randrange(10**10):010d}",
        issued_on=now.date(),
        amount_fen=sum((line.price_fen or 0) * line.qty_each for line in lines),
    )


def demand(wanted: Sequence[erp.OrderDocument]) -> dict[str, int]:
    """EACH of every article that `wanted` asks for."""
    need: dict[str, int] = {}
    for order in wanted:
        for line in order.lines:
            need[line.sku_code] = need.get(line.sku_code, 0) + line.qty_each
    return need
