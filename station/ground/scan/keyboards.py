"""What a scanner's text becomes when the computer believes in another keyboard than the scanner does.

A reading counts only where something proves it: the check character of our own labels, a fixed list of
command cards, the check digit of a trade number. Free text is never touched.
"""

from __future__ import annotations

from collections.abc import Iterator

_GERMAN = str.maketrans("yzYZß?", "zyZY-_")
_FRENCH = str.maketrans("&é\"'(-è_çà)aqzwAQZW,?", "1234567890-qawzQAWZmM")
_LAYOUTS = (_GERMAN, _FRENCH)


def readings(text: str) -> Iterator[str]:
    """`text` first, then what it would be if it had come through a German or a French keyboard."""
    yield text
    for layout in _LAYOUTS:
        meant = text.translate(layout)
        if meant != text:
            yield meant
