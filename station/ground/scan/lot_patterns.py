r"""What an article's lots look like: a small language, judged in a time that its text bounds.

An ERP or a file says it as a regular expression, and each scan of such an article is held against it where
everybody's scans are written. So only this much of that language is read, and it is never handed to ``re``:

=======================  =========================================================================
``L`` ``-`` ``批``       itself; ``\.`` and other signs behind a backslash too
``.`` ``\d`` ``\w``      any character, a digit 0-9, a letter A-Z a-z or digit or ``_``
``[A-Z0-9-]`` ``[^X]``   one of these, none of these
``?`` ``*`` ``+``        behind one character or class: how often
``{6}`` ``{2,4}``        the same in figures, to 99
``(…)`` ``(?:…)``        a group; it may be left out (``?``) but not repeated
``A|B``                  one or the other
``^`` ``$``              at the very ends, where they change nothing: a lot is always compared whole
=======================  =========================================================================

A pattern becomes at most `MOST_STATES` states. A lot of n characters is compared by walking all states
together, so that no text costs more than states times (n + 1) looks, whatever the pattern.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import lru_cache

_log = logging.getLogger(__name__)

MOST_CHARS = 100
"""Characters of a pattern, as the article's column has."""

MOST_STATES = 500
MOST_TIMES = 99
_DEEPEST = 5

_COUNT = re.compile(r"\{([0-9]{1,2})(?:(,)([0-9]{1,2})?)?\}")
_SIGNS = frozenset("!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ")
_NAMED = {"d": (("0", "9"),), "w": (("0", "9"), ("A", "Z"), ("_", "_"), ("a", "z"))}

Ranges = tuple[tuple[str, str], ...]


class BadPattern(ValueError):
    """A pattern that is not of the language; says what and at which character (the first is 1)."""


@dataclass(frozen=True, slots=True)
class Chars:
    """Which characters may stand in one place."""

    ranges: Ranges
    is_negated: bool = False

    def has(self, char: str) -> bool:
        return any(low <= char <= high for low, high in self.ranges) != self.is_negated


