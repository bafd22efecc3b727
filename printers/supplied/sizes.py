"""How large a supplied label may be, in bytes and in dots."""

from printers.errors import BadDocument

# As Pillow's own operations leave it; a 1 would be white too, until it is inverted.
WHITE = 255
BYTE_LIMIT = 1_000_000
PIXEL_LIMIT = 25_000_000
# Two metres at 300 dpi: longer is not a label but a roll of paper gone.
DOT_LIMIT = 24_000
PAGE_LIMIT = 20
# A label is drawn on this much more than it says to be, to see what the paper would lose.
BEYOND_MM = 50


def check_bytes(data: bytes) -> None:
    """Raise BadDocument when there is nothing, or too much of it."""
    if not data:
        raise BadDocument("The label is empty.")
    if len(data) > BYTE_LIMIT:
        raise BadDocument(f"The label is larger than {BYTE_LIMIT // 1000} kB.")
