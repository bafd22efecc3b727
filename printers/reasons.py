"""Why a carrier's label is refused, in the reader's language.

The code raises an English sentence (`PrintError`), which is kept as it is: in a job, in a problem. The table
beside this file has its Chinese one. A test looks for every sentence that the code can raise.
"""

import re
from functools import cache
from importlib import resources

_GAP = "{}"


def in_both(sentence: str) -> dict[str, str]:
    """The sentence in Chinese and English; one that nobody knows is the same in both."""
    for pattern, chinese in _table():
        match = pattern.fullmatch(sentence)
        if match:
            return {"zh": chinese.format(*match.groups()), "en": sentence}
    return {"zh": sentence, "en": sentence}


@cache
def _table() -> list[tuple[re.Pattern[str], str]]:
    text = resources.files("printers").joinpath("reasons.tsv").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return [(_pattern(english), chinese) for english, chinese in rows]


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile("(.*?)".join(re.escape(part) for part in english.split(_GAP)))