@dataclass(slots=True)
class _State:
    """A place in the pattern: with `chars` it takes one character, without it only leads on."""

    chars: Chars | None
    nexts: list[int]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern that was read: its last state is the end."""

    states: tuple[_State, ...]
    start: int

    def fits(self, lot: str) -> bool:
        """Whether the whole lot is of this pattern."""
        return self.walk(lot)[0]

    def walk(self, lot: str) -> tuple[bool, int]:
        """Whether the lot fits, and how many states were looked at for that."""
        here, looks = self._reached([self.start])
        for char in lot:
            landed = []
            for at in here:
                chars = self.states[at].chars
                if chars is not None and chars.has(char):
                    landed += self.states[at].nexts
            here, more = self._reached(landed)
            looks += more
            if not here:
                break
        return len(self.states) - 1 in here, looks

    def _reached(self, begin: list[int]) -> tuple[set[int], int]:
        """All states one stands in without reading on; each is looked at once."""
        reached: set[int] = set()
        todo = list(begin)
        while todo:
            at = todo.pop()
            if at not in reached:
                reached.add(at)
                if self.states[at].chars is None:
                    todo += self.states[at].nexts
        return reached, len(reached)


@lru_cache(maxsize=2000)
def read(text: str) -> Pattern:
    """The pattern of a text; BadPattern when it says more than the language has."""
    if len(text) > MOST_CHARS:
        raise BadPattern(f"more than {MOST_CHARS} characters")
    return _Reader(text).whole()


@lru_cache(maxsize=2000)
def usable(text: str) -> Pattern | None:
    """The pattern; None for a text that an older release took and that is not of the language.

    The log says so once: whoever keeps the article's data must write the pattern anew.
    """
    try:
        return read(text)
    except BadPattern as error:
        _log.warning("The lot pattern %r is not used, its lots are confirmed by hand: %s", text, error)
        return None


class _Reader:
    """Reads a pattern from its end of states backwards: each piece is told where to lead on."""

    def __init__(self, text: str) -> None:
        self._text, self._at, self._depth = text, 0, 0

    def whole(self) -> Pattern:
        if self._peek() == "^":
            self._at += 1
        tree = self._choice()
        if self._peek() == "$" and self._at == len(self._text) - 1:
            self._at += 1
        if self._at < len(self._text):
            raise self._bad(f"{self._peek()} has no meaning here")
        states: list[_State] = []
        start = tree.build(states, _END)
        # The end is last: whoever leads to it does so by a number that is known only now.
        end = len(states)
        for state in states:
            state.nexts = [end if at == _END else at for at in state.nexts]
        states.append(_State(None, []))
        return Pattern(tuple(states), end if start == _END else start)

    def _choice(self) -> _Choice:
        ways = [self._sequence()]
        while self._peek() == "|":
            self._at += 1
            ways.append(self._sequence())
        return _Choice(tuple(ways))

    def _sequence(self) -> _Sequence:
        pieces: list[_Piece] = []
        while (char := self._peek()) and char not in "|)" and not self._is_last_dollar():
            pieces.append(self._group() if char == "(" else self._counted(self._one()))
            if self._peek() in {"?", "*", "+", "{"}:
                raise self._bad("a count behind a count or a group; only ? may follow a group")
        return _Sequence(tuple(pieces))

    def _is_last_dollar(self) -> bool:
        return self._peek() == "$" and self._at == len(self._text) - 1 and not self._depth

    def _group(self) -> _Piece:
        self._at += 1
        self._depth += 1
        if self._depth > _DEEPEST:
            raise self._bad("groups inside groups inside groups")
        if self._text.startswith("?:", self._at):
            self._at += 2
        inner = self._choice()
        if self._peek() != ")":
            raise self._bad("a group that does not end")
        self._at += 1
        self._depth -= 1
        if self._peek() == "?":
            self._at += 1
            return _Counted(inner, 0, 1)
        return inner

    def _counted(self, one: _One) -> _Piece:
        sign = self._peek()
        if sign == "{":
            return self._in_figures(one)
        low, high = {"?": (0, 1), "*": (0, None), "+": (1, None)}.get(sign, (1, 1))
        self._at += sign in {"?", "*", "+"}
        return _Counted(one, low, high)

    def _in_figures(self, one: _One) -> _Piece:
        match = _COUNT.match(self._text, self._at)
        if match is None:
            raise self._bad("{ without a count like {6} or {2,4}")
        low = int(match[1])
        high = None if match[2] and not match[3] else int(match[3] or low)
        if high is not None and high < low:
            raise self._bad("a count from more to less")
        self._at = match.end()
        return _Counted(one, low, high)

    def _one(self) -> _One:
        char = self._peek()
        if char in "?*+{}])^$":
            raise self._bad(f"{char} has no meaning here, write \\{char}")
        self._at += 1
        if char == "[":
            return _One(self._class())
        if char == ".":
            return _One(Chars((), is_negated=True))
        return _One(Chars(self._escaped() if char == "\\" else ((char, char),)))

    def _escaped(self) -> Ranges:
        char = self._peek()
        if char not in _NAMED and char not in _SIGNS:
            raise self._bad(f"\\{char} is not read here")
        self._at += 1
        return _NAMED.get(char, ((char, char),))

    def _class(self) -> Chars:
        is_negated = self._peek() == "^"
        self._at += is_negated
        ranges: list[tuple[str, str]] = []
        while (char := self._peek()) != "]" or not ranges:
            low = self._member()
            is_range = self._peek() == "-" and self._text[self._at + 1 : self._at + 2] not in {"", "]"}
            if is_range:
                self._at += 1
                high = self._member()
                (first, _), (last, _) = low[0], high[0]
                if low != ((first, first),) or high != ((last, last),) or first > last:
                    raise self._bad(f"a range from {char} that does not go up")
                low = ((first, last),)
            ranges += low
        self._at += 1
        return Chars(tuple(ranges), is_negated)

    def _member(self) -> Ranges:
        char = self._peek()
        if char in {"", "]", "["}:
            raise self._bad("a class that is empty, does not end or holds [ without \\")
        self._at += 1
        return self._escaped() if char == "\\" else ((char, char),)

    def _peek(self) -> str:
        return self._text[self._at : self._at + 1]

    def _bad(self, what: str) -> BadPattern:
        return BadPattern(f"{what} (character {self._at + 1})")


_END = -1


@dataclass(frozen=True, slots=True)
class _One:
    """One character of a set."""

    chars: Chars

    def build(self, states: list[_State], after: int) -> int:
        return _added(states, _State(self.chars, [after]))


@dataclass(frozen=True, slots=True)
class _Sequence:
    """One behind the other."""

    pieces: tuple[_Piece, ...]

    def build(self, states: list[_State], after: int) -> int:
        for piece in reversed(self.pieces):
            after = piece.build(states, after)
        return after


@dataclass(frozen=True, slots=True)
class _Choice:
    """One of several."""

    ways: tuple[_Sequence, ...]

    def build(self, states: list[_State], after: int) -> int:
        starts = [way.build(states, after) for way in self.ways]
        return starts[0] if len(starts) == 1 else _added(states, _State(None, starts))


@dataclass(frozen=True, slots=True)
class _Counted:
    """`low` to `high` times; None for any number."""

    inner: _One | _Choice
    low: int
    high: int | None

    def build(self, states: list[_State], after: int) -> int:
        if self.high is None:
            loop = _added(states, _State(None, [after]))
            states[loop].nexts.append(self.inner.build(states, loop))
            after = loop
        else:
            end = after
            for _ in range(self.high - self.low):
                after = _added(states, _State(None, [self.inner.build(states, after), end]))
        for _ in range(self.low):
            after = self.inner.build(states, after)
        return after


_Piece = _One | _Sequence | _Choice | _Counted


def _added(states: list[_State], state: _State) -> int:
    if len(states) >= MOST_STATES:
        raise BadPattern(f"more than {MOST_STATES} characters when it is written out")
    states.append(state)
    return len(states) - 1
