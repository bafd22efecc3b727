"""What never reaches a printer from outside, each with the words the supervisor gets."""

import base64
import binascii
import hashlib
import io
import zlib

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from printers import supplied
from printers.errors import BadDocument, PrintError
from tests.printers.test_supplied import NATIVE, NUMBER, ours, picture, raster, tspl, with_number

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


LASTING = (
    *("^MMT", "^MNW", "^MTT", "^MD15", "^MFN,N", "^PR4", "^JUS", "^JZY", "^JMA", "^KD0", "^KPsecret", "^LF"),
    *("^CC/", "^CD;", "^CT+", "^CWK,E:A.TTF", "^POI", "^PMY", "^LRY", "^LS20", "^LT5", "^FWR", "^SEE:A.DAT"),
    *("^SZ2", "^PA0,1,1,0", "^NS", "^ST", "^WE", "~SD25", "~TA000", "~CC/", "~JSN", "~NR", "^MLy", "^XB"),
)
STORED = (
    *("^DFR:A.ZPL", "^XFR:A.ZPL", "^XGR:A.GRF,1,1", "^IMR:A.GRF", "^IDR:*.*", "^FN1", "^FVx", "^SN1,1,Y"),
    *("^HWE:*.*", "^HZA", "^EG", "~DGR:A.GRF,8,1,00", "~DYE:A,P,P,1,0,00", "~DUR:A,1,00", "~EG"),
)
INSTANT = ("~JA", "~JR", "~JC", "~HS", "~HI", "^HH", "~PS", "~PP", "~RO", "^PH", "~JX", "~HM")


@pytest.mark.parametrize("command", LASTING)
def test_zpl_that_stays_in_the_printer_is_refused(command: str) -> None:
    said = refusal("zpl", zpl(command.encode()))
    assert said.startswith(f"The label contains {command[:3]}")
    assert said.endswith(", which changes the printer.")


@pytest.mark.parametrize("command", STORED)
def test_zpl_that_uses_the_printers_memory_is_refused(command: str) -> None:
    said = refusal("zpl", zpl(command.encode()))
    assert said.startswith(f"The label contains {command[:3]}")
    assert said.endswith(", which uses what is stored in the printer.")


@pytest.mark.parametrize("command", INSTANT)
def test_zpl_that_acts_is_refused(command: str) -> None:
    said = refusal("zpl", zpl(command.encode()))
    assert said == f"The label contains {command}, which acts on the printer at once."


def test_the_sentence_names_the_command_as_people_write_it() -> None:
    assert refusal("zpl", zpl(b"^JUS")) == "The label contains ^JUS, which changes the printer."
    assert "more than one copy" in refusal("zpl", zpl(b"^PQ2"))
    assert refusal("zpl", zpl(b"^RFW,H")) == "The label contains ^RFW, which the station does not pass on."
    assert refusal("zpl", zpl(b"^fd1")) == "The label contains ^fd, which the station does not pass on."


def coded(rows: bytes, crc: int | None = None, kind: bytes = b"Z64") -> bytes:
    text = base64.b64encode(zlib.compress(rows) if kind == b"Z64" else rows)
    return b":" + kind + b":" + text + b":%04X" % (binascii.crc_hqx(text, 0) if crc is None else crc)


GOOD_ROWS = bytes(range(64))


@pytest.mark.parametrize("kind", [b"Z64", b"B64"])
def test_zpl_pictures_in_base64_pass(kind: bytes) -> None:
    supplied.vet("zpl", zpl(b"^FO0,0^GFA,64,64,8," + coded(GOOD_ROWS, kind=kind) + b"^FS"))


