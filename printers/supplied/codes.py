"""Reading the bar codes of a finished picture, where a decoder is installed (extra ``verify``)."""

from typing import Any

from PIL import Image

# Thinner bars come out of a printer, but scanners find them by chance.
_LEAST_DOTS = 2
_LINEAR = ("Code128", "Code39", "Code93", "ITF", "EAN", "UPC", "Codabar", "DataBar")


def contains(image: Image.Image, expected: str) -> bool | None:
    """Return whether a bar code in the picture reads exactly ``expected``; None without a decoder."""
    found = _read(image)
    return None if found is None else any(code.text == expected for code in found)


def lost(before: Image.Image, after: Image.Image) -> list[str] | None:
    """Return the bar codes of ``before`` that ``after`` has no more, or only too thin; None without a
    decoder.
    """
    wanted, there = _read(before), _read(after)
    if wanted is None or there is None:
        return None
    kept = {code.text for code in there if _narrowest(after, code) >= _LEAST_DOTS}
    return sorted({code.text for code in wanted} - kept)


def _read(image: Image.Image) -> list[Any] | None:
    try:
        import zxingcpp
    except ImportError:
        return None
    return list(zxingcpp.read_barcodes(image.convert("L"), text_mode=zxingcpp.TextMode.Plain))


def _narrowest(image: Image.Image, code: Any) -> int:
    """The thinnest bar or gap in dots, along the middle of a linear code that lies straight."""
    if not code.format.name.startswith(_LINEAR):
        return _LEAST_DOTS
    place = code.position
    corners = (place.top_left, place.top_right, place.bottom_left, place.bottom_right)
    xs, ys = [corner.x for corner in corners], [corner.y for corner in corners]
    strip = image.crop((min(xs), min(ys), max(xs) + 1, max(ys) + 1)).convert("1")
    if abs(place.top_left.x - place.top_right.x) < abs(place.top_left.y - place.top_right.y):
        strip = strip.transpose(Image.Transpose.ROTATE_90)
    row = strip.crop((0, strip.height // 2, strip.width, strip.height // 2 + 1)).convert("L").tobytes()
    widths, start = [], 0
    for at in range(1, len(row)):
        if row[at] != row[start]:
            widths.append(at - start)
            start = at
    return min(widths[1:], default=_LEAST_DOTS)
