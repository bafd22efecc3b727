"""What a fresh environment gets is written down to the last byte, and both ways of checking check the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests import check

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PIN = re.compile(r"^([A-Za-z0-9_.-]+)==([^\s;]+)(.*(?:\n .*)*)", re.MULTILINE)
LOCKS = ("run", "dev")


def _lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.lock").read_text(encoding="utf-8")


def _pins(name: str) -> dict[str, str]:
    return {str(canonicalize_name(pin[1])): pin[2] for pin in PIN.finditer(_lock(name))}


def _wanted(*extras: str) -> list[Requirement]:
    named = [
        *PROJECT["dependencies"],
        *(item for name in extras for item in PROJECT["optional-dependencies"][name]),
    ]
    return [item for item in map(Requirement, named) if item.name != PROJECT["name"]]


@pytest.mark.parametrize(
    ("name", "extras"),
    [("run", ("postgresql", "zpl", "verify")), ("dev", ("postgresql", "zpl", "verify", "dev"))],
)
def test_a_lock_pins_what_the_project_asks_for(name: str, extras: tuple[str, ...]) -> None:
    pins = _pins(name)
    assert [
        str(item)
        for item in _wanted(*extras)
        if not item.specifier.contains(
            pins.get(str(canonicalize_name(item.name)), "0.dev0"), prereleases=True
        )
    ] == [], "renew with: python -m tests.tools.lock"


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_has_hashes_and_no_host_or_path(name: str) -> None:
    text = _lock(name)
    assert [pin[1] for pin in PIN.finditer(text) if "--hash=sha256:" not in pin[3]] == []
    assert re.findall(r"^-.*|\S*://\S*|\s/\S+", text, re.MULTILINE) == []


def test_what_runs_is_what_was_checked() -> None:
    run, dev = _pins("run"), _pins("dev")
    assert {name: version for name, version in run.items() if dev.get(name) != version} == {}


def test_a_commit_is_judged_by_the_linters_of_the_check() -> None:
    text = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert sorted(re.findall(r"entry: (.+)", text)) == sorted(" ".join(step) for step in check.STEPS)
    assert set(re.findall(r"repo: (\S+)", text)) == {"local"}


def test_ci_installs_the_lock() -> None:
    text = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert "--require-hashes -r requirements/dev.lock" in text
    assert not re.search(r"pip.* install .*\[dev\]", text)
