"""The vendored fonts: which one has a character, how wide it is, and how a line is drawn.

The first has nearly everything; the others have what it lacks: rare hanzi of names, Arabic, Hebrew, Thai.
Further ones are taken from the system where somebody installed them (README.md beside this file).
"""

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from PIL import ImageDraw, ImageFont, features

from printers.errors import PrintError
from printers.fonts import bidi, cmap
from printers.text import PICTURE, clean

_HOME = Path(__file__).parent
FILE = _HOME / "wqy-microhei.ttc"
# Printers' mark for a character the type case lacks (geta, U+3013).
MISSING = "〓"
_SYSTEM = Path("/usr/share/fonts/truetype")
_INSTALLED = ("hanazono/HanaMinA.ttf", "hanazono/HanaMinB.ttf", "noto/NotoSans*-Regular.ttf")
# Beside others a letter may be wider than alone.
_JOINED = 1.25
_MARKS = frozenset({"Mn", "Me"})


@dataclass(frozen=True, slots=True)
class Face:
    """One font. ``is_shaped``: letters change with their neighbours, so a run is drawn at a time."""

    file: Path
    is_shaped: bool = False


MAIN = Face(FILE)
_VENDORED = (
    Face(_HOME / "noto-han.otf"),
    Face(_HOME / "noto-arabic.ttf", is_shaped=True),
    Face(_HOME / "noto-hebrew.ttf", is_shaped=True),
    Face(_HOME / "noto-thai.ttf", is_shaped=True),
)


@lru_cache(maxsize=1)
def _faces() -> tuple[Face, ...]:
    """All fonts of this machine; those that need shaping only where the library for it is (fribidi)."""
    found = (path for pattern in _INSTALLED for path in sorted(_SYSTEM.glob(pattern)))
    more = (Face(path, is_shaped="noto" in path.parts) for path in found)
    can_shape = features.check("raqm")
    return MAIN, *(face for face in (*_VENDORED, *more) if can_shape or not face.is_shaped)


@lru_cache(maxsize=65536)
def face_of(character: str) -> Face | None:
    """The first font that has the character; None when no font of this machine has it."""
    point = ord(character)
    return next((face for face in _faces() if point in _covered(face)), None)


def _covered(face: Face) -> frozenset[int]:
    try:
        return cmap.of_file(face.file)
    except OSError as error:
        if face is MAIN:
            raise _no_font(face.file) from error
        return frozenset()


@lru_cache(maxsize=256)
def font(size: int, face: Face = MAIN) -> ImageFont.FreeTypeFont:
    """Return a font at ``size`` dots to the em, by basic layout where it serves: the same dots anywhere."""
    layout = ImageFont.Layout.RAQM if face.is_shaped else ImageFont.Layout.BASIC
    try:
        return ImageFont.truetype(str(face.file), size, layout_engine=layout)
    except OSError as error:
        raise _no_font(face.file) from error


@lru_cache(maxsize=65536)
def advance(character: str, size: int) -> int:
    """Return how many dots one character takes, rounded up; marks stand above or below a letter."""
    if unicodedata.category(character) in _MARKS:
        return 0
    face = face_of(character) or MAIN
    alone = font(size, face).getlength(character)
    return -int(-alone * (_JOINED if face.is_shaped else 1) // 1)


def width(text: str, size: int) -> int:
    """Return how many dots a line takes at most."""
    if is_plain(text):
        return sum(advance(c, size) for c in text)
    return sum(_run_width(run, size) for run in _runs(text))


@lru_cache(maxsize=4096)
def is_plain(text: str) -> bool:
    """Whether each character stands for itself, from left to right, in the first font."""
    return all(face_of(c) in {MAIN, None} for c in text) and not bidi.has_right_to_left(text)


def write(draw: ImageDraw.ImageDraw, at: tuple[int, int], text: str, size: int, fill: int) -> None:
    """Draw one line, its upper left corner at ``at``."""
    if is_plain(text):
        draw.text(at, text, font=font(size), fill=fill)
        return
    x, base = at[0], at[1] + int(font(size).getmetrics()[0])
    for run in _runs(text):
        letters = _letters(run, size)
        draw.text((x, base), run.text, font=letters, fill=fill, anchor="ls", direction=_direction(run))
        x += _run_width(run, size)


@dataclass(frozen=True, slots=True)
class _Run:
    text: str
    face: Face
    is_leftward: bool


def _runs(text: str) -> list[_Run]:
    """The line in pieces of one font and one direction, from left to right."""
    found: list[_Run] = []
    for part, is_leftward in bidi.visual(text):
        pieces = [
            _Run("".join(character for character, _ in group), face, is_leftward)
            for face, group in groupby(_with_faces(part), key=lambda pair: pair[1])
        ]
        found += reversed(pieces) if is_leftward else pieces
    return found


def _with_faces(part: str) -> list[tuple[str, Face]]:
    """A mark, a blank between two words, takes the font of the letter before it where that has it."""
    found: list[tuple[str, Face]] = []
    for character in part:
        face = face_of(character) or MAIN
        before = found[-1][1] if found else MAIN
        is_led = unicodedata.category(character) in _MARKS or character == " "
        if is_led and ord(character) in _covered(before):
            face = before
        found.append((character, face))
    return found


def _letters(run: _Run, size: int) -> ImageFont.FreeTypeFont:
    return font(size, Face(run.face.file, is_shaped=True) if run.is_leftward else run.face)


def _direction(run: _Run) -> str | None:
    if run.is_leftward:
        return "rtl"
    return "ltr" if run.face.is_shaped else None


def _run_width(run: _Run, size: int) -> int:
    return -int(-_letters(run, size).getlength(run.text, direction=_direction(run)) // 1)


def lacking(text: str) -> list[str]:
    """The characters that no font of this machine has, in their order, each once."""
    return [c for c in dict.fromkeys(text) if face_of(c) is None]


def marked(text: str) -> tuple[str, frozenset[str]]:
    """Return ``text`` with what no font has replaced by 〓, and the set of those characters. Of a sign that
    is no letter (☎) it is only said that it was there.
    """
    missing = lacking(text)
    if not missing:
        return text, frozenset()
    signs = {c for c in missing if unicodedata.category(c) == "So"}
    shown = {c: PICTURE if c in signs else MISSING for c in missing}
    return "".join(shown.get(c, c) for c in text), frozenset(missing) - signs


def unprintable(*texts: str) -> list[str]:
    """The letters in foreign texts that no paper of this machine can show, in their order, each once."""
    return sorted({c for text in texts if not text.isascii() for c in marked(clean(text))[1]})


def _no_font(file: Path) -> PrintError:
    return PrintError(f"The font {file.name} is missing or cannot be read; install this software anew.")
