"""Whatever comes from outside, only refusals come out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from printers import supplied
from printers.errors import BadDocument, PrintError
from tests.printers.refusing import GOOD_ROWS, INK, TSPL_INK, coded, page, zpl
from tests.printers.test_supplied import NATIVE, ours, picture, raster, tspl, with_number

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
    try:
        (sheet,) = supplied.sheets("zpl", data, (76, 130), 203, language="zpl")
    except BadDocument:
        assert "^" in text or "~" in text
        return
    stream = sheet.native or b""
    assert stream.count(b"^XA") == stream.count(b"^XZ") == (sheet.native is not None)
    assert b"~" not in stream
    assert b"! U" not in stream
