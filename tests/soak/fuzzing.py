"""Inputs nobody should send, made from a seed: broken texts, wrong types, half documents, torn files."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

TEXTS = (
    "", " ", "0", "-1", "9" * 30, "1e9", "NaN", "½", "٣", "²", "Ⅷ", "\x00", "\x00\x1b@", "\r\n\r\nX: y", "\t//evil.example",
    "//evil.example/x", "/\\evil", "%00", "%0d%0a", "../../etc/passwd", "..\\..", "'; DROP TABLE stock; --", '"><script>', "{{7*7}}",
    "${7*7}", "=1+1", "@SUM(A1)", "\u202e123", "\ufeff", "\ud7ff", "\U0001f4a9" * 9, "e\u0301" * 40, "中" * 300, "a" * 5000, "null", "[]",
    "^XZ^XA^JUS^XZ", "\x1bp\x00", "CM-OK", "CM-UNDO", "CM-MENU", "CM-SHORT", "(01)09506000134352(10)A", "]C1010950600013435210A\x1d17270101",
    "010950600013435210" + "A" * 90, "LCA0101201", "US1001K", "TT001", "BX03", "2026-02-30", "99999999", "00000000", "1.5", "1,000",
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    -1,
    10**30,
    1.5,
    float("1e308"),
    "",
    "x",
    [],
    {},
    [[]],
    {"a": {}},
    *TEXTS[:40],
)


class Fuzz:
    """One source of nonsense; the same seed gives the same."""

    def __init__(self, seed: int) -> None:
        self.lot = random.Random(seed)

    def text(self) -> str:
        """A text, odd more often than not."""
        lot = self.lot
        if lot.random() < 0.7:
            return lot.choice(TEXTS)
        return "".join(
            chr(lot.choice((lot.randrange(32, 127), lot.randrange(1, 0xD7FF))))
            for _ in range(lot.randrange(40))
        )

    def segment(self) -> str:
        """A part of an address."""
        return self.lot.choice(
            (self.text(), str(self.lot.randrange(-1, 2**33)), str(self.lot.randrange(1, 40)))
        )

    def fields(self, names: list[str]) -> dict[str, str]:
        """A form: some of the known names, some of its own."""
        chosen = self.lot.sample(names, min(len(names), self.lot.randrange(6)))
        return {name: self.text() for name in [*chosen, self.text()[:20]]}

    def mutated(self, document: Any) -> Any:
        """A copy of a document in which one or two values are what they should not be."""
        changed = copy.deepcopy(document)
        for _ in range(self.lot.randrange(1, 3)):
            self._spoil(changed)
        return changed

    def _spoil(self, inside: Any) -> None:
        if isinstance(inside, dict) and inside:
            key = self.lot.choice(list(inside))
            if isinstance(inside[key], (dict, list)) and inside[key] and self.lot.random() < 0.7:
                return self._spoil(inside[key])
            if self.lot.random() < 0.2:
                del inside[key]
            else:
                inside[key] = self.lot.choice(VALUES)
        elif isinstance(inside, list) and inside:
            self._spoil(self.lot.choice(inside))
        return None

    def torn(self, data: bytes) -> bytes:
        """A file with bytes missing, changed or put in."""
        content = bytearray(data)
        for _ in range(self.lot.randrange(1, 6)):
            at = self.lot.randrange(len(content) + 1)
            what = self.lot.randrange(4)
            if what == 0:
                del content[at:]
            elif what == 1:
                content[at:at] = self.lot.randbytes(self.lot.randrange(8))
            elif what == 2:
                content[at:at] = self.text().encode("utf-8", "replace")
            elif at < len(content):
                content[at] = self.lot.randrange(256)
        return bytes(content)

    def body(self, document: Any) -> tuple[bytes, str]:
        """A request's body and what it says it is."""
        if self.lot.random() < 0.15:
            return self.torn(json.dumps(document).encode()), "application/json"
        kinds = ("application/json",) * 9 + ("text/plain",)
        return json.dumps(self.mutated(document)).encode(), self.lot.choice(kinds)
