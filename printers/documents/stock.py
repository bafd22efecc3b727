"""Papers of the shelves."""

from dataclasses import dataclass

from printers.fields import BarcodeText, Document


@dataclass(frozen=True, slots=True)
class SlotLabel(Document):
    """库位标签, stuck on the rack (S-25, P8, P28). ``arrow`` to the level: ``up``, ``down`` or empty."""

    slot_code: BarcodeText
    display: str
    check_digits: str = ""
    slot_type: str = ""
    zone: str = ""
    arrow: str = ""
    version: int = 1
