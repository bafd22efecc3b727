"""Labels from outside that are refused, and the sentence that says so."""

import base64
import binascii
import zlib

import pytest

from printers import supplied
from printers.errors import BadDocument

INK = b"^FO9,9^GB9,9,9^FS"


def zpl(inside: bytes) -> bytes:
    return b"^XA" + INK + inside + b"^XZ"


def refusal(language: str, data: bytes) -> str:
    with pytest.raises(BadDocument) as caught:
        supplied.vet(language, data)
    with pytest.raises(BadDocument):
        supplied.rasterise(language, data, 76, 130, 203)
    assert supplied.preview(language, data, 76, 130, 203) is None
    text = str(caught.value)
    assert text.endswith(".")
    assert text.isprintable()
    assert len(text) < 160
    return text


def coded(rows: bytes, crc: int | None = None, kind: bytes = b"Z64") -> bytes:
    text = base64.b64encode(zlib.compress(rows) if kind == b"Z64" else rows)
    return b":" + kind + b":" + text + b":%04X" % (binascii.crc_hqx(text, 0) if crc is None else crc)


GOOD_ROWS = bytes(range(64))


TSPL_INK = b"BAR 0,0,9,9"


def page(content: bytes, more: bytes = b"", box: bytes = b"[0 0 215.4 368.5]") -> bytes:
    packed = zlib.compress(content)
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox%b/Contents 4 0 R/Resources<<%b>>>>endobj\n"
        b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF"
    ) % (box, more, len(packed), packed)


def packed_as(filters: bytes, body: bytes, more: bytes = b"") -> bytes:
    """A label whose page is packed by these filters."""
    return page(b"").replace(
        page(b"").split(b"4 0 obj")[1].split(b"endobj")[0],
        b"<</Length %d %b/Filter%b>>stream\n%b\nendstream " % (len(body), more, filters, body),
    )


SPACES = b"10 10 50 50 re f" + b" " * 40_000_000


TWICE = zlib.compress(zlib.compress(SPACES, 9), 9)
