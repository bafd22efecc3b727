"""No state without a lifecycle, and no lifecycle without a CHECK and a history, or a reason that stands here."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import CheckConstraint, Column, Table

from station.ground.documents.lifecycle import Lifecycle
from station.wiring import checks, tables
from tests.lifecycles import lifecycles

ROOT = Path(__file__).parents[2]
CYCLES = lifecycles()

NO_STATE = {
    "adjustment_line.status": "what the goods are that there are more or fewer of, written once",
    "api_reply.status": "the number of an HTTP answer, written once",
    "inbox_document.result": "what came of the newest version, in words; each version overwrites it",
    "let_out.kind": "what became of the goods, written once",
    "let_out_line.was_status": "what the goods were, written once",
    "move_task.status": "what the goods are that are moved; it follows them",
    "hold.kind": "what is held, written once",
    "movement.from_status": "written once, and sealed",
    "movement.to_status": "written once, and sealed",
    "opening.source": "where its lines came from, written once",
    "pin_tally.line": "part of the row's key: which kind of proof is counted",
    "print_job.state": "the printing package has its own lifecycle (`printers.schema.STATES`, every move names the "
    "states it may leave) and keeps when, who and why in the job's columns; it imports nothing of ours",
    "printer.dpi": "a property of the device",
    "printer.lang": "a property of the device",
    "printer.language": "a property of the device",
    "printer.proof": "a property of the device",
    "printer.state": "what its last answer showed; there is nothing it must not become",
    "putaway_task.status": "what the goods are that are put away; it follows them",
    "scale.kind": "a property of the device",
    "scale.says": "what it said last; there is nothing it must not say next",
    "scan.status": "the number of an HTTP answer, written once",
    "set_apart.now_status": "what the goods became, written once",
    "sku.item_type": "master data",
    "sku.shelf_life_unit": "master data",
    "stock.status": "part of the row's key: goods change it by a movement, rows never do",
    "wave_run.why": "what asked for it, written once",
    "zone.walk": "master data",
}
"""Columns that look like a state and are none."""

TOLD_ELSEWHERE = {
    "erp_file.state": "never moves: another outcome is another row",
    "pick_list_tote.state": "where goods lie is the ledger's story",
    "pick_task.state": "each pick is a movement, each short pick a row of its own",
    "promise.state": "its columns say when and by which stop, each unit taken is a movement",
    "sort_cell.state": "what lies in a cell is the ledger's story",
    "wave_order.flag": "the order's history has joining, staging, kicking out and falling short",
}
"""Lifecycles without a history of their own."""


def _name(cycle: Lifecycle) -> str:
    return f"{cycle.model.__tablename__}.{cycle.column}"


def _columns() -> Iterator[tuple[Table, Column[object], frozenset[str]]]:
    """Columns that the database keeps to a few words, or that are called like a state; and those words."""
    for metadata in tables.metadatas():
        for table in metadata.sorted_tables:
            words = _words(table)
            for column in table.columns:
                if column.name in words or re.search("state|status|flag|result", column.name):
                    yield table, column, words.get(column.name, frozenset())


def _words(table: Table) -> dict[str, frozenset[str]]:
    checked = {}
    for one in table.constraints:
        said = (
            re.fullmatch(r"(\w+) IN \((.*)\)", str(one.sqltext)) if isinstance(one, CheckConstraint) else None
        )
        if said:
            checked[said[1]] = frozenset(word.strip("' ") for word in said[2].split(","))
    return checked


def test_every_state_has_a_lifecycle() -> None:
    states = {f"{table.name}.{column.name}" for table, column, _ in _columns()}
    assert states - NO_STATE.keys() == {_name(cycle) for cycle in CYCLES}
    assert NO_STATE.keys() <= states, "no such column any more"


@pytest.mark.parametrize("cycle", CYCLES, ids=_name)
def test_the_database_keeps_it_to_its_states(cycle: Lifecycle) -> None:
    """And each of them can be reached: a word that no event leads to is dead."""
    checked = {f"{table.name}.{column.name}": words for table, column, words in _columns()}
    assert cycle.states <= checked[_name(cycle)]
    assert checked[_name(cycle)] - cycle.states == set()


@pytest.mark.parametrize("cycle", CYCLES, ids=_name)
def test_it_has_a_history_that_is_checked(cycle: Lifecycle) -> None:
    compared = Counter(rule.title.split(":")[0] for rule in checks.invariants() if rule.code == "I15")
    table = cycle.model.__tablename__
    if _name(cycle) in TOLD_ELSEWHERE:
        assert not cycle.doc_type
        assert not compared[table]
    else:
        assert cycle.doc_type
        assert cycle.number
        assert compared[table] == 1


def test_no_history_is_kept_under_two_names() -> None:
    named = Counter(cycle.doc_type for cycle in CYCLES if cycle.doc_type)
    assert [doc_type for doc_type, count in named.items() if count > 1] == []
    assert {_name(cycle) for cycle in CYCLES} >= TOLD_ELSEWHERE.keys()
    assert {_name(cycle) for cycle in CYCLES if cycle.quiet and cycle.doc_type} == {"outbox_message.state"}


WRITTEN_ELSEWHERE = {
    "station/copies/settling.py": "papers that waited when a copy was made: the printing package's own table",
    "station/erp/pages/health.py": "a figure on a page",
    "station/ground/documents/lifecycle.py": "here",
    "station/outbound/picking/taking.py": "the prepared statement of every pick; it names the state it leaves",
}
"""Files that set a state by another way than its lifecycle."""


def _sets_a_state(node: ast.AST) -> bool:
    if isinstance(node, ast.Assign):
        flat = [part for target in node.targets for part in ast.walk(target)]
        return any(isinstance(part, ast.Attribute) and part.attr in {"state", "flag"} for part in flat)
    if not (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "values"
    ):
        return False
    is_update = any(isinstance(part, ast.Name) and part.id == "update" for part in ast.walk(node))
    return is_update and any(word.arg in {"state", "flag"} for word in node.keywords)


def test_a_state_is_set_by_its_lifecycle_alone() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "station").rglob("*.py")
        if any(_sets_a_state(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    }
    assert found == WRITTEN_ELSEWHERE.keys()
