"""PNG made by others: placed dot for dot, or each dot as a whole number of dots."""

import io

from PIL import Image, UnidentifiedImageError

from printers.errors import BadDocument, WrongMedia
from printers.media import dots_per_mm
from printers.supplied.sizes import NOT_RESIZED, PIXEL_LIMIT, TOLERANCE_MM, fitted

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_HEAD = 24
_FACTORS = (1, 2, 3)
# What pictures say of themselves when they are made for 203 or 300 dpi, which is 8 or 12 dots to the mm.
_SAID = {203: (199.5, 206.5), 300: (296.5, 308)}
_THRESHOLD = 128


def vet(data: bytes) -> None:
    """Raise BadDocument unless ``data`` is one whole PNG of a sane size."""
    _opened(data)


def rasterise(data: bytes, medium_mm: tuple[int, int | None], dpi: int) -> Image.Image:
    """Return the picture on the medium, black and white without grey in between."""
    per_mm = dots_per_mm(dpi)
    image = _opened(data)
    factor = _factor(image, medium_mm, per_mm) or _said_factor(image, medium_mm, dpi, per_mm)
    if not factor:
        paper = " x ".join(str(side * per_mm) for side in medium_mm if side)
        raise WrongMedia(
            f"The picture has {image.width} x {image.height} dots, the paper {paper}, and {NOT_RESIZED}."
        )
    dots = _black_and_white(image)
    if factor > 1:
        dots = dots.resize((dots.width * factor, dots.height * factor), Image.Resampling.NEAREST)
    return fitted(dots, medium_mm, per_mm)


def _opened(data: bytes) -> Image.Image:
    if not data.startswith(_SIGNATURE) or data[12:16] != b"IHDR":
        raise BadDocument("This is not a PNG picture.")
    # Before Pillow looks: a few bytes may promise a picture that fills the memory.
    width, height = (int.from_bytes(data[at : at + 4], "big") for at in (16, 20))
    if not 0 < width * height <= PIXEL_LIMIT:
        raise BadDocument(f"The picture has more than {PIXEL_LIMIT // 1_000_000} million dots.")
    if not data.endswith(_END):
        raise BadDocument("The PNG picture is damaged.")
    try:
        image = Image.open(io.BytesIO(data), formats=["PNG"])
        if getattr(image, "n_frames", 1) != 1:
            raise BadDocument("The picture moves; a label is one picture.")
        image.load()
    except (OSError, SyntaxError, ValueError, UnidentifiedImageError, EOFError) as error:
        raise BadDocument("The PNG picture is damaged.") from error
    return image


def _factor(image: Image.Image, medium_mm: tuple[int, int | None], per_mm: int) -> int:
    """Return the whole number by which the picture is as large as the medium; 0 if there is none."""
    slack = TOLERANCE_MM * per_mm
    for factor in _FACTORS:
        off = [
            abs(dots * factor - side * per_mm)
            for dots, side in zip(image.size, medium_mm, strict=True)
            if side is not None
        ]
        if max(off) <= slack:
            return factor
    return 0


def _said_factor(image: Image.Image, medium_mm: tuple[int, int | None], dpi: int, per_mm: int) -> int:
    """Return 1 when the picture says it was made for this printer's dots and the medium holds it."""
    said = image.info.get("dpi", (0, 0))
    low, high = _SAID[dpi]
    fits = all(
        side is None or dots <= side * per_mm for dots, side in zip(image.size, medium_mm, strict=True)
    )
    return int(fits and all(low <= number <= high for number in said))


def _black_and_white(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        whole = image.convert("RGBA")
        paper = Image.new("RGBA", whole.size, "white")
        image = Image.alpha_composite(paper, whole)
    if image.mode.startswith("I"):
        # Sixteen bits of grey.
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("L").convert("1", dither=Image.Dither.NONE)
