"""Barcodes at the desk: binding one to an article and a level, taking one off, and codes that nobody knew
(P6).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from station.catalog.articles import LEVELS
from station.catalog.models import UNKNOWN_CODE, CodeState, Sku, SkuBarcode, UnknownCode
from station.ground.db import Prepared, savepoint, table
from station.ground.documents.check_char import has_right_check
from station.ground.documents.history import record
from station.ground.documents.lifecycle import Ref
from station.ground.documents.numbers import next_no
from station.ground.scan import gs1, shop_codes, spellings
from station.ground.scan.cleaning import clean
from station.ground.scan.kinds import PREFIXES
from station.ground.words.messages import Refused
from station.ground.work import Work

LONGEST, MOST = 80, 9_999_999
TRIES = 3
"""Two people who scan the same thing at the same moment are told apart at the second try."""
_OURS = re.compile(r"[A-Z]{2}[0-9A-Z]{2,40}")
_KNOWN = Prepared(
    select(UnknownCode.id, UnknownCode.ub_no, UnknownCode.state).where(UnknownCode.text == bindparam("text"))
)


def bind(work: Work, sku_id: int, text: str, level: str, qty: int) -> None:
    """A code is this article from now on: the worker's next scan of it works.

    E-ART-02 for what can be no barcode or is one of our own labels, E-ART-03 when it is this article's
    already, E-QTY-01 for a quantity that its level cannot have. Another article may have the same code:
    then the work decides, or whoever scans it.
    """
    text = bindable(text, work.settings.rules.shop_codes)
    if not text or len(text) > LONGEST or not text.isprintable() or not text.isascii() or _is_ours(text):
        raise Refused("E-ART-02")
    if level not in LEVELS or not 1 <= qty <= MOST or (level == "EACH" and qty != 1):
        raise Refused("E-QTY-01", max=1 if level == "EACH" else MOST)
    sku = work.tx.get(Sku, sku_id)
    if sku is None:
        raise Refused("E-OPN-04")
    mine = SkuBarcode.code == text, SkuBarcode.sku_id == sku.id
    if work.tx.scalar(select(SkuBarcode.id).where(*mine)) is not None:
        raise Refused("E-ART-03")
    work.tx.add(SkuBarcode(code=text, sku_id=sku.id, level=level, qty_each=qty, bound_by=work.by.name))
    work.tx.flush()
    record(work, "SK", sku.code, "bind_code", old="", new="", detail={"why": f"{text} {level} ×{qty}"})
    asked = work.tx.scalars(select(UnknownCode).where(UnknownCode.text == text)).first()
    if asked is not None and asked.state != CodeState.BOUND:
        UNKNOWN_CODE.move(work, asked, "bind", detail={"why": sku.code})


def take_off(work: Work, sku_id: int, text: str) -> None:
    """The code is this article's no more; E-ART-04 when it was not."""
    mine = SkuBarcode.code == text, SkuBarcode.sku_id == sku_id
    barcode = work.tx.scalars(select(SkuBarcode).where(*mine)).first()
    if barcode is None:
        raise Refused("E-ART-04")
    told = f"{barcode.code} {barcode.level} ×{barcode.qty_each}"
    code = work.tx.get_one(Sku, sku_id).code
    work.tx.delete(barcode)
    work.tx.flush()
    record(work, "SK", code, "take_off_code", old="", new="", detail={"why": told})


def dismiss(work: Work, code_id: int, reason: str) -> None:
    """No article: a torn label, somebody else's code. It is listed again when it is scanned again later."""
    asked = work.tx.get(UnknownCode, code_id)
    if asked is None:
        raise Refused("E-ART-04")
    UNKNOWN_CODE.move(work, asked, "dismiss", detail={"reason": reason})


def was_scanned(work: Work, raw: str, workflow: str, step: str, wanted: str) -> None:
    """Nobody knows this code: it waits for the clerk, once however often it is scanned."""
    text = bindable(raw, work.settings.rules.shop_codes)
    if not text:
        return
    seen = {
        "workflow": workflow,
        "step": step,
        "wanted": wanted[:200],
        "who": work.by.name,
        "device": work.by.device,
        "last_at": work.now,
    }
    for _ in range(TRIES):
        row = _KNOWN.first(work.tx, text=text)
        if row is not None:
            again = update(UnknownCode).where(UnknownCode.id == row.id)
            work.tx.execute(again.values(times=UnknownCode.times + 1, **seen))
            if row.state != CodeState.OPEN:
                UNKNOWN_CODE.move(work, Ref(row.id, row.ub_no, row.state), "ask_again")
            return
        if _is_new(work, text, seen):
            return


def _is_new(work: Work, text: str, seen: dict[str, Any]) -> bool:
    """Whether it was written down now; not when somebody else did, or began the day, at this moment."""
    try:
        with savepoint(work.tx, IntegrityError):
            number = next_no(work.tx, "UB", work.today)
            begun = {"ub_no": number, "text": text, "state": CodeState.OPEN, "times": 1, "first_at": work.now}
            work.tx.execute(insert(table(UnknownCode)), begun | seen)
    except IntegrityError:
        return False
    return True


def bindable(raw: str, patterns: Sequence[str] = ()) -> str:
    """What an article could be known by: the trade code of a GS1 string, a number without the dashes that are
    printed in it, the add-on behind it or the weight inside it (`patterns`), else the text itself.
    """
    text, aim = clean(raw)
    said = gs1.parse(text) if gs1.looks_like(text, aim) else None
    own = shop_codes.read(text, patterns)
    if own is not None:
        return own.spellings[0]
    text = (said.gtin if said is not None and said.gtin else spellings.bare(text))[:LONGEST]
    return text if text.isprintable() else ""


def barcodes_of(tx: Session, sku_id: int) -> list[SkuBarcode]:
    """The codes of an article, units first."""
    rows = tx.scalars(select(SkuBarcode).where(SkuBarcode.sku_id == sku_id))
    return sorted(rows, key=lambda row: (LEVELS.index(row.level), row.id))


def shared_with(tx: Session, sku_id: int) -> dict[str, list[str]]:
    """Codes that other articles have as well: code → their numbers."""
    mine = select(SkuBarcode.code).where(SkuBarcode.sku_id == sku_id)
    rows = tx.execute(
        select(SkuBarcode.code, Sku.code.label("sku"))
        .join(Sku, Sku.id == SkuBarcode.sku_id)
        .where(SkuBarcode.code.in_(mine), SkuBarcode.sku_id != sku_id)
        .order_by(Sku.code)
    )
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.code, []).append(row.sku)
    return found


def _is_ours(text: str) -> bool:
    """Whether this is one of our own labels, which stand for something else."""
    plain = text.upper().replace("-", "")
    is_card = text.upper().startswith("CM-")
    return is_card or (plain[:2] in PREFIXES and bool(_OURS.fullmatch(plain)) and has_right_check(plain))
