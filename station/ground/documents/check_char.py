"""Internal barcodes: two letters, a body, and a check character (domain §4.1).

ISO 7064 MOD 37,36 over 0-9 and A-Z detects every single wrong character and every swap of two
neighbours. ``-`` is for reading only and never counts.
"""

from __future__ import annotations

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUES = {char: value for value, char in enumerate(_ALPHABET)}
_M = 36


def mod37_36(text: str) -> str:
    """The check character of `text`; ValueError when it holds anything but 0-9 and A-Z."""
    carry = _M
    for char in text:
        value = _VALUES.get(char)
        if value is None:
            raise ValueError(f"{char!r} cannot stand in an internal barcode")
        carry = (carry + value) % _M or _M
        carry = carry * 2 % (_M + 1)
    return _ALPHABET[(_M + 1 - carry) % _M]


def internal(prefix: str, body: str) -> str:
    """The barcode text of one of our own things, e.g. ``internal("LC", "A-03-12-2-05")``."""
    text = (prefix + body).replace("-", "").upper()
    return text + mod37_36(text)


def has_right_check(text: str) -> bool:
    """Whether the last character of `text` (upper case, no ``-``) checks the rest."""
    return mod37_36(text[:-1]) == text[-1]
