"""Which printers there are, how each is set up, and what is known of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from printers import families, languages, transports
from printers.errors import BadPrinter
from printers.media import MEDIA, dots_per_mm
from printers.schema import QUEUED, SENDING, print_job, printer
from printers.status import Status
from printers.text import clean

# Whatever the caller writes with; only ``execute`` is used.
Tx = Connection | Session

_CODE_LENGTH, _NAME_LENGTH, _ADDRESS_LENGTH = 40, 80, 200
_PAPER_LANGS = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Printer:
    """One printer as set up, and how it is.

    ``state``: UNTRIED, READY or FAILING after the last delivery. ``proof`` is the answer that proves a print
    (``printers.families``), ``answers`` whether it says anything of itself (None: not known), ``cause`` why
    nothing comes out now. ``found`` is what probing and the test page showed.
    """

    id: int
    code: str
    name: str
    language: str
    address: str
    media: str
    dpi: int
    options: Mapping[str, Any]
    lang: str
    proof: str
    answers: bool | None
    is_active: bool
    state: str
    cause: str
    is_low: bool
    last_error: str | None
    seen_at: datetime | None
    found: Mapping[str, Any] | None
    probed_at: datetime | None


_COLUMNS = [printer.c[name] for name in Printer.__dataclass_fields__]


def add_printer(
    tx: Tx,
    *,
    code: str,
    name: str,
    language: str,
    address: str,
    media: str,
    dpi: int = 203,
    options: Mapping[str, Any] | None = None,
    lang: str = "zh",
) -> int:
    """Set up a printer and return its id; BadPrinter when a setting makes no sense or the code is taken.

    ``options`` go to the language as they are: ``coding`` (zpl), ``sensor`` and ``gap_mm`` (tspl), ``cut``
    and ``feed_rows`` (escpos). ``lang`` is the language of captions on its papers.
    """
    if not 1 <= len(code) <= _CODE_LENGTH or not (
        code.isascii() and code.isprintable() and code == code.strip()
    ):
        raise BadPrinter(f"A printer's code is 1 to {_CODE_LENGTH} printable ASCII characters.")
    if tx.execute(select(printer.c.id).where(printer.c.code == code)).first():
        raise BadPrinter(f"There is already a printer {code}.")
    values = _checked(name, language, address, media, dpi, options or {}, lang)
    try:
        return int(
            tx.execute(insert(printer).values(code=code, **values).returning(printer.c.id)).scalar_one()
        )
    except IntegrityError as error:
        raise BadPrinter(f"There is already a printer {code}.") from error


def change_printer(
    tx: Tx,
    printer_id: int,
    *,
    name: str,
    language: str,
    address: str,
    media: str,
    dpi: int,
    options: Mapping[str, Any],
    lang: str,
) -> None:
    """Change the settings. What was proved belongs to the old ones: the printer is UNTRIED again.

    BadPrinter when a setting makes no sense, or while papers wait that do not fit the new medium.
    """
    old = show_printer(tx, printer_id)
    values = _checked(name, language, address, media, dpi, options, lang)
    waiting = print_job.c.printer_id == printer_id, print_job.c.state.in_((QUEUED, SENDING))
    if media != old.media and tx.execute(select(print_job.c.id).where(*waiting).limit(1)).first():
        raise BadPrinter("Papers are still waiting for this printer: move or cancel them first.")
    if (language, address, media, dpi) != (old.language, old.address, old.media, old.dpi):
        values |= {
            "state": "UNTRIED",
            "proof": families.NONE,
            "answers": None,
            "cause": "",
            "probed_at": None,
        }
        values |= {"found": None, "is_low": False, "last_error": None}
    tx.execute(update(printer).where(printer.c.id == printer_id).values(**values))


def set_active(tx: Tx, printer_id: int, *, is_active: bool) -> None:
    """Take a printer out of service or back; its queued jobs wait."""
    tx.execute(update(printer).where(printer.c.id == printer_id).values(is_active=is_active))


def set_proof(tx: Tx, printer_id: int, proof: str) -> None:
    """Set by hand which answer proves a print; BadPrinter when the family cannot give it."""
    if proof not in (families.NONE, *families.proofs(show_printer(tx, printer_id).language)):
        raise BadPrinter(f"Printers of this language do not give the proof {proof!r}.")
    tx.execute(update(printer).where(printer.c.id == printer_id).values(proof=proof))


def note_found(tx: Tx, printer_id: int, **details: Any) -> None:
    """Add to what was found out about the printer (``family``, ``model``, ``width_mm`` ...)."""
    known = dict(show_printer(tx, printer_id).found or {})
    tx.execute(update(printer).where(printer.c.id == printer_id).values(found=known | details))


def note_status(tx: Tx, printer_id: int, status: Status, now: datetime) -> None:
    """Remember what an idle printer said of itself."""
    values = {"cause": status.cause, "is_low": status.is_low, "seen_at": now}
    tx.execute(update(printer).where(printer.c.id == printer_id).values(**values))


def show_printer(tx: Tx, printer_id: int) -> Printer:
    """Return one printer; BadPrinter if there is none."""
    row = tx.execute(select(*_COLUMNS).where(printer.c.id == printer_id)).first()
    if row is None:
        raise BadPrinter(f"There is no printer {printer_id}.")
    return _printer(row)


def find_by_code(tx: Tx, code: str) -> Printer:
    """Return the printer with this code; BadPrinter if there is none."""
    row = tx.execute(select(*_COLUMNS).where(printer.c.code == code)).first()
    if row is None:
        raise BadPrinter(f"There is no printer {code}.")
    return _printer(row)


def list_printers(tx: Tx) -> list[Printer]:
    """Return all printers by code."""
    return [_printer(row) for row in tx.execute(select(*_COLUMNS).order_by(printer.c.code))]


def idle_printers(tx: Tx) -> list[Printer]:
    """Return the printers in service that are sending nothing."""
    busy = select(print_job.c.printer_id).where(print_job.c.state == SENDING)
    rows = select(*_COLUMNS).where(printer.c.is_active, printer.c.id.not_in(busy))
    return [_printer(row) for row in tx.execute(rows.order_by(printer.c.id))]


def _checked(
    name: str, language: str, address: str, media: str, dpi: int, options: Mapping[str, Any], lang: str
) -> dict[str, Any]:
    """Return the settings as columns; BadPrinter when they make no sense, alone or together."""
    title = clean(name)
    if not 1 <= len(title) <= _NAME_LENGTH:
        raise BadPrinter(f"A printer's name is 1 to {_NAME_LENGTH} characters.")
    if language not in languages.LANGUAGES or media not in MEDIA:
        raise BadPrinter(f"There is no printer language {language!r} or no media {media!r}.")
    if len(address) > _ADDRESS_LENGTH:
        raise BadPrinter(f"A printer's address is at most {_ADDRESS_LENGTH} characters.")
    transports.check(address)
    if language == "png" and address != transports.VIRTUAL:
        raise BadPrinter("Only the virtual printer takes pictures (png).")
    dots_per_mm(dpi)
    if lang not in _PAPER_LANGS:
        raise BadPrinter(f"Papers are captioned in zh or en, not in {lang!r}.")
    languages.try_options(language, options)
    return {
        "name": title,
        "language": language,
        "address": address,
        "media": media,
        "dpi": dpi,
        "options": dict(options),
        "lang": lang,
    }


def _printer(row: Row[Any]) -> Printer:
    return Printer(**row._asdict())
