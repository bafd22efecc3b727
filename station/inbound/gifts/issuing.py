"""Giving gifts out (P7, S-10): the keeper says what and what for, whoever takes them signs."""

from __future__ import annotations

from station.ground.documents.numbers import next_no
from station.ground.documents.signatures import sign
from station.ground.scan.kit.choice import Reason
from station.ground.words.actor import Actor
from station.ground.words.messages import Refused
from station.ground.work import Work
from station.inbound.gifts.models import GiftIssue
from station.stock import allocation, ledger
from station.stock.fifo import plan
from station.stock.ledger import Place, Posting
from station.stock.models import MovementType, Stock, StockStatus
from station.storage import telling
from station.storage.telling import Told

DOC, TAKEN_BY = "GI", "TAKER"
PURPOSES = (
    Reason("ORDER", "L-GFT-ORDER"),
    Reason("CAMPAIGN", "L-GFT-CAMPAIGN"),
    Reason("SAMPLE", "L-GFT-SAMPLE"),
    Reason("OTHER", "L-GFT-OTHER"),
)
"""订单/活动/样品/其他."""


def free(work: Work, sku_id: int) -> int:
    """EACH of an article's gifts that may be given out now."""
    rows = allocation.candidates(work.tx, sku_id, work.today, StockStatus.GIFT)
    return sum(row.available for row in rows)


def issue(work: Work, sku_id: int, qty: int, purpose: tuple[str, str], keeper: str, taker: Actor) -> str:
    """`qty` EACH leave the gift area, the oldest first, signed for by `taker`; the book's number.

    `purpose` is why, and an order's number or the campaign's name. E-GFT-07 with how many there are when they
    are fewer, E-AUTH-03 when the keeper signs for them too. The office hears of it.
    """
    rows = allocation.candidates(work.tx, sku_id, work.today, StockStatus.GIFT)
    picks = plan(qty, rows, work.today)
    if picks is None:
        raise Refused("E-GFT-07", n=sum(row.available for row in rows))
    if taker.user_id == work.by.user_id:
        raise Refused("E-AUTH-03")
    number = next_no(work.tx, DOC, work.today)
    for seq, pick in enumerate(picks, 1):
        stock = work.tx.get_one(Stock, pick.stock_id)
        _post(work, stock, pick.qty, number, seq)
        work.tx.add(
            GiftIssue(
                issue_no=number,
                seq=seq,
                sku_id=sku_id,
                lot_id=stock.lot_id,
                location_id=stock.location_id,
                qty=pick.qty,
                purpose=purpose[0],
                note=purpose[1],
                taker=taker.name,
                keeper=keeper,
                at=work.now,
            )
        )
    work.tx.flush()
    sign(work, DOC, number, TAKEN_BY, signer=taker)
    lines = [Told(sku_id, pick.lot_id, -pick.qty, StockStatus.GIFT, StockStatus.GIFT) for pick in picks]
    telling.tell(work, number, number, "COUNT", "GIFT", lines)
    return number


def _post(work: Work, stock: Stock, qty: int, number: str, seq: int) -> None:
    source = Place(stock.location_id, stock.status, stock.hu_id)
    target = Place(ledger.CUSTOMER, stock.status)
    what = (MovementType.GIFT, stock.sku_id, stock.lot_id, qty, source, target)
    ledger.post(work, Posting(*what, DOC, number, f"{DOC}:{number}:{seq}"))
