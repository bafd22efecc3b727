"""A register on A4: the same drawing and the same PDF as every other paper of the house."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from printers import languages, layouts
from printers.documents import Document, RegisterColumn, RegisterRow, RegisterSheet
from station.ground.registers.register import Register
from station.ground.web.i18n import gettext, language

DPI = 203


def sheet(
    register: Register,
    rows: Sequence[Any],
    *,
    filter_text: str,
    warehouse: str,
    made_at: str,
    made_by: str,
    note: str = "",
) -> RegisterSheet:
    """The document: columns that have a share of the paper, in the present person's language."""
    columns = [column for column in register.columns if column.share]
    return RegisterSheet(
        title=gettext(register.title),
        columns=tuple(
            RegisterColumn(gettext(column.title), column.share, is_figure=column.kind.is_figure)
            for column in columns
        ),
        rows=tuple(
            RegisterRow(tuple(column.kind.shown(column.value(row)) for column in columns)) for row in rows
        ),
        filter_text=filter_text,
        warehouse_name=warehouse,
        made_at=made_at,
        made_by=made_by,
        note=note,
    )


def pdf(document: Document) -> bytes:
    """The finished pages as one PDF."""
    images = layouts.render(document, dpi=DPI, lang=language())
    return languages.encode("pdf", images, {"dots_per_mm": 8})
