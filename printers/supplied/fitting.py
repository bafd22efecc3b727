"""How a supplied label comes onto the paper at hand: dot for dot where it can, and never with a part missing.

White margin is no content: a label of 4 x 6 inches goes on paper of 100 x 150 mm when its ink does. What was
made for another density is drawn in its true size. Only what is larger than the paper is made smaller, and
then every bar code on it must still be read, of bars no scanner finds too thin; else the label is refused.
"""

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image, ImageChops

from printers.errors import WrongMedia
from printers.media import dots_per_mm
from printers.supplied import codes
from printers.supplied.sizes import DOT_LIMIT, PIXEL_LIMIT, WHITE

NEAR_MM = 3
"""Labels are called alike that differ by less: 4 x 6 inches is sold as 100 x 150 mm."""

# Densities alike but for rounding.
_HAIR = 1e-3
# Smaller than this nobody reads the address.
_LEAST = 0.7
_TURN = Image.Transpose.ROTATE_90
Redraw = Callable[[float], Image.Image]


@dataclass(frozen=True)
class Sheet:
    """One label ready to print: its picture in the paper's dots, its bytes for a printer of its language."""

    image: Image.Image | None
    native: bytes | None = None


@dataclass(frozen=True)
class Fitted:
    """The picture in exactly the paper's dots. ``is_untouched``: every dot is where the label put it."""

    image: Image.Image
    is_untouched: bool


def fitted(
    image: Image.Image,
    medium_mm: tuple[int, int | None],
    dpi: int,
    source_dpi: float,
    redraw: Redraw | None = None,
) -> Fitted:
    """Lay ``image`` (mode ``1``, made for ``source_dpi``) on the paper; ``redraw`` draws it anew at a scale.

    WrongMedia when it does not go on without losing ink or a bar code.
    """
    per_mm = dots_per_mm(dpi)
    scale = per_mm / (dots_per_mm(int(source_dpi)) if source_dpi in {203, 300} else source_dpi / 25.4)
    again = redraw or (lambda factor: _resized(image, factor))
    true = image if abs(scale - 1) < _HAIR else _checked(image, again(scale))
    room = medium_mm[0] * per_mm, None if medium_mm[1] is None else medium_mm[1] * per_mm
    laid = _laid(true, room)
    if laid is not None:
        return Fitted(laid[0], laid[1] and true is image)
    turned = _laid(true.transpose(_TURN), room)
    if turned is not None and room[1] is not None:
        return Fitted(turned[0], is_untouched=False)
    return Fitted(_smaller(image, true, again, scale, room), is_untouched=False)


def trimmed(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Without what was drawn beyond the label's own size to see whether there is ink; whole if there is."""
    ink = ImageChops.invert(image.convert("L")).getbbox() or (0, 0, 1, 1)
    wide, high = max(size[0], ink[2]), max(size[1], ink[3])
    return image if (wide, high) == image.size else image.crop((0, 0, wide, high))


def _laid(image: Image.Image, room: tuple[int, int | None]) -> tuple[Image.Image, bool] | None:
    """On white in the paper's dots, moved only as far as its ink needs; None when there is more ink than
    room.
    """
    width, height = room[0], room[1] or image.height
    if not 0 < height <= DOT_LIMIT or width * height > PIXEL_LIMIT:
        raise WrongMedia("The label is longer than any paper.")
    if image.size == (width, height):
        return image, True
    ink = ImageChops.invert(image.convert("L")).getbbox()
    if ink is None:
        return Image.new("1", (width, height), WHITE), True
    if ink[2] - ink[0] > width or ink[3] - ink[1] > height:
        return None
    left, top = -max(0, ink[2] - width), -max(0, ink[3] - height)
    sheet = Image.new("1", (width, height), WHITE)
    sheet.paste(image, (left, top))
    return sheet, (left, top) == (0, 0)


def _smaller(
    image: Image.Image, true: Image.Image, again: Redraw, scale: float, room: tuple[int, int | None]
) -> Image.Image:
    """Make it as much smaller as its ink needs, turned if that is less."""
    ink = ImageChops.invert(true.convert("L")).getbbox()
    assert ink
    wide, high = ink[2] - ink[0], ink[3] - ink[1]
    upright = min(room[0] / wide, (room[1] or high) / high)
    lying = min(room[0] / high, room[1] / wide) if room[1] else 0
    factor = max(upright, lying)
    if factor < _LEAST:
        raise WrongMedia(_too_large(true, room))
    for less in (1, 0.99, 0.98):
        drawn = _checked(image, again(scale * factor * less))
        laid = _laid(drawn.transpose(_TURN) if lying > upright else drawn, room)
        if laid is not None:
            return laid[0]
    raise WrongMedia(_too_large(true, room))


def _too_large(image: Image.Image, room: tuple[int, int | None]) -> str:
    paper = " x ".join(str(side) for side in room if side)
    return f"The label has {image.width} x {image.height} dots, the paper {paper}: it is too large for it."


def _checked(before: Image.Image, after: Image.Image) -> Image.Image:
    """Every bar code must read as before, and have bars of two dots at least."""
    lost = codes.lost(before, after)
    if lost is None:
        raise WrongMedia(
            "The label has another size than the paper, and nobody can read whether it still scans."
        )
    if lost:
        raise WrongMedia(f"The bar code {lost[0][:40]} would not scan in the size of the paper.")
    return after


def _resized(image: Image.Image, factor: float) -> Image.Image:
    """By whole dots where that is so, else by how much of each dot is ink."""
    size = max(1, round(image.width * factor)), max(1, round(image.height * factor))
    if size[0] * size[1] > PIXEL_LIMIT:
        raise WrongMedia("The label is larger than any paper.")
    if factor == int(factor):
        return image.resize(size, Image.Resampling.NEAREST)
    grey = image.convert("L").resize(size, Image.Resampling.BOX if factor < 1 else Image.Resampling.NEAREST)
    return grey.convert("1", dither=Image.Dither.NONE)
