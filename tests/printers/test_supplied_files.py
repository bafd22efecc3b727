"""What never reaches a printer from outside as PDF or PNG, each with the words the supervisor gets."""

import base64
import hashlib
import io
import zlib

import pypdfium2
import pytest
from PIL import Image

from printers import supplied
from tests.printers.refusing import TWICE, packed_as, page, refusal
from tests.printers.test_supplied import ours, picture, with_number


def test_a_drawn_pdf_passes() -> None:
    data = page(b"10 10 50 50 re f")
    supplied.vet("pdf", data)
    image = supplied.rasterise("pdf", data, 76, 130, 203)
    assert image.getpixel((100, 1000)) == 0
    assert image.getpixel((300, 300)) == 255


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"0 0 1 1 re f " * 30_000, "too intricate"),
        (b"0 0 215 368 re f " * 200, "too intricate"),
        (b"0 0 m " + b"215 368 l 3 4 l " * 20_000 + b"f", "too intricate"),
        (b" " * 60_000_000, "too intricate"),
    ],
    ids=["objects", "layers", "edges", "bulk"],
)
def test_a_pdf_that_would_keep_the_station_busy_is_refused(content: bytes, why: str) -> None:
    assert why in refusal("pdf", page(content))


def test_a_pdf_packed_twice_is_refused_however_it_says_so() -> None:
    """About 2 kB that unpacked to 40 MB and more: 11 s of drawing, 1.9 GB of memory in a larger one."""
    ways = {
        "named": packed_as(b"[/FlateDecode/FlateDecode]", TWICE),
        "short": packed_as(b"[ /Fl /LZW ]", TWICE),
        "escaped": packed_as(b"[/Fl#61teDecode /FlateDecode]", TWICE).replace(b"/Filter[", b"/F#69lter["),
        "letters": packed_as(
            b"[/ASCII85Decode/FlateDecode/FlateDecode]", base64.a85encode(TWICE, adobe=True)[2:]
        ),
        "behind a text": packed_as(b"[/FlateDecode/FlateDecode]", TWICE, b"/X(stream)"),
        "not said": packed_as(b"/FlateDecode", TWICE),
    }
    assert {name: "several times" in refusal("pdf", data) for name, data in ways.items()} == dict.fromkeys(
        ways, True
    )
    assert len(ways["named"]) < 2200
    assert "cannot check" in refusal("pdf", packed_as(b" 5 0 R", TWICE))
    assert "cannot check" in refusal("pdf", packed_as(b"%x\n[/FlateDecode/FlateDecode]", TWICE))


def test_a_pdf_written_in_letters_counts_as_what_it_unpacks_to() -> None:
    body = base64.a85encode(zlib.compress(b"10 10 50 50 re f"), adobe=True)[2:]
    data = packed_as(b"[/ASCII85Decode/FlateDecode]", body)
    supplied.vet("pdf", data)
    assert supplied.rasterise("pdf", data, 76, 130, 203).getpixel((100, 1000)) == 0
    for write in (lambda raw: base64.a85encode(raw, adobe=True)[2:], lambda raw: raw.hex().encode() + b">"):
        bulk = packed_as(b"[/ASCII85Decode/FlateDecode]", write(zlib.compress(b" " * 60_000_000, 9)))
        assert "too intricate" in refusal("pdf", bulk)


def test_pdfs_that_are_no_label_are_refused() -> None:
    good = with_number().convert("RGB")
    out = io.BytesIO()
    good.save(out, "PDF", save_all=True, append_images=[good] * 20)
    assert "21 pages" in refusal("pdf", out.getvalue())
    assert "larger than any paper" in refusal("pdf", page(b"", box=b"[0 0 9000 9000]"))
    assert "not a PDF" in refusal("pdf", b"\n" + ours("pdf", with_number()))
    refusal("pdf", page(b"").replace(b"/Kids[3 0 R]/Count 1", b"/Kids[]/Count 0"))
    refusal("pdf", b"%PDF-1.4\n" + b"stream\n" * 140_000)
    huge = page(b"/I Do", b"/XObject<</I 5 0 R>>").replace(
        b"trailer",
        b"5 0 obj<</Type/XObject/Subtype/Image/Width 9000/Height 9000/ColorSpace/DeviceGray/BitsPerComponent 1"
        b"/Length 4>>stream\nAAAA\nendstream endobj\ntrailer",
    )
    assert "larger than any label" in refusal("pdf", huge)


def test_an_encrypted_pdf_is_refused() -> None:
    """Encrypted with an empty password: every reader opens it, a printer may not."""
    secret = page(b"10 10 50 50 re f").replace(
        b"trailer<<",
        b"5 0 obj<</Filter/Standard/V 1/R 2/P -1/O<%b>/U<%b>>>endobj\ntrailer<</ID[<00><00>]/Encrypt 5 0 R"
        % (b"00" * 32, _user_key().hex().encode()),
    )
    assert pypdfium2.raw.FPDF_GetSecurityHandlerRevision(pypdfium2.PdfDocument(secret)) == 2  # type: ignore[attr-defined]
    assert "encrypted" in refusal("pdf", secret)
    broken = secret.replace(_user_key().hex().encode(), b"11" * 32)
    assert "password" in refusal("pdf", broken)


def _user_key() -> bytes:
    """The mark by which the empty password is known (PDF 1.4, algorithms 2 and 4)."""
    pad = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
    digest = hashlib.md5(pad + bytes(32) + b"\xff\xff\xff\xff" + b"\x00").digest()[:5]
    box = list(range(256))
    j = 0
    for i in range(256):
        j = (j + box[i] + digest[i % 5]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    out = bytearray()
    for byte in pad:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def test_pngs_that_are_no_label_are_refused() -> None:
    good = picture(with_number())
    for promised in (b"\x00\x00\x75\x30", b"\x7f\xff\xff\xff", b"\x00\x00\x00\x00"):
        refusal("png", good[:16] + promised + promised + good[24:])
    for data in (good + b"\n", good[: len(good) // 2] + good[-12:], good[:40] + b"x" + good[41:], good[1:]):
        refusal("png", data)
    out = io.BytesIO()
    with_number().save(out, "PNG", save_all=True, append_images=[Image.new("1", (608, 1040), 0)])
    assert "moves" in refusal("png", out.getvalue())
    other = io.BytesIO()
    with_number().save(other, "TIFF")
    assert "not a PNG" in refusal("png", other.getvalue())