@pytest.mark.parametrize(
    "inside",
    [
        # More labels, or less than one.
        *(b"^XZ^XA" + INK, b"^FX ^XA again^FS", b"^XZ", b"^XA", b"^XZ~JR", b"^XZ^JUS"),
        *(b"^PQ0", b"^PQ", b"^PQ1,1", b"^PQ99999999", b"^PQ1^PQ1", b"^PQ1,0,1,Y,Y,Y", b"^PQ-1"),
        # Nothing of ours in field data becomes a command, nothing hides in it.
        *(b"^FDA^JUS^FS", b"^FDa~JRb^FS", b'^FD! U1 setvar "x" "y"^FS', b"^FX! U1 do^FS", b"^FH^^FDx^FS"),
        *(b"^FDa\x10b^FS", b"^FD\x03^FS", b"^FD\x02^FS", b"\x1eJUS", b"^FD\x0f^FS", b"^FS text", b"^FO1,1x"),
        *(b"^FO1;2", b"^CI26", b"^CI0,1,2", b"^CI99", b"^CIx", b"^A", b"^", b"~", b"^B", b"^GB\xff", b"^B6N"),
        # Letters whose meaning hangs on the printer's last label.
        *("^FD顺丰^FS".encode(), "^CI28^FD顺丰^FS".encode("gbk"), b"^CI0^CI28^FD\x81^FS"),
        # Pictures.
        *(
            b"^GFA,99999999,99999999,100,00",
            b"^GFA,8,8,0,00",
            b"^GFA,8,8,3,00",
            b"^GFA,8,8,1,",
            b"^GFA,8,8,1",
        ),
        *(
            b"^GFC,8,8,1,12345678",
            b"^GFB,99,99,1,^FS",
            b"^GFB,8,9,1,12345678",
            b"^GFB,8,8,1,123456789",
            b"^GF",
        ),
        *(
            b"^GFA,8,8,1,FF00FF00FF00FF",
            b"^GFA,8,8,1,FF00FF00FF00FF00FF",
            b"^GFA,8,8,1,:",
            b"^GFA,8,8,1,xFFz",
        ),
        *(b"^GFA,8,8,1,FFx1", b"^GFA,8,8,1,:Z64:", b"^GFA,8,8,1,:Z64:AAAA:0000", b"^GFA,4,4,2,FFF:F,"),
        b"^GFA,64,64,8," + coded(GOOD_ROWS, 1),
        b"^GFA,64,64,8," + coded(GOOD_ROWS[:-1]),
        b"^GFA,64,64,8," + coded(GOOD_ROWS + b"x"),
        b"^GFA,64,64,8," + coded(GOOD_ROWS, kind=b"B64")[:-6] + b":0000",
        2 * (b"^GFA,2999900,2999900,100," + coded(bytes(2_999_900)) + b"^FS"),
        b"^GFA,100,100,10," + coded(bytes(10_000_000)),
        b"^GFB,120000,120000,100," + bytes(120_000),
        *(b"^PW0", b"^LL99999", b"^PWx", b"^LL-1", b"^LL9\n9999", b"^PW\r\n0"),
    ],
    ids=lambda inside: repr(inside[:40]),
)
def test_zpl_that_is_not_one_plain_label_is_refused(inside: bytes) -> None:
    refusal("zpl", zpl(inside))


@pytest.mark.parametrize(
    "data",
    [
        *(
            NATIVE[:-6],
            NATIVE[3:],
            NATIVE * 2,
            b"x" + NATIVE,
            NATIVE + b"x",
            b'! U1 setvar "a" "b"\r\n' + NATIVE,
        ),
        *(
            NATIVE + b"~JR",
            b"~JR" + NATIVE,
            b"^XA^XZ",
            b"^XA^FX nothing^FS^XZ",
            b"\xef\xbb\xbf" + NATIVE,
            b"^XA",
        ),
        *(b"\x02" + INK + b"\x03", b"^xa" + INK + b"^xz", b"CT~~CD,~CC^~CT~" + NATIVE),
    ],
    ids=lambda data: repr(data[:30]),
)
def test_nothing_but_one_whole_zpl_label_passes(data: bytes) -> None:
    refusal("zpl", data)


