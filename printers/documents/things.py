"""Labels of things that are scanned and are no slots: totes, cells, benches, boxes; sheets of any labels."""

from dataclasses import dataclass

from printers.fields import BarcodeText, Document


@dataclass(frozen=True, slots=True)
class ThingLabel(Document):
    """Stuck on a tote, a wall cell, a pack bench, a box. ``kind_text`` says what it is."""

    thing_code: BarcodeText
    display: str
    kind_text: str = ""


@dataclass(frozen=True, slots=True)
class SheetLabel(Document):
    """One label of a sheet, to be cut out."""

    label_code: BarcodeText
    display: str
    kind_text: str = ""
    check_digits: str = ""


@dataclass(frozen=True, slots=True)
class LabelSheet(Document):
    """标签页: labels on A4, for whoever has no label printer yet; to be cut along the lines."""

    title: str
    labels: tuple[SheetLabel, ...] = ()
