"""Labels of others are opened in a process apart: the same answers as before, and an end for what has none."""

import base64
import io
from typing import Any

import pytest
from PIL import Image

from printers import foreign, supplied
from printers.errors import BadDocument, WrongMedia
from tests.printers.refusing import TWICE, packed_as, page
from tests.printers.test_supplied import NATIVE, NUMBER, ours, picture, with_number


def drawn(language: str, data: bytes, **more: Any) -> foreign.Drawn:
    facts = {
        "waybill_no": NUMBER,
        "format": language,
        "data": base64.b64encode(data).decode(),
        "made_for_dpi": 203,
    }
    options = {"copies": 1, "dots_per_mm": 8}
    return foreign.draw("supplied_waybill", facts, "waybill_76x130", 203, more.pop("to", "tspl"), options)


@pytest.mark.parametrize("language", supplied.FORMATS)
def test_a_good_label_passes_and_is_drawn_as_here(language: str) -> None:
    data = NATIVE if language == "zpl" else ours(language, with_number())
    foreign.vet(language, data)
    if language == "escpos":
        return
    shown = drawn(language, data).shown
    assert shown is not None
    here = supplied.rasterise(language, data, 76, 130, 203)
    assert Image.open(io.BytesIO(shown)).convert("1").tobytes() == here.tobytes()


def test_a_printer_of_its_own_language_gets_its_commands() -> None:
    payload, shown, labels = drawn("zpl", 2 * NATIVE, to="zpl")
    assert payload.count(b"^BCN,120,Y,N,N^FD>:" + NUMBER.encode()) == labels == 2
    assert shown is not None
    told = drawn("tspl", ours("tspl", with_number())).payload
    assert told.count(b"BITMAP 0,0,76,1040,0,") == 1
    assert b"GAP" not in told


def test_its_refusals_are_those_it_always_had() -> None:
    with pytest.raises(BadDocument, match="acts on the printer"):
        foreign.vet("zpl", b"^XA~JR^XZ")
    with pytest.raises(BadDocument, match="several times"):
        foreign.vet("pdf", packed_as(b"[/FlateDecode/FlateDecode]", TWICE))
    with pytest.raises(WrongMedia, match="608 x 1040"):
        drawn("png", picture(Image.new("1", (3000, 3000), 0), 203))
    with pytest.raises(BadDocument, match="reads"):
        drawn("png", picture(Image.new("1", (608, 1040), 1)))


def test_the_largest_picture_that_is_allowed_has_room_enough() -> None:
    image = Image.new("RGBA", (5000, 5000), (255, 255, 255, 200))
    foreign.vet("png", picture(image))
    wide = page(b"10 10 50 50 re f", box=b"[0 0 215.4 368.5]")
    assert drawn_size(wide) == (608, 1040)


def drawn_size(data: bytes) -> tuple[int, int]:
    with pytest.raises(BadDocument, match="reads"):  # it has no bar code, but it was drawn
        drawn("pdf", data)
    return supplied.rasterise("pdf", data, 76, 130, 203).size