TSPL_INK = b"BAR 0,0,9,9"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        *(
            (line, "changes the printer")
            for line in (b"DENSITY 8", b"SPEED 4", b"SET TEAR ON", b"SET CUTTER 1")
        ),
        *(
            (line, "changes the printer")
            for line in (b"OFFSET 5 mm", b"SHIFT 9", b"DIRECTION 0,1", b"INITIALPRINTER")
        ),
        *((line, "stored") for line in (b'DOWNLOAD "A.BAS"', b'KILL "*"', b'RUN "A.BAS"', b"EOP", b"MOVE")),
        *((line, "stored") for line in (b'PUTBMP 1,1,"A.BMP"', b'PUTPCX 1,1,"A.PCX"', b"FILES")),
        *((line, "at once") for line in (b"SELFTEST", b"CUT", b"FEED 99", b"FORMFEED", b"HOME", b'OUT "x"')),
        *(
            (line, "at once")
            for line in (b"SOUND 1,9", b"GAPDETECT", b"BACKFEED 9", b"~!T", b'TEXT 1,1,"~!D"')
        ),
        *((line, "control") for line in (b"\x1b!R", b'TEXT 1,1,"\x1b!R"', b"\rCUT", b"BAR 1,1,\x001,1")),
        *((line, "copy") for line in (b"PRINT 2", b"PRINT 1,2", b"PRINT", b"PRINT -1,1", b"PRINT 1,@1")),
        *((line, "one TSPL label") for line in (b"PRINT 1", b"CLS", b"SIZE 9 mm,9 mm")),
        *(
            (line, "cannot check")
            for line in (b"BAR 1,1,1", b"BAR 1,1,1,A$", b'TEXT 1,1,"3",0,1,1,A$', b"BOX")
        ),
        *((line, "cannot check") for line in (b'TEXT 1,1,"3",0,1,1,"a" + "b"', b'TEXT 1,1,"3",0,1,1,"a')),
        *(
            (line, "does not pass on")
            for line in (b'@1="5"', b"size 1,1", b"FOR I=1 TO 9", b"A$=1", b"\xff\xfe")
        ),
        *(
            (line, "damaged")
            for line in (b"BITMAP 0,0,9,9999,0,x", b"BITMAP 0,0,0,1,0,", b"BITMAP 0,0,1,0,0,")
        ),
        *((line, "cannot check") for line in (b"BITMAP 0,0,1,1,3,9,xxxx", b"BITMAP 0,0,99999,1,0,")),
        *((line, "act on the printer") for line in (b"BITMAP 0,0,3,1,0,\x1b!R", b"BITMAP 0,0,3,1,1,~!D")),
    ],
)
def test_tspl_commands_that_do_not_pass(line: bytes, why: str) -> None:
    data = tspl(TSPL_INK, line)
    with pytest.raises(BadDocument, match=why):
        supplied.vet("tspl", data)


@pytest.mark.parametrize(
    "data",
    [
        *(
            tspl(TSPL_INK)[:-10],
            tspl(TSPL_INK) * 2,
            tspl(TSPL_INK) + b"CUT\r\n",
            tspl(),
            tspl(TSPL_INK) + b"x",
        ),
        *(b"CLS\r\nBAR 0,0,9,9\r\nPRINT 1\r\n", b"SIZE 9,9\r\nBAR 0,0,9,9\r\nPRINT 1\r\n"),
        *(b"SIZE 9,9\r\nBAR 0,0,9,9\r\nCLS\r\nPRINT 1\r\n", b"CLS\r\nSIZE 9,9\r\nBAR 0,0,9,9\r\nPRINT 1\r\n"),
        *(
            tspl(TSPL_INK).replace(b"10 mm,5 mm", size)
            for size in (b"9999 mm,9 mm", b"99,99", b"x", b"", b"0,0")
        ),
    ],
    ids=lambda data: repr(data[:40]),
)
def test_nothing_but_one_whole_tspl_label_is_drawn(data: bytes) -> None:
    with pytest.raises(BadDocument):
        supplied.rasterise("tspl", data, 10, 5, 203)


