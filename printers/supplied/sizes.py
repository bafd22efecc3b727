"""How large a supplied label may be, and how it is laid on the medium: dot for dot, never stretched."""

from PIL import Image, ImageChops

from printers.errors import BadDocument, WrongMedia

# As Pillow's own operations leave it; a 1 would be white too, until it is inverted.
WHITE = 255
BYTE_LIMIT = 1_000_000
PIXEL_LIMIT = 25_000_000
# Two metres at 300 dpi: longer is not a label but a roll of paper gone.
DOT_LIMIT = 24_000
TOLERANCE_MM = 2
# A label is drawn on this much more than it says to be, to see what the paper would lose.
BEYOND_MM = 50
NOT_RESIZED = "a resized bar code does not scan"


def check_bytes(data: bytes) -> None:
    """Raise BadDocument when there is nothing, or too much of it."""
    if not data:
        raise BadDocument("The label is empty.")
    if len(data) > BYTE_LIMIT:
        raise BadDocument(f"The label is larger than {BYTE_LIMIT // 1000} kB.")


def check_size(size_mm: tuple[float, float | None], medium_mm: tuple[int, int | None]) -> None:
    """Raise WrongMedia unless the label is as large as the medium; a roll has any length up to two metres."""
    wide, high = size_mm
    width, height = medium_mm
    is_high = height is None or high is None or abs(high - height) <= TOLERANCE_MM
    if abs(wide - width) > TOLERANCE_MM or not is_high:
        made = f"{wide:.0f} mm wide" if high is None else f"{wide:.0f} x {high:.0f} mm"
        paper = f"{width} mm wide" if height is None else f"{width} x {height} mm"
        raise WrongMedia(f"The label is {made}, the paper {paper}, and {NOT_RESIZED}.")


def fitted(image: Image.Image, medium_mm: tuple[int, int | None], per_mm: int) -> Image.Image:
    """Return ``image`` (mode ``1``) on white in the medium's dots; WrongMedia when ink would be lost."""
    width = medium_mm[0] * per_mm
    height = image.height if medium_mm[1] is None else medium_mm[1] * per_mm
    if not 0 < height <= DOT_LIMIT or not 0 < width * height <= PIXEL_LIMIT:
        raise WrongMedia("The label is longer than any paper.")
    return cut(image, (width, height))


def cut(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return ``image`` in another size, its top left corner kept; WrongMedia when ink would be lost."""
    if image.size == size:
        return image
    inked = ImageChops.invert(image).getbbox()
    if inked and (inked[2] > size[0] or inked[3] > size[1]):
        raise WrongMedia(f"A part of the label would not be on the paper, and {NOT_RESIZED}.")
    sheet = Image.new("1", size, WHITE)
    sheet.paste(image, (0, 0))
    return sheet


def check_dpi(source_dpi: int, dpi: int) -> None:
    """Raise WrongMedia when a label made of dots would come out in another size."""
    if source_dpi != dpi:
        raise WrongMedia(
            f"The label was made for {source_dpi} dpi, the printer has {dpi}, and {NOT_RESIZED}."
        )
