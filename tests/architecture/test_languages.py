"""Every text a person sees goes through a catalogue, and the catalogue speaks Chinese."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from station.ground.documents.told import ADOPT
from station.ground.words.actor import Role
from station.stock.models import MovementType
from tests.lifecycles import lifecycles

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [
    path
    for path in sorted((ROOT / "station").rglob("*.py"))
    if path.parent.name in {"office", "people"} or path.name in {"pages.py", "web.py", "i18n.py"}
]
BOTH_AT_ONCE = {"device/trust.html"}
"""Pages for people who are not signed in yet: the station cannot know their language and shows both."""
DEVICE_MENUS = {"device/sheet.html"}
"""Names of menus as the scanners themselves show them; what they mean goes through the catalogue."""
NAMES = {
    "station",
    "中文",
    "English",
    "PIN",
    "ERP",
    "REST",
    "HTTPS",
    "OpenAPI",
    "Webhooks",
    "openapi",
    "json",
    "XLSX",
    "CSV",
    "xlsx",
    "csv",
    "px",
    "mm",
    "ms",
    "dpi",
    "virtual",
    "ABC",
    "abc",
}
"""Words that are the same in both languages: names, units, formats."""
SEEN_ATTRIBUTES = {"title", "placeholder", "aria-label", "alt"}
CJK = re.compile(r"[\u4e00-\u9fff]")
WORD = re.compile(r"(?<![\w/])[A-Za-z]{2,}(?!\w)|[\u4e00-\u9fff]+")
CLASS = re.compile(r"\{% block kind %\}.*?\{% endblock %\}", flags=re.DOTALL)
JINJA = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", flags=re.DOTALL)


def _catalogue() -> dict[str, str]:
    with (ROOT / "station/ground/words/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        return {str(found.id): str(found.string) for found in read_po(file) if found.id}


class _Texts(HTMLParser):
    """What a page says in its own words: texts and attributes outside code samples."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._code += tag in {"code", "pre"}
        self.found += [value for name, value in attrs if name in SEEN_ATTRIBUTES and value]

    def handle_endtag(self, tag: str) -> None:
        self._code -= tag in {"code", "pre"}

    def handle_data(self, data: str) -> None:
        if not self._code:
            self.found.append(data)


def own_words(template: str) -> list[str]:
    """The words that stand in a template itself, beside names and units."""
    reader = _Texts()
    reader.feed(JINJA.sub(" ", CLASS.sub(" ", template)))
    return [
        word
        for text in reader.found
        if not re.fullmatch(r"\S*(?:://|\.\d+\.)\S*", text.strip())
        for word in WORD.findall(re.sub(r"\S+:/\S*", " ", text))
        if word not in NAMES
    ]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_templates_say_nothing_in_their_own_words(path: Path) -> None:
    name = f"{path.parent.name}/{path.name}"
    words = own_words(path.read_text(encoding="utf-8"))
    if name in BOTH_AT_ONCE:
        assert {bool(CJK.search(word)) for word in words} == {True, False}
    elif name not in DEVICE_MENUS:
        assert words == []


def test_the_reader_of_templates_sees() -> None:
    assert own_words("<p>Hello {{ _('there') }}</p>") == ["Hello"]
    assert own_words("<p title='早'>{% if x %}你好{% endif %}</p>") == ["早", "你好"]
    assert own_words("<code>GET /x</code> 12 mm <p class='Hello'>{# Hello #}</p>") == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_expressions_of_templates_hold_no_sentences(path: Path) -> None:
    """`{{ 'Some text' }}` would slip past the catalogue: sentences and Chinese stand inside `_()`."""
    text = path.read_text(encoding="utf-8")
    inside = re.sub(r"_\(\s*(?:'[^']*'|\"[^\"]*\")\s*\)", "", "".join(JINJA.findall(text)))
    inside = re.sub(r"\{#.*?#\}", "", inside, flags=re.DOTALL)
    literals = [a or b for a, b in re.findall(r"'([^']*)'|\"([^\"]*)\"", inside)]
    odd = [text for text in literals if CJK.search(text) or re.search(r"[A-Z][a-z]+ [a-z]+ [a-z]+", text)]
    assert [text for text in odd if text not in NAMES] == []


def _asked() -> Iterator[tuple[str, str]]:
    """(where, English) of every text that templates and Python ask the catalogue for."""
    for found in extract_from_dir(
        ROOT / "templates", [("**.html", "jinja2.ext.babel_extract")], keywords={"_": None}
    ):
        yield f"{found[0]}:{found[1]}", str(found[2])
    for path in sorted((ROOT / "station").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"_", "gettext"}
            ):
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    yield f"{path.name}:{node.lineno}", str(first.value)


def test_every_text_asked_for_is_in_the_catalogue() -> None:
    asked, known = list(_asked()), _catalogue()
    assert len(asked) > 300
    assert sorted({f"{where} {text}" for where, text in asked if not known.get(text)}) == []


def test_chinese_is_chinese_and_keeps_the_blanks() -> None:
    """No translation is the English text again, and `%(name)s` stands in both."""
    blank = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
    for english, chinese in _catalogue().items():
        assert sorted(blank.findall(english)) == sorted(blank.findall(chinese)), english
        assert CJK.search(chinese) or not set(WORD.findall(english)) - NAMES, english


def test_codes_that_pages_show_are_words_in_the_catalogue() -> None:
    """States, events, kinds of movement, roles: shown by `state_word`."""
    shown = {role.value for role in Role} | {kind.value for kind in MovementType} | {ADOPT}
    for cycle in lifecycles():
        if cycle.doc_type:
            shown |= cycle.states | (cycle.events.keys() - cycle.quiet)
    assert sorted(shown - _catalogue().keys()) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_python_pages_hold_no_chinese_alone(path: Path) -> None:
    """A Chinese text in a page's code stands beside its English twin, or it belongs into the catalogue."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    alone = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Constant) and isinstance(node.value, str) and CJK.search(node.value)):
            continue
        parent = parents[node]
        twins = [
            other.value
            for other in ast.walk(parent)
            if isinstance(other, ast.Constant) and isinstance(other.value, str) and other is not node
        ]
        is_docstring = isinstance(parent, ast.Expr)
        has_twin = any(re.search(r"[A-Za-z]{2}", twin) and not CJK.search(twin) for twin in twins)
        is_both = bool(re.search(r"[A-Za-z]{2}", node.value))
        is_our_name = node.value.strip() == "仓储作业站"
        if not (is_docstring or has_twin or is_both or is_our_name):
            alone.append(node.value)
    assert alone == []
