"""Files from the office that are bombs: refused with a code, in a process apart, and the others are read."""

from __future__ import annotations

import io
import sys
import zipfile

import pytest

from printers.apart import Limits, NotNow, Room
from station.ground.spreadsheets import opening
from station.ground.spreadsheets import reading as tables
from station.ground.spreadsheets.reasons import REASONS, BadFile
from tests.station.erp.test_folder import NOON, SUPPLIERS, Office
from tests.station.ground.spreadsheets.test_reading import repacked, xlsx

linux = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and processor time are Linux's")

GOOD = xlsx(["supplier_code", "supplier_name"], ["V1", "良品食业"], ["V2", 12.5])


def of_sheet(xml):
    """A workbook whose one sheet holds these rows."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    sheet = head + xml + b"</sheetData></worksheet>"
    return repacked(GOOD, lambda name, old: sheet if name.endswith("sheet1.xml") else old)


def of_cells(rows, cell):
    return of_sheet((b"<row>" + cell * 200 + b"</row>") * rows)


CELLS = of_cells(70_000, b"<c/>")


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


@pytest.fixture
def own_room(monkeypatch):
    """Opens files with other limits, in processes that end with the test."""
    made = []

    def open_room(limits):
        made.append(Room(limits))
        monkeypatch.setattr(opening, "_ROOM", made[-1])

    yield open_room
    for room in made:
        room.close()


def code_of(name, data):
    with pytest.raises(BadFile) as caught:
        opening.opened(name, data)
    (problem,) = caught.value.problems
    assert problem.code in REASONS
    return problem.code


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx"])
def test_what_is_opened_apart_is_what_is_read_here(name):
    data = GOOD if name == "a.xlsx" else SUPPLIERS.encode() + b'V3,"a\nb"\n\nV4,\xe8\x8c\xb6\n'
    assert opening.opened(name, data) == tables.read(name, data)


def test_many_rows_come_in_pieces():
    data = b"a,b\n" + b"".join(b"%d,x\n" % at for at in range(2000))
    assert opening.opened("a.csv", data) == tables.read("a.csv", data)


def test_a_refusal_keeps_its_place_and_reason():
    for data in (b"a,b\n1\n2\n", b"a,a\n1,2\n", b"a\n", b"\0", b"PK"):
        with pytest.raises(BadFile) as here:
            tables.read("a.csv", data)
        with pytest.raises(BadFile) as apart:
            opening.opened("a.csv", data)
        assert apart.value.problems == here.value.problems


def test_a_workbook_of_cells_is_refused_and_the_folders_other_files_are_taken(office):
    """Some hundred kB that took minutes, while everything else in the folder waited."""
    assert len(CELLS) < 500_000
    office.drop("products.xlsx", CELLS)
    office.drop("suppliers.csv", SUPPLIERS)
    found = office.poll()
    assert (found.rejected, found.taken) == (["products.xlsx"], ["suppliers.csv"])
    assert [row["code"] for row in office.reasons("products.xlsx")] == ["E-ERP-03"]


@linux
def test_a_cell_that_fills_the_memory_is_ended_by_its_limit(own_room):
    own_room(Limits(cpu_s=60, clock_s=600, memory_mb=250, answer_mb=100))
    assert (
        code_of(
            "a.xlsx", of_sheet(b'<row><c t="inlineStr"><is><t>' + b"x" * 120_000_000 + b"</t></is></c></row>")
        )
        == "E-ERP-29"
    )


@linux
def test_a_workbook_that_passes_the_gate_is_ended_at_its_limit_of_time_and_put_aside(office, own_room):
    """A page of a table is read slowly; whatever gets by the gates meets the limits."""
    own_room(Limits(cpu_s=1, clock_s=600, memory_mb=1500, answer_mb=200))
    data = b"<table>" + (b"<tr>" + b"<td>1</td>" * 199 + b"</tr>") * 12_000
    office.drop("products.xls", data)
    assert office.poll().rejected == ["products.xls"]
    assert [row["code"] for row in office.reasons("products.xls")] == ["E-ERP-29"]
    own_room(opening.LIMITS)
    office.drop("suppliers.csv", SUPPLIERS)
    assert office.poll().taken == ["suppliers.csv"], "the folder goes on"


def test_a_csv_of_nothing_but_cells_is_refused():
    wide = b",".join(b"%d" % at for at in range(200)) + b"\n"
    assert code_of("a.csv", wide + (b"," * 199 + b"x\n") * 34_000) == "E-ERP-03"


def test_a_text_in_a_part_of_another_name_is_not_searched_for_cells():
    out = io.BytesIO(GOOD)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.png", b"<c>" * 4_000_000)
    assert opening.opened("a.xlsx", out.getvalue()) == tables.read("a.xlsx", GOOD)


def test_without_a_process_the_file_stays_where_it_is(office, own_room, monkeypatch):
    own_room(opening.LIMITS)
    office.drop("suppliers.csv", SUPPLIERS)
    with monkeypatch.context() as broken:
        broken.setattr(sys, "executable", "/nowhere/python")
        assert office.poll().failed == ["suppliers.csv"]
        with pytest.raises(NotNow):
            opening.opened("a.csv", b"a\n1\n")
    office.now = NOON + 60
    assert office.poll().taken == ["suppliers.csv"]
