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
    """Return the file; BadDocument unless it is one label that may be sent to a printer as it is."""
    try:
        data = base64.b64decode(doc.data, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadDocument("The supplied file is not whole.") from error
    supplied.vet(doc.format, data)
    return data


def prepared(
    doc: Supplied, medium: Media, dpi: int, language: str, options: Mapping[str, Any]
) -> tuple[bytes, Image.Image | None]:
    """Return the bytes to send and the picture of the paper (None when only its own printer can draw it).

    BadDocument when its bar code shows another number; WrongMedia when it is not for this paper or density.
    """
    data = content(doc)
    size = medium.print_mm, medium.height_mm
    if language == doc.format:
        if doc.format in _DOTTED and doc.made_for_dpi != dpi:
            raise WrongMedia(f"The label was made for {doc.made_for_dpi} dpi, the printer has {dpi}.")
        image = supplied.preview(doc.format, data, *size, dpi, source_dpi=doc.made_for_dpi)
        _require_number(doc, image)
        return data * int(options.get("copies", 1)), image
    image = supplied.rasterise(doc.format, data, *size, dpi, source_dpi=doc.made_for_dpi)
    _require_number(doc, image)
    return languages.encode(language, [image], options), image


def _require_number(doc: Supplied, image: Image.Image | None) -> None:
    """A label with somebody else's number must not come out beside this parcel."""
    if image is None or not isinstance(doc, SuppliedWaybill):
        return
    if supplied.contains(image, doc.waybill_no) is False:
        raise BadDocument(f"No bar code of the supplied label reads {doc.waybill_no}.")
