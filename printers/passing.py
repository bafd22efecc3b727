"""Printing what somebody else made: byte-exact where the printer speaks its language, as dots elsewhere."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from PIL import Image

from printers import languages, supplied
from printers.documents import SuppliedInvoice, SuppliedWaybill
from printers.errors import BadDocument, WrongMedia
from printers.media import Media

Supplied = SuppliedWaybill | SuppliedInvoice
# Counting in dots, such a file belongs to one density.
_DOTTED = frozenset({"zpl", "tspl", "escpos"})


def content(doc: Supplied) -> bytes:
    """Return the file, not opened: BadDocument when it is not whole, too large or of no kind we know."""
    try:
        data = base64.b64decode(doc.data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadDocument("The supplied file is not whole.") from error
    supplied.check(doc.format, data)
    return data


def drawn(doc: Supplied, medium: Media, dpi: int, language: str) -> Image.Image | None:
    """Return the picture of the paper, None when only its own printer can draw it.

    It opens the file, so it runs in a process apart (``printers.foreign``). BadDocument when it may not be
    printed or its bar code shows another number; WrongMedia when it is not for this paper or density.
    """
    data = content(doc)
    supplied.vet(doc.format, data)
    size = medium.print_mm, medium.height_mm
    draw = supplied.preview if language == doc.format else supplied.rasterise
    if language == doc.format and doc.format in _DOTTED and doc.made_for_dpi != dpi:
        raise WrongMedia(f"The label was made for {doc.made_for_dpi} dpi, the printer has {dpi}.")
    image = draw(doc.format, data, *size, dpi, source_dpi=doc.made_for_dpi)
    _require_number(doc, image)
    return image


def payload(doc: Supplied, image: Image.Image | None, language: str, options: Mapping[str, Any]) -> bytes:
    """Return the bytes to send: the file itself to a printer of its language, else its picture."""
    if language == doc.format or image is None:
        return content(doc) * int(options.get("copies", 1))
    return languages.encode(language, [image], options)


def _require_number(doc: Supplied, image: Image.Image | None) -> None:
    """A label with somebody else's number must not come out beside this parcel."""
    if image is None or not isinstance(doc, SuppliedWaybill):
        return
    if supplied.contains(image, doc.waybill_no) is False:
        raise BadDocument(f"No bar code of the supplied label reads {doc.waybill_no}.")
