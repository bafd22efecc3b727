"""The paper of a list: any register of the office, as it was filtered."""

from dataclasses import dataclass

from printers.fields import Document


@dataclass(frozen=True, slots=True)
class RegisterColumn(Document):
    """A heading; ``share`` is the column's part of the width, figures stand at the right."""

    title: str
    share: int = 10
    is_figure: bool = False


@dataclass(frozen=True, slots=True)
class RegisterRow(Document):
    """One row: a text for each column, empty ones included."""

    cells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RegisterSheet(Document):
    """登记表 (P29): title, what was asked for, when it was made, the rows; ``note`` says what is left out."""

    title: str
    columns: tuple[RegisterColumn, ...] = ()
    rows: tuple[RegisterRow, ...] = ()
    filter_text: str = ""
    warehouse_name: str = ""
    made_at: str = ""
    made_by: str = ""
    note: str = ""
