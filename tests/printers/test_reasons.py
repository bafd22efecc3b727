"""Every sentence by which a supplied label is refused has a Chinese one."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from printers import foreign, reasons, supplied
from printers.supplied import escpos, tspl, zpl_rules

HOME = Path(supplied.__file__).parent
FILES = [*HOME.glob("*.py"), Path(foreign.__file__), HOME.parent / "passing.py"]
HANZI = re.compile("[一-鿿]")


def sentences() -> Iterator[str]:
    """What is raised, as far as it is written there; what varies is an X."""
    for file in FILES:
        tree = ast.parse(file.read_text("utf-8"))
        told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        inner = {
            id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant | ast.JoinedStr) and id(node) not in told | inner:
                parts = node.values if isinstance(node, ast.JoinedStr) else [node]
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "X" for part in parts)
                if re.fullmatch(r"(The|This|No|A) [^\n]{8,}\.", text):
                    yield from filled(text.replace("{}", "X"))


def filled(text: str) -> list[str]:
    """A sentence whose end is one of several reasons, with each of them."""
    if not text.endswith(", which X."):
        return [text.replace("X, not X", "zpl, tspl, escpos, pdf, png, not 'x'")]
    why = [*(reason for _, reason in zpl_rules.REASONS), *tspl.REASONS]
    why = [*escpos.REASONS.values()] if "receipt" in text else why
    return [text.replace(", which X.", f", which {reason}.") for reason in why]


@pytest.mark.parametrize("sentence", sorted(set(sentences())))
def test_every_refusal_is_told_in_chinese(sentence: str) -> None:
    said = reasons.in_both(sentence)
    assert HANZI.search(said["zh"])
    assert said["zh"].count("X") <= sentence.count("X")


def test_what_varies_is_in_both() -> None:
    said = reasons.in_both("The label contains ^XGR, which uses what is stored in the printer.")
    assert said["zh"] == "面单里有 ^XGR, 要用打印机里存的东西"
    assert reasons.in_both("Something else.") == {"zh": "Something else.", "en": "Something else."}
