"""How one trade number may be written: what a scanner sends is not always what the office wrote down.

`groups` gives the spellings to look for, the surest first. The first group is the text itself and the same
number in its other lengths and notations (a UPC with 8, 12, 13 or 14 digits, a book's ISBN); the later ones
are readings that count only when they are known: an issue's add-on behind the number, what a Code 39 leaves,
a keyboard with the wrong case or layout. A reading that its own check digit contradicts is none. An
indicator of a case (1–8) is never dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from biip import EncodeError, ParseError
from biip.checksums import gs1_standard_check_digit
from biip.upc import Upc

from station.ground.scan import keyboards

LENGTHS = (14, 13, 12, 8)
DIGITS = re.compile(r"[0-9]+")
_BOOK = re.compile(r"(?:97[89])?[0-9]{9}[0-9Xx]")
_ISSUE = re.compile(r"[0-9]{7}[0-9Xx]")
_GROUPED = re.compile(r"[0-9][0-9 -]*[0-9Xx]")
_ADDED = re.compile(r"([0-9]{8}|[0-9]{12}|[0-9]{13})[ +]?([0-9]{5}|[0-9]{2})")
_STARRED = re.compile(r"\*([^*]+)\*")
_SHIFTED = re.compile(r"[$%/+][A-Z]")
EAN_8 = "]E4"
WITH_ADD_ON = frozenset({"]E1", "]E2", "]E3"})
"""What a scanner says of a number that has, or is, an add-on."""


def is_number(text: str) -> bool:
    """Whether `text` has the length of a trade number and its check digit is right."""
    return _is_digits(text) and len(text) in LENGTHS and has_right_digit(text)


def has_right_digit(digits: str) -> bool:
    return gs1_standard_check_digit(digits[:-1]) == int(digits[-1])


def is_misread(text: str, aim: str = "") -> bool:
    """Whether this can only be a trade number with a wrong check digit."""
    if not _is_digits(text) or len(text) not in LENGTHS or has_right_digit(text):
        return False
    return not any(_standard(text)) and (len(text) != 8 or aim == EAN_8 or not _as_upc_a(text))  # noqa: PLR2004


def groups(text: str, aim: str = "") -> Iterator[tuple[str, ...]]:
    """The spellings of what was scanned, the surest group first; `aim` may tell how it was printed."""
    yield _unique([text, *same(text)])
    for reading in (_short(text, aim), _typed(text), _added(text, aim), _code_39(text), _keyboard(text)):
        found = [spelling for one in reading for spelling in (one, *same(one))]
        if found:
            yield _unique(found)


def same(text: str) -> list[str]:
    """The same number in its other lengths and notations."""
    if not _is_digits(text) or len(text) not in LENGTHS:
        return []
    core = text.lstrip("0")
    forms = [core.zfill(size) for size in LENGTHS if size != len(text) and size >= len(core)]
    if not has_right_digit(text):
        return forms
    if len(core) <= 12:  # noqa: PLR2004
        forms += _as_upc_e(core.zfill(12))
    if len(core) == 13:  # noqa: PLR2004
        forms += _as_isbn_10(core) + _as_issn(core)
    return forms


def canonical(text: str) -> str:
    """How a code is written down: blanks and dashes of a grouped number go, when what is left is one."""
    tight = re.sub(r"[ -]", "", text)
    if tight != text and _GROUPED.fullmatch(text) and (is_number(tight) or any(_standard(tight))):
        return tight
    return text


def bare(text: str) -> str:
    """What of an unknown code an article could be known by: without what is printed around the number."""
    starred = _STARRED.fullmatch(text)
    text = canonical(starred[1] if starred else text)
    added = _ADDED.fullmatch(text)
    is_sure = added and len(text) > max(LENGTHS) and has_right_digit(added[1])
    return added[1] if added and is_sure else text


# --- shorter ways of writing one -----------------------------------------------------------------


def _short(text: str, aim: str) -> list[str]:
    """UPC-E without or with its number system and check digit; ISBN-10 and ISSN."""
    found = list(_standard(text))
    if _is_digits(text) and len(text) in {6, 7, 8} and aim != EAN_8:
        tries = [text, *([f"0{text}"] if len(text) == 7 else [])]  # noqa: PLR2004
        found += [long for one in tries if (long := _as_upc_a(one))]
    return found


def _standard(text: str) -> Iterator[str]:
    """The 13 digits of an ISBN-10 or an ISSN whose own check digit is right."""
    if _BOOK.fullmatch(text) and len(text) == 10 and _mod_11(text) == 0:  # noqa: PLR2004
        yield _closed("978" + text[:9])
    if _ISSUE.fullmatch(text) and _mod_11(text) == 0:
        yield _closed("977" + text[:7] + "00")


def _as_upc_a(text: str) -> str:
    try:
        return str(Upc.parse(text).as_upc_a())
    except ParseError:
        return ""


def _as_upc_e(upc_a: str) -> list[str]:
    try:
        return [str(Upc.parse(upc_a).as_upc_e())] if upc_a[0] in "01" else []
    except (EncodeError, ParseError):
        return []


def _as_isbn_10(ean: str) -> list[str]:
    if not ean.startswith("978"):
        return []
    body = ean[3:12]
    digit = next(sign for sign in "0123456789X" if _mod_11(body + sign) == 0)
    return [body + digit]


def _as_issn(ean: str) -> list[str]:
    if not ean.startswith("977"):
        return []
    body = ean[3:10]
    digit = next(sign for sign in "0123456789X" if _mod_11(body + sign) == 0)
    return [body + digit, f"{body[:4]}-{body[4:]}{digit}"]


def _mod_11(text: str) -> int:
    """0 for a right ISBN-10 (10 signs) or ISSN (8): the last sign weighs 1, the first the most."""
    values = [10 if sign in "Xx" else int(sign) for sign in text]
    return sum(weight * value for weight, value in zip(range(len(text), 0, -1), values, strict=True)) % 11


def _closed(body: str) -> str:
    return body + str(gs1_standard_check_digit(body))


# --- what stands around it -----------------------------------------------------------------------


def _typed(text: str) -> list[str]:
    """``978-7-111-21382-6`` as it is printed."""
    tight = canonical(text)
    return [tight, *_standard(tight)] if tight != text else []


def _added(text: str, aim: str) -> list[str]:
    """The number before an add-on of two or five digits (a magazine's issue, a book's price). What has the
    length of a number itself (a UPC with two more, as a case's code) has none, unless the scanner says so.
    """
    match = _ADDED.fullmatch(text)
    if _is_digits(text) and len(text) in LENGTHS and aim not in WITH_ADD_ON:
        return []
    return [match[1]] if match and has_right_digit(match[1]) else []


def _code_39(text: str) -> list[str]:
    """Without the stars that begin and end a Code 39, and with the signs that it writes as two."""
    bare = starred[1] if (starred := _STARRED.fullmatch(text)) else text
    spelled = _SHIFTED.sub(lambda pair: _full_ascii(pair.group()), bare).strip()
    return [one for one in dict.fromkeys((bare, spelled)) if one and one != text]


def _full_ascii(pair: str) -> str:
    """One sign of full ASCII Code 39; a control sign is nothing."""
    shift, letter = pair[0], pair[1]
    if shift == "+":
        return letter.lower()
    if shift == "/":
        return ":" if letter == "Z" else chr(ord(letter) - 32)
    if shift == "%":
        signs = dict(zip("FGHIJKLMNOPQRSTV", ";<=>?[\\]^_{|}~\x7f@", strict=True))
        return signs.get(letter, "").replace("\x7f", "")
    return ""


def _keyboard(text: str) -> list[str]:
    """With the case turned round (caps lock), or a French row of figures read as figures."""
    found = [text.swapcase()] if text.swapcase() != text and text.isascii() else []
    return found + [meant for meant in keyboards.readings(text) if meant != text and is_number(meant)]


def _is_digits(text: str) -> bool:
    return DIGITS.fullmatch(text) is not None


def _unique(texts: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