def test_dots_that_act_can_still_be_drawn() -> None:
    assert supplied.rasterise("tspl", tspl(b"BITMAP 0,0,3,1,0,\x1b!R"), 10, 5, 203).size == (80, 40)
    data = raster(b"\x10\x14\x01\x00\x01")
    with pytest.raises(BadDocument, match="act on the printer"):
        supplied.vet("escpos", data)
    assert supplied.rasterise("escpos", data, 10, None, 203).size == (80, 5)


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (b"\x1bp\x00\x19\xfa", "ESC p, which opens the cash drawer"),
        (b"\x10\x14\x01\x00\x01", "DLE 14, which acts on the printer"),
        (b"\x10\x04\x01", "DLE 04, which acts on the printer"),
        (b"\x10\x05\x01", "DLE 05, which acts on the printer"),
        (b"\x1d(A\x02\x00\x00\x02", r"GS \(, which changes the printer"),
        (b"\x1d(E\x03\x00\x01IN", r"GS \(, which changes the printer"),
        (b"\x1d(L\x06\x000C", r"GS \(, which changes the printer"),
        (b"\x1d8L\x01\x00\x00\x00\x00", "GS 8, which changes the printer"),
        (b"\x1cq\x01\x01\x00\x01\x00", "FS q, which uses what is stored"),
        (b"\x1cp\x01\x00", "FS p, which uses what is stored"),
        (b"\x1cg1\x00", "FS g, which uses what is stored"),
        (b"\x1d*\x01\x01", r"GS \*, which stores a picture"),
        (b"\x1d:", "GS :, which records"),
        (b"\x1bi", "ESC i, which cuts"),
        (b"\x1d\x49\x01", "GS I, which the station does not pass on"),
        (b"\x1d\x72\x01", "GS r, which the station does not pass on"),
        (b"\x1da\xff", "GS a, which the station does not pass on"),
        (b"\x1b=\x00", "ESC =, which switches"),
        (b"\x1bL", "ESC L, which the station does not pass on"),
        (b"\x1dk\x49\x02{B", "GS k, which the station does not pass on"),
        (b"text", "letters for the printer"),
        (b"\x00", "letters for the printer"),
        (b"\x07", "letters for the printer"),
        (b"\xd6\xd0", "letters for the printer"),
        (b"\x1dV\x00", "cut before its end"),
        (b"\x1dV\x61", "cannot check"),
        (b"\x1ba\x09", "cannot check"),
        (b"\x1b*\x09\x01\x00x", "cannot check"),
        (b"\x1dv1\x00\x01\x00\x01\x00x", "cannot check"),
        (b"\x1dv0\x04\x01\x00\x01\x00x", "cannot check"),
        (b"\x1dv0\x00\x00\x00\x01\x00", "not whole"),
        (b"\x1bd\xff" * 9, "two metres"),
    ],
)
def test_escpos_commands_that_do_not_pass(command: bytes, why: str) -> None:
    data = b"\x1b@" + raster(b"\xff") + command + raster(b"\xff") + b"\x1dV\x00"
    with pytest.raises(BadDocument, match=why):
        supplied.vet("escpos", data)


@pytest.mark.parametrize(
    "end", [b"\x1d", b"\x1dv", b"\x1dv0\x00", raster(b"\xff\xff")[:-1], b"\x1bd", b"\x1dV", b"\x1dVA"]
)
def test_a_receipt_that_breaks_off_is_refused(end: bytes) -> None:
    refusal("escpos", raster(b"\xff") + end)
    refusal("escpos", b"\x1b@\x1dV\x00" + end)


def test_a_receipt_without_picture_or_with_two_cuts_is_refused() -> None:
    assert "prints nothing" in refusal("escpos", b"\x1b@\x1bd\x05\x1dV\x00")
    assert "before its end" in refusal("escpos", raster(b"\xff") + b"\x1dV\x00" * 2)
    assert "two metres" in refusal("escpos", raster(b"\xff") + b"\n" * 900_000)


# --- PDF and PNG ----------------------------------------------------------------------------------


