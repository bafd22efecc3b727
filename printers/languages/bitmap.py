"""Rows of bits as label and receipt printers want them: 8 dots a byte, 1 = black, padded white."""

from PIL import Image


def packed(image: Image.Image) -> tuple[int, bytes]:
    """Return the bytes per row and all rows of a 1-bit image (inverted: Pillow's 1 is white)."""
    return -(-image.width // 8), image.tobytes("raw", "1;I")
