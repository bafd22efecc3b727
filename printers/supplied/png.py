"""PNG made by others: placed dot for dot, each dot as a whole number of dots, or in its true size."""

import io

from PIL import Image, UnidentifiedImageError

from printers.errors import BadDocument
from printers.media import dots_per_mm
from printers.supplied import fitting
from printers.supplied.fitting import NEAR_MM, Sheet
from printers.supplied.sizes import PIXEL_LIMIT

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_END = b"\x00\x00\x00\x00IEND\xaeB`\x82"
_MM = 25.4
_DPI = {8: 203, 12: 300}
# Labels in millimetres: 4 x 6 inches, A6, and what carriers print on.
_USUAL = ((101.6, 152.4), (105, 148), (100, 180), (76, 130), (100, 100), (101.6, 203.2), (210, 297))
# Sides are alike that differ by so much of themselves.
_ALIKE = 0.02
_FACTORS = (1, 2, 3)
# What pictures say of themselves when they are made for 203 or 300 dpi, which is 8 or 12 dots to the mm.
_SAID = {203: (199.5, 206.5), 300: (296.5, 308)}


def vet(data: bytes) -> None:
    """Raise BadDocument unless ``data`` is one whole PNG of a sane size."""
    _opened(data)


def sheets(
    data: bytes, medium_mm: tuple[int, int | None], dpi: int, _source_dpi: int, *, is_own: bool
) -> list[Sheet]:
    """Return the picture on the medium, black and white without grey in between."""
    image = _opened(data)
    drawn = _black_and_white(image)
    fitted = fitting.fitted(drawn, medium_mm, dpi, _density(image, medium_mm, dots_per_mm(dpi)))
    return [Sheet(fitted.image, data if is_own and fitted.is_untouched else None)]


def dots(data: bytes) -> Image.Image:
    """The picture in black and white, in its own dots."""
    return _black_and_white(_opened(data))


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


def _density(image: Image.Image, medium_mm: tuple[int, int | None], per_mm: int) -> float:
    """How many dots to the inch the picture is made of.

    What it says of itself counts only for the two densities of label printers: other numbers (72, 96) are
    what programs write that were not told. Else the density that makes it as large as the paper, or as a
    usual label.
    """
    said = image.info.get("dpi", (0, 0))
    for dpi, (low, high) in _SAID.items():
        if all(low <= number <= high for number in said):
            return dpi
    for factor in _FACTORS:
        if all(
            side is None or abs(count * factor - side * per_mm) <= NEAR_MM * per_mm
            for count, side in zip(image.size, medium_mm, strict=True)
        ):
            return _DPI[per_mm] if factor == 1 else _MM * per_mm / factor
    sizes: tuple[tuple[float, float | None], ...] = (medium_mm, *_USUAL)
    for sides in sizes:
        for width, height in (sides, sides[::-1]):
            if width and height and abs(image.width / width / (image.height / height) - 1) <= _ALIKE:
                return image.width / width * _MM
    return _DPI[per_mm]


def _black_and_white(image: Image.Image) -> Image.Image:
    if image.has_transparency_data:
        whole = image.convert("RGBA")
        paper = Image.new("RGBA", whole.size, "white")
        image = Image.alpha_composite(paper, whole)
    if image.mode.startswith("I"):
        # Sixteen bits of grey.
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("L").convert("1", dither=Image.Dither.NONE)