def page(content: bytes, more: bytes = b"", box: bytes = b"[0 0 215.4 368.5]") -> bytes:
    packed = zlib.compress(content)
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox%b/Contents 4 0 R/Resources<<%b>>>>endobj\n"
        b"4 0 obj<</Length %d/Filter/FlateDecode>>stream\n%b\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF"
    ) % (box, more, len(packed), packed)


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


def packed_as(filters: bytes, body: bytes, more: bytes = b"") -> bytes:
    """A label whose page is packed by these filters."""
    return page(b"").replace(
        page(b"").split(b"4 0 obj")[1].split(b"endobj")[0],
        b"<</Length %d %b/Filter%b>>stream\n%b\nendstream " % (len(body), more, filters, body),
    )


SPACES = b"10 10 50 50 re f" + b" " * 40_000_000
TWICE = zlib.compress(zlib.compress(SPACES, 9), 9)


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
    good.save(out, "PDF", save_all=True, append_images=[good])
    assert "2 pages" in refusal("pdf", out.getvalue())
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


# --- anything -------------------------------------------------------------------------------------

SEEDS = {
    "zpl": [
        NATIVE,
        zpl(b"^FO0,0^GFA,64,64,8," + coded(GOOD_ROWS) + b"^FS"),
        zpl(b"^FO1,1^GFB,8,8,1,^XZ~JR12^FS"),
    ],
    "tspl": [tspl(TSPL_INK, b"BITMAP 0,0,1,2,1,xy", b'TEXT 1,1,"3",0,1,1,"a"'), tspl(b"BOX 0,0,9,9,1")],
    "escpos": [b"\x1b@" + raster(b"\xff\x00", 3) + b"\x1bd\x02\x1dV\x42\x00"],
    "pdf": [page(b"10 10 50 50 re f"), ours("pdf", with_number())],
    "png": [picture(with_number(), 203)],
}
PIECES = st.sampled_from(
    [
        *b"^XA ^XZ ^FD ^GFB,9,9,1, ^GFA,8,8,1, ^ ~ ~JR ^BCN ^BY9 ^FH ^CI28 ^FB9,9 ^A0N,9 99999 -1 0 9,9 ,".split(),
        *b"PRINT CLS BITMAP REVERSE stream endobj IHDR acTL ^BQN ^B7N ^BXN ^GD9,9 ^GE9,9 ^FT ^TB".split(),
        *(b"\r\n", b"REVERSE -9,-9,99,99\n", b"BITMAP 0,0,9,9,0,", b"PRINT 1\n", b'"', b"\xff", b" "),
        *(b"\x1b", b"\x1d", b"\x1b*", b"\x1dV", b"\x1dv0\x00"),
    ]
)


@st.composite
def broken(draw: st.DrawFn, language: str) -> bytes:
    data = draw(st.sampled_from(SEEDS[language]))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from([0, 0, 1, 2, 5, 40, 4000])))
        data = data[:start] + draw(PIECES | st.binary(max_size=6)) + data[end:]
    return data


@pytest.mark.parametrize("language", supplied.FORMATS)
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_only_refusals_come_out_whatever_goes_in(language: str, data: st.DataObject) -> None:
    label = data.draw(broken(language) | st.binary(max_size=200))
    height = data.draw(st.sampled_from([130, None]))
    try:
        supplied.vet(language, label)
    except PrintError:
        assert supplied.preview(language, label, 76, height, 203) is None or language in {"tspl", "escpos"}
        return
    try:
        image = supplied.rasterise(language, label, 76, height, 203)
    except PrintError:
        return
    assert image.mode == "1"
    assert image.size == (608, image.height if height is None else 1040)


@settings(deadline=None, max_examples=60)
@given(text=st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20))
def test_no_text_in_a_field_makes_a_second_label(text: str) -> None:
    data = b"^XA^CI28" + INK + b"^FO1,1^A0N,20,20^FD" + text.encode() + b"^FS^XZ"
    if "^" in text or "~" in text or "! U" in text:
        with pytest.raises(BadDocument):
            supplied.vet("zpl", data)
    else:
        supplied.vet("zpl", data)
    assert NUMBER.encode() not in data
