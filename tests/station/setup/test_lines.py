"""A set-up file's mistakes are told with the line they stand on."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from station.ground.setup.lines import line_of, lines_of
from station.ground.setup.writing import written

TEXT = '''# a hall
[hall]
docks = 2
note = """
[not.a.table]
x = 1
"""
kinds = [
  "a", # ] no end
  "b]",
]

[[hall.rack]]
zone = "A"   # first
size = {w = [1,
2], h = 2}

[[hall.rack]]
zone = 'B'
"a.b".c = 1
[hall.rack.more]
deep = true
[[box]]
code = "1"
'''


def test_each_key_has_its_line() -> None:
    lines = lines_of(TEXT)
    assert tomllib.loads(TEXT)["hall"]["rack"][1]["more"] == {"deep": True}
    assert lines["hall",] == 2
    assert lines["hall", "docks"] == 3
    assert lines["hall", "kinds"] == 8
    assert lines["hall", "rack", 0, "zone"] == 14
    assert lines["hall", "rack", 1, "zone"] == 19
    assert lines["hall", "rack", 1, "a.b", "c"] == 20
    assert lines["hall", "rack", 1, "more", "deep"] == 22
    assert lines["box", 0, "code"] == 24
    assert ("hall", "x") not in lines


def test_what_has_no_line_is_told_by_what_is_around_it() -> None:
    lines = lines_of(TEXT)
    assert line_of(lines, ("hall", "rack", 0, "size", "w")) == 15
    assert line_of(lines, ("hall", "rack", 1, "missing")) == 18
    assert line_of(lines, ("nowhere",)) == 0


KEYS = st.text(min_size=1, max_size=6)
SCALARS = st.one_of(
    st.text(max_size=12), st.integers(-9, 10**9), st.booleans(), st.lists(st.text(max_size=5))
)
TABLES = st.recursive(
    st.dictionaries(KEYS, SCALARS, max_size=4),
    lambda inner: st.dictionaries(
        KEYS, st.one_of(SCALARS, inner, st.lists(inner, min_size=1, max_size=3)), max_size=4
    ),
    max_leaves=12,
)


def _paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path] if path and isinstance(path[-1], str) else []
    items = value.items() if isinstance(value, dict) else []
    for key, part in items:
        found += _paths(part, (*path, key))
        if isinstance(part, list) and part and all(isinstance(one, dict) for one in part):
            for number, one in enumerate(part):
                found += _paths(one, (*path, key, number))
    return found


@given(TABLES)
def test_every_key_stands_on_the_line_that_is_told(content: dict[str, object]) -> None:
    text = written(content)
    assert tomllib.loads(text) == content
    lines, rows = lines_of(text), text.split("\n")
    for path in _paths(content):
        name = written({str(path[-1]): 1}).removesuffix(" = 1\n")
        assert name in rows[lines[path] - 1]


@pytest.mark.parametrize("text", ["a = 1 # x", "a = [1, # x\n2]", 'a = "x # y"', "a = 1\r\nb = 2", ""])
def test_comments_and_ends_of_the_file(text: str) -> None:
    assert set(lines_of(text)) == {(key,) for key in tomllib.loads(text)}
