"""Printing what somebody else made: in its own language where the printer speaks it, as dots elsewhere."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import Any

from printers import languages, supplied
from printers.documents import SuppliedInvoice, SuppliedWaybill
from printers.errors import BadDocument
from printers.media import Media
from printers.supplied import Sheet

Supplied = SuppliedWaybill | SuppliedInvoice


def content(doc: Supplied) -> bytes:
    """Return the file, not opened: BadDocument when it is not whole, too large or of no kind we know."""
    try:
        data = base64.b64decode(doc.data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadDocument("The supplied file is not whole.") from error
    supplied.check(doc.format, data)
    return data


def drawn(doc: Supplied, medium: Media, dpi: int, language: str) -> list[Sheet]:
    """Return the labels in the file as they will come out of the printer.

    It opens the file, so it runs in a process apart (``printers.foreign``). BadDocument when it may not be
    printed or no bar code shows its number; WrongMedia when it is not for this paper or density.
    """
    data = content(doc)
    size = medium.print_mm, medium.height_mm
    sheets = supplied.sheets(doc.format, data, size, dpi, source_dpi=doc.made_for_dpi, language=language)
    _require_number(doc, sheets)
    return sheets


def payload(sheets: Sequence[Sheet], language: str, options: Mapping[str, Any]) -> bytes:
    """Return the bytes to send: those of the printer's own language where all labels have them."""
    native = [sheet.native for sheet in sheets if sheet.native is not None]
    if len(native) == len(sheets):
        return b"".join(native) * int(options.get("copies", 1))
    images = [sheet.image for sheet in sheets if sheet.image is not None]
    return languages.encode(language, images, options)


def _require_number(doc: Supplied, sheets: Sequence[Sheet]) -> None:
    """A label with somebody else's number must not come out beside this parcel."""
    images = [sheet.image for sheet in sheets if sheet.image is not None]
    if len(images) < len(sheets) or not isinstance(doc, SuppliedWaybill):
        return
    read = [supplied.contains(image, doc.waybill_no) for image in images]
    if None not in read and True not in read:
        raise BadDocument(f"No bar code of the supplied label reads {doc.waybill_no}.")
