"""Rules of the house that no linter knows."""

from __future__ import annotations

import ast
import math
import re
import string
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from printers.documents import KINDS
from printers.families import PROOFS
from printers.status import CAUSES, SENTENCES
from station.ground.scan.kinds import Kind
from station.ground.words.messages import TONES, catalogue
from station.paper import board
from station.rooms import ROOMS

ROOT = Path(__file__).parents[2]
PYTHON = sorted(path for name in ("station", "printers") for path in (ROOT / name).rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
CODE = re.compile(r"[\"']((?:[EWSPL])-[A-Z0-9]+(?:-[A-Z0-9]+)*)[\"']")
WAITING = (Path(__file__).parent / "waiting.txt").read_text(encoding="utf-8")


def _text(paths: list[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def _used() -> set[str]:
    found = set(CODE.findall(_text(PYTHON))) | set(CODE.findall(_text(TEMPLATES)))
    found |= {f"L-KIND-{kind}" for kind in Kind}
    return {code for code in found if not code.startswith("E-ERP-")}


def test_every_code_in_the_code_is_in_the_catalogue() -> None:
    """T96: no text reaches a worker that the catalogue does not know."""
    assert sorted(_used() - catalogue().keys()) == []


def test_every_entry_can_be_raised_or_waits_for_its_process() -> None:
    waiting = {line.split()[0] for line in WAITING.splitlines() if line and not line.startswith("#")}
    by_prefix = (
        "H-",
        "L-LOC-",
        "L-STATUS-",
        "L-OUTER-",
        "L-WHY-",
        "L-OFF-",
        "L-KIND-",
        "L-ROLE-",
        "L-PAPER-",
    )
    used = _used()
    idle = {code for code in catalogue() if code not in used and not code.startswith(by_prefix)}
    assert sorted(idle - waiting) == []
    assert sorted(waiting - idle) == []


@pytest.mark.parametrize("message", catalogue().values(), ids=lambda message: message.code)
def test_every_entry_speaks_both_languages_and_has_a_tone(message: object) -> None:
    zh, en = message.zh, message.en  # type: ignore[attr-defined]
    assert zh
    assert en
    assert message.level in TONES  # type: ignore[attr-defined]
    fields = [{name for _t, name, _s, _c in string.Formatter().parse(text) if name} for text in (zh, en)]
    assert fields[0] == fields[1]


def test_every_page_text_is_translated() -> None:
    with (ROOT / "station/ground/words/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        known = {str(message.id) for message in read_po(file) if message.string}
    wanted = set(
        re.findall(
            r"_\((?:'([^']+)'|\"([^\"]+)\")\)",
            _text(TEMPLATES + sorted((ROOT / "station").rglob("*.py"))),
        )
    )
    assert sorted({a or b for a, b in wanted} - known) == []


def test_every_word_of_printing_is_translated() -> None:
    """Codes and fixed sentences of the printing package reach the desk through the same catalogue."""
    with (ROOT / "station/ground/words/translations/zh/LC_MESSAGES/messages.po").open("rb") as file:
        known = {str(message.id) for message in read_po(file) if message.string}
    wanted = {*board.WORDS.values(), *board.HELP.values(), *SENTENCES.values()}
    assert sorted(wanted - known) == []
    assert {*KINDS, *CAUSES, *PROOFS} <= board.WORDS.keys()
    assert board.HELP.keys() == set(CAUSES)


def test_workers_words_stand_in_the_catalogue_only() -> None:
    """No Chinese sentence in a workflow: prompts, answers and refusals are codes."""
    flows = [path for path in PYTHON if path.name == "workflow.py"]
    for path in flows:
        code = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        for literal in re.findall(r"\"([^\"\n]*[\u4e00-\u9fff][^\"\n]*)\"", code):
            assert len(literal) <= 2, (path.name, literal)


def test_every_step_can_be_reached_and_left() -> None:
    for flow in (flow for room in ROOMS for flow in room.workflows):
        reached, todo = set(), [flow.start]
        while todo:
            name = todo.pop()
            if name in reached:
                continue
            reached.add(name)
            todo += [target for target in flow.steps[name].targets if target in flow.steps]
        jumps = set(re.findall(r'back_to\(\s*"(\w+)"', _text(PYTHON)))
        assert set(flow.steps) - reached - jumps == set(), flow.name
        assert all(step.targets for step in flow.steps.values())


def test_files_hold_one_thing() -> None:
    long = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in PYTHON
    }
    assert {name: lines for name, lines in long.items() if lines > 420 and "migrations" not in name} == {}


def test_most_files_are_short() -> None:
    """Nine files of ten have at most 200 lines; migrations are as long as what they change."""
    lengths = sorted(
        (len(path.read_text(encoding="utf-8").splitlines()), str(path.relative_to(ROOT)))
        for path in (ROOT / "station").rglob("*.py")
        if "migrations" not in path.parts
    )
    ninth = lengths[math.ceil(len(lengths) * 0.9) - 1][0]
    longer = "\n".join(f"{lines:4} {name}" for lines, name in reversed(lengths) if lines > 200)
    assert ninth <= 200, (
        f"nine of ten files should have at most 200 lines, it is {ninth}; split one of\n{longer}"
    )


def _functions(path: Path) -> list[tuple[str, int]]:
    """Every function of a file and its lines, from `def` to its end."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", (node.end_lineno or 0) - node.lineno + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]


def test_functions_fit_on_a_screen() -> None:
    functions = [one for path in PYTHON if "migrations" not in path.parts for one in _functions(path)]
    assert len(functions) > 1000
    long = [f"{lines} lines: {name}" for name, lines in functions if lines > 50]
    assert long == [], "functions of more than 50 lines, to be split: " + "; ".join(long)


def test_the_house_shows_rooms_and_no_plumbing() -> None:
    """Whoever opens `station/` sees rooms: beside the package itself at most four loose files."""
    loose = {path.name for path in (ROOT / "station").glob("*") if path.is_file()}
    allowed = {"__init__.py", "cli.py", "clock.py", "rooms.py", "settings.py"}
    assert loose <= allowed, f"belongs into a room: {sorted(loose - allowed)}"


def test_only_the_clock_asks_for_the_time() -> None:
    asks = re.compile(r"datetime\.(?:now|utcnow)\(|date\.today\(")
    allowed = {"station/clock.py", "station/practice/simulate/run.py"}
    found = {str(path.relative_to(ROOT)) for path in PYTHON if asks.search(path.read_text(encoding="utf-8"))}
    assert found <= allowed


def test_is_asks_for_what_both_databases_have_a_word_for() -> None:
    """`column IS :value` is SQLite's own: PostgreSQL refuses the statement, and the page with it."""
    found = re.findall(r"\.is_(?:not)?\((?!None\)|true\(\)|false\(\)|null\(\))[^)]*\)", _text(PYTHON))
    assert found == []


def test_nobody_commits_outside_the_one_way_to_write() -> None:
    allowed = {
        "station/ground/db/group.py",  # the one writer of SQLite, which `writing` hands its units to
        "station/ground/db/writing.py",
        "station/ground/db/migrations/env.py",
        "station/practice/bench/fill.py",
    }
    found = {
        str(path.relative_to(ROOT))
        for path in PYTHON
        if re.search(r"\.commit\(\)", path.read_text(encoding="utf-8"))
    }
    assert found <= allowed


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_are_inert(path: Path) -> None:
    """No inline script or style, no unquoted value, no |safe, no trigger filters."""
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"\|\s*safe|Markup|<style|style=|\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"=\s*\{\{", text)
    assert not re.search(r"hx-trigger=\"[^\"]*\[", text)


def test_htmx_is_the_version_the_readme_names() -> None:
    (vendored,) = (ROOT / "static/vendor").glob("htmx-*.min.js")
    version = vendored.name.removeprefix("htmx-").removesuffix(".min.js")
    assert version.startswith("2.0.")
    assert f"htmx {version}" in (ROOT / "README.md").read_text(encoding="utf-8")
    assert vendored.name in (ROOT / "templates/layout.html").read_text(encoding="utf-8")


def test_the_readme_names_real_commands() -> None:
    from station.cli import main

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\bstation ([a-z]+)\b", readme)) & {*main.commands, "demo", "serve"}
    assert {"demo", "serve", "migrate", "user", "check", "simulate", "bench", "work"} <= set(main.commands)
    assert {"demo", "serve", "migrate", "user", "check", "simulate", "bench"} <= named


OPENERS = re.compile(
    r"\bpypdfium2\b|\bload_workbook\b|\bCalamineWorkbook\b|\bImage\.open\b|\bsupplied\.(?:vet|sheets|rasterise|preview)\b"
)
APART = {
    "printers/passing.py", "printers/foreign.py", "printers/supplied/pdf.py", "printers/supplied/png.py",
    "station/catalog/photos.py", "station/ground/spreadsheets/books.py",
}  # fmt: skip
"""The modules whose jobs run in a process apart."""

DIALLERS = re.compile(
    r"\bcreate_connection\b|\brequests\.(?:Session|get|post|put|request)\b|\burlopen\b|\bHTTPS?Connection\("
)
REACHED = {"printers/reach.py", "station/ground/reaching.py"}
OWN_PORTS = {"station/serving/watch.py"}
"""Where the server knocks at its own listeners, whose addresses no person and no ERP gives."""
BENCH_PC = {"station/devices/scales/remote.py"}
"""A program on the bench's own PC, which calls the station that its operator names."""
PRACTICE = "station/practice/"
"""The simulator and the bench call the station they started."""


def _where(pattern: re.Pattern[str]) -> set[str]:
    found = {
        str(path.relative_to(ROOT)) for path in PYTHON if pattern.search(path.read_text(encoding="utf-8"))
    }
    return {name for name in found if not name.startswith(PRACTICE)}


def test_what_others_made_is_opened_in_a_process_apart_and_nowhere_else() -> None:
    """Whoever opens labels, pictures or workbooks elsewhere opens them where scans are written, sooner or later."""
    assert _where(OPENERS) == APART


def test_connections_are_made_by_the_one_rule_where_they_may_lead() -> None:
    assert _where(DIALLERS) == REACHED | OWN_PORTS | BENCH_PC
