"""What is written for people is whole and true where a machine can tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import click
import pytest
from packaging.requirements import Requirement

from station.cli import main
from station.erp.folder.filetypes import FILES
from station.settings import Rules, Settings

ROOT = Path(__file__).parents[2]
GUIDES = {str(path.relative_to(ROOT)): path for path in (*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"))}
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
ROW = re.compile(r"^\| `(\w+)` \| ([^|]+) \| [^|]+ \|$", re.MULTILINE)


def _read(name: str) -> str:
    return GUIDES[name].read_text(encoding="utf-8")


def _section(name: str, title: str) -> str:
    """The text of a guide under one heading, up to the next of its rank."""
    rank = title.split(maxsplit=1)[0]
    return re.split(rf"^#{{1,{len(rank)}}} ", _read(name).split(f"\n{title}\n")[1], flags=re.MULTILINE)[0]


def _commands(group: click.Group, before: str = "station") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before} {name}")
        if not isinstance(command, click.Group) or command.invoke_without_command:
            yield f"{before} {name}"


def test_operators_are_told_every_command_and_no_other() -> None:
    told = re.findall(r"^\| `(station [a-z ]+)` \|", _section("docs/operate.md", "## Commands"), re.MULTILINE)
    assert sorted(told) == sorted(_commands(main))


def _shown(value: object) -> str:
    """A default as the guide writes it."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return (
        ", ".join(value) if isinstance(value, tuple) and value else str(value or ("–" if value != 0 else 0))
    )


def test_operators_are_told_every_setting_with_its_default() -> None:
    told = dict(ROW.findall(_section("docs/operate.md", "## Settings")))
    held = (*((Settings(), item) for item in fields(Settings) if item.name != "rules"),
            *((Rules(), item) for item in fields(Rules)))  # fmt: skip
    assert told == {item.name: _shown(getattr(owner, item.name)) for owner, item in held}


def test_the_office_is_told_every_file_and_what_it_needs() -> None:
    files = _section("docs/erp.md", "## Files")
    told = dict(re.findall(r"^### `(\w+)`\n(.*?)(?=^### |\Z)", files, re.MULTILINE | re.DOTALL))
    assert set(told) == set(FILES)
    for name, kind in FILES.items():
        needs = re.search(r"Required: ([^.]+)\.", told[name])
        assert needs is not None, name
        assert re.findall(r"`(\w+)`", needs[1]) == sorted(kind.required), name


@pytest.mark.parametrize("name", GUIDES)
def test_every_local_link_leads_somewhere(name: str) -> None:
    targets = [link.partition("#")[0] for link in LINK.findall(_read(name)) if "://" not in link]
    assert [link for link in targets if link and not (GUIDES[name].parent / link).exists()] == []


def test_the_readme_leads_to_every_guide() -> None:
    linked = set(LINK.findall(_read("README.md")))
    assert {name for name in GUIDES if name != "README.md"} <= linked


def test_the_readme_is_two_screens_with_the_two_commands_at_the_top() -> None:
    lines = _read("README.md").splitlines()
    assert len(lines) <= 120
    top = "\n".join(lines[:30])
    assert ".venv/bin/station demo" in top
    assert ".venv/bin/python -m tests.check" in top


def test_every_dependency_has_its_reason_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(item for extra in project["optional-dependencies"].values() for item in extra),
    ]
    names = {Requirement(item).name for item in wanted} - {project["name"]}
    reasons = _section("README.md", "## Dependencies, one reason each").replace("\n", " ")
    told = {
        name.strip()
        for entry in re.findall(r"(?:^|[·:.]) ?([a-z0-9, -]+?) \([^)]{2,}\)", reasons)
        for name in entry.split(",")
    }
    assert sorted(names - told) == []
    assert sorted(told - names) == []


def test_every_row_of_security_names_tests_that_exist() -> None:
    """Level, row, in short, tests: a promise without its test is none."""
    rows = re.findall(r"^\| [123] \| ([0-9.]+) \| .+ \| (.+) \|$", _read("docs/security.md"), re.MULTILINE)
    assert len(rows) > 30
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    known = set(re.findall(r"^def (test_\w+)", tests, re.MULTILINE))
    named = {row: names.split(", ") for row, names in rows}
    assert {row: missing for row, names in named.items() if (missing := set(names) - known)} == {}
