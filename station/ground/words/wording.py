"""The words of the office: message ids are English, ``translations/<lang>/LC_MESSAGES/messages.po`` is read
as it is, so that no compiled file has to be kept.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent / "translations"
LANGUAGES = ("zh", "en")
_CODE = re.compile(r"[A-Z]{2,}(?:_[A-Z]+)*|[A-Z]{5,}[0-9]|[a-z]+(?:_[a-z0-9]+)+")
_FIGURES = re.compile(r"(?<=[a-z])(?=[0-9])")


@cache
def translations(lang: str) -> dict[str, str]:
    """Message id → text in `lang`; what is not there reads as its id."""
    with (FOLDER / lang / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return {
            str(message.id): str(message.string) for message in read_po(file) if message.id and message.string
        }


def word(code: str) -> dict[str, str]:
    """A state, kind, event or role of the code in both languages: no reader meets ``PUTAWAY_DONE``."""
    return {lang: translations(lang).get(code) or _plain(code) for lang in LANGUAGES}


def _plain(code: str) -> str:
    """A code that nobody worded, as English; anything else as it is."""
    return _FIGURES.sub(" ", code.replace("_", " ").capitalize()) if _CODE.fullmatch(code) else code
