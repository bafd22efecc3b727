"""Reading the bar codes of a finished picture, where a decoder is installed (extra ``verify``)."""

from PIL import Image


def contains(image: Image.Image, expected: str) -> bool | None:
    """Return whether a bar code in the picture reads exactly ``expected``; None without a decoder."""
    try:
        import zxingcpp
    except ImportError:
        return None
    codes = zxingcpp.read_barcodes(image.convert("L"), text_mode=zxingcpp.TextMode.Plain)
    return any(code.text == expected for code in codes)
