"""Templates for files of the folder."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from flask.testing import FlaskClient

from station.erp.folder import columns
from station.erp.folder.files import FolderConnector, IncomingFile
from tests.floor import LI, Floor
from tests.station.office.erp.desk import enter


@pytest.mark.parametrize("name", list(columns.FILES))
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_template_is_taken_as_it_is(
    client: FlaskClient, floor: Floor, tmp_path: Path, name: str, kind: str
) -> None:
    enter(client, floor, LI)
    answer = client.get(f"/desk/erp/templates/{name}.{kind}")
    assert answer.status_code == 200
    assert f'filename="{name}-template.{kind}"' in answer.headers["Content-Disposition"]
    item = columns.FILES[name]
    examples = [column.example for column in item.columns + item.lines]
    if kind == "csv":
        header, row = csv.reader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""))
        assert header == [column.name for column in item.columns + item.lines]
        assert row == examples
    else:
        book = openpyxl.load_workbook(io.BytesIO(answer.data))
        sheet = book.worksheets[0]
        assert [cell.value or "" for cell in sheet[2]] == examples
        assert {cell.number_format for line in sheet.iter_rows(max_row=50) for cell in line} == {"@"}
        assert all(isinstance(cell.value, str | None) for cell in sheet[2])
        assert len(list(book.worksheets[1].iter_rows())) == len(examples) + 1
    taken: list[IncomingFile] = []
    connector = FolderConnector(tmp_path / "erp", ZoneInfo("Asia/Shanghai"), lambda: 4_000_000_000)
    (tmp_path / "erp" / "inbox" / f"{name}-template.{kind}").write_bytes(answer.data)
    assert connector.poll(taken.append).taken == [f"{name}-template.{kind}"]
    assert len(taken[0].documents) == 1


def test_every_column_is_explained(client: FlaskClient, floor: Floor) -> None:
    enter(client, floor, LI)
    text = client.get("/desk/erp/templates").text
    for column in columns.describe():
        assert f">{column['column']}<" in text
        assert column["zh"].split("：", 1)[0] in text
    assert "inbox" in text
