"""What never reaches a printer from outside in its language, each with the words the supervisor gets."""

import pytest

from printers import supplied
from printers.errors import BadDocument
from tests.printers.refusing import GOOD_ROWS, INK, TSPL_INK, coded, refusal, zpl
from tests.printers.test_supplied import NATIVE, raster, tspl

OF_THE_PRINTER = (
    *("^XFR:A.ZPL", "^XGR:A.GRF,1,1", "^IMR:A.GRF", "^ILR:A.GRF", "^HWE:*.*", "^HZA", "^SF", "~DUR:A,1,00"),
    *("~DBR:A,1,1,1,1,1,1,00", "~DYE:A,B,T,1,0,0", "~DYE:A,A,X,1,0,00"),
)
INSTANT = ("~JA", "~JR", "~JC", "~HS", "~HI", "^HH", "~PS", "~PP", "~RO", "^PH", "~JX", "~HM")


@pytest.mark.parametrize("command", OF_THE_PRINTER)
def test_zpl_that_needs_what_some_printer_holds_is_refused(command: str) -> None:
    said = refusal("zpl", zpl(command.encode()))
    assert "stored in" in said
    assert command[:3] in said


@pytest.mark.parametrize("command", INSTANT)
def test_zpl_that_acts_is_refused(command: str) -> None:
    said = refusal("zpl", zpl(command.encode()))
    assert said == f"The label contains {command}, which acts on the printer at once."


@pytest.mark.parametrize(
    ("command", "why"),
    [("^JMB", "half the dots"), ("^MUI", "inches"), ("^MUD,150,300", "inches"), ("^PMY", "mirrored")],
)
def test_zpl_that_would_look_otherwise_without_its_setting_is_refused(command: str, why: str) -> None:
    assert why in refusal("zpl", zpl(command.encode()))


def test_the_sentence_names_the_command_as_people_write_it() -> None:
    assert "more than one copy" in refusal("zpl", zpl(b"^PQ2"))
    assert refusal("zpl", zpl(b"^RFW,H")) == "The label contains ^RFW, which the station does not pass on."
    assert refusal("zpl", zpl(b"^rfw,h")) == "The label contains ^RFw, which the station does not pass on."


@pytest.mark.parametrize("kind", [b"Z64", b"B64"])
def test_zpl_pictures_in_base64_pass(kind: bytes) -> None:
    supplied.vet("zpl", zpl(b"^FO0,0^GFA,64,64,8," + coded(GOOD_ROWS, kind=kind) + b"^FS"))


@pytest.mark.parametrize(
    "inside",
    [
        *(b"^XA" + INK, b"^XZ^XZ", b"^XZ" + INK, b"^XA", b"^XZ~JR", b"^PQ0", b"^PQ99999999", b"^PQ-1"),
        # Nothing of ours in field data becomes a command, nothing hides in it.
        *(b"^FDa~JRb^FS", b"^FDa\x10b^FS", b"^FD\x03^FS", b"^FD\x02^FS", b"^FD\x0f^FS", b"^FO1,1x"),
        *(b"^FO1;2", b"^CI99", b"^CIx", b"^A", b"^B", b"^GB\xff", b"^B6N", b"^CC", b"^CCA", b"^LHx", b"^FWX"),
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
            NATIVE + b"~JR",
            b"~JR" + NATIVE,
            b"^XA^XZ",
            b"^XA",
            b"^XA^FX nothing^FS^XZ",
        ),
        *(b"\x02" + INK + b"\x03", NATIVE * 21, b"\xff\xfe" + NATIVE[:-1], b"^FO1,1^FDx^FS" + NATIVE),
    ],
    ids=lambda data: repr(data[:30]),
)
def test_what_is_no_whole_zpl_label_is_refused(data: bytes) -> None:
    refusal("zpl", data)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        *((line, "changes the printer") for line in (b"DIRECTION 0,1", b"INITIALPRINTER")),
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
        *((line, "does not pass on") for line in (b'@1="5"', b"FOR I=1 TO 9", b"A$=1", b"\xff\xfe")),
        *(
            (line, "damaged")
            for line in (b"BITMAP 0,0,9,9999,0,x", b"BITMAP 0,0,0,1,0,", b"BITMAP 0,0,1,0,0,")
        ),
        *((line, "cannot check") for line in (b"BITMAP 0,0,1,1,3,9,xxxx", b"BITMAP 0,0,99999,1,0,")),
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
            tspl(TSPL_INK) * 21,
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


def test_dots_that_act_come_out_as_a_picture_only() -> None:
    data = tspl(b"BITMAP 0,0,3,1,0,\x1b!R")
    supplied.vet("tspl", data)
    (sheet,) = supplied.sheets("tspl", data, (10, 5), 203, language="tspl")
    assert (sheet.native, sheet.image.size if sheet.image else ()) == (None, (80, 40))
    data = raster(b"\x10\x14\x01\x00\x01")
    supplied.vet("escpos", data)
    (sheet,) = supplied.sheets("escpos", data, (10, None), 203, language="escpos")
    assert (sheet.native, sheet.image.size if sheet.image else ()) == (None, (80, 5))
    strip = b"\x1b*\x21\x02\x00\x10\x14\x01\x00\x01\x06\n"
    assert "act on the printer" in refusal("escpos", strip)


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
