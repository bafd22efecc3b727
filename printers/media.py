"""Papers we print on, and which document goes on which. Sizes in whole millimetres."""

from dataclasses import dataclass

from printers.errors import BadPrinter, WrongMedia

# Label printers are called 203 and 300 dpi but are built metric: 8 and 12 dots to the millimetre.
_DOTS_PER_MM = {203: 8, 300: 12}


@dataclass(frozen=True, slots=True)
class Media:
    """One paper. ``height_mm`` is None for a roll; ``print_mm`` is the width the head can reach."""

    name: str
    width_mm: int
    height_mm: int | None
    print_mm: int
    margin_mm: int


def _media(name: str, width_mm: int, height_mm: int | None, margin_mm: int, print_mm: int = 0) -> Media:
    return Media(name, width_mm, height_mm, print_mm or width_mm, margin_mm)


MEDIA = {
    media.name: media
    for media in (
        _media("label_100x70", 100, 70, 2),
        _media("label_60x40", 60, 40, 2),
        _media("label_40x30", 40, 30, 1),
        _media("slot_100x50", 100, 50, 2),
        _media("waybill_76x130", 76, 130, 2),
        _media("waybill_100x150", 100, 150, 2),
        _media("waybill_100x180", 100, 180, 2),
        _media("roll_80", 80, None, 0, 72),
        _media("roll_58", 58, None, 0, 48),
        _media("a4", 210, 297, 10),
        _media("a5", 148, 210, 8),
    )
}

# The first is the default.
ALLOWED: dict[str, tuple[str, ...]] = {
    "carton_label": ("label_100x70", "label_60x40", "waybill_100x150", "waybill_76x130"),
    "temp_label": ("label_100x70", "label_60x40", "waybill_100x150", "waybill_76x130"),
    "reject_label": ("label_100x70",),
    "dock_label": ("label_100x70",),
    "acceptance_sheet": ("a4", "a5"),
    "inbound_slip": ("a4", "a5"),
    "slot_label": ("slot_100x50", "label_100x70", "label_60x40", "waybill_76x130", "waybill_100x150"),
    "thing_label": (
        "label_60x40",
        "label_100x70",
        "slot_100x50",
        "label_40x30",
        "waybill_76x130",
        "waybill_100x150",
    ),
    "label_sheet": ("a4",),
    "pallet_label": ("waybill_100x150",),
    "gift_label": ("label_40x30",),
    "gift_register": ("a4",),
    "pick_list": ("roll_80", "a5", "roll_58", "a4"),
    "sort_sheet": ("roll_80", "roll_58"),
    "packing_slip": ("roll_80", "waybill_76x130", "a5", "roll_58", "a4"),
    "waybill": ("waybill_76x130", "waybill_100x150", "waybill_100x180"),
    "invoice_copy": ("roll_80", "a5", "a4"),
    "manifest": ("a4", "roll_80"),
    "return_label": ("label_60x40",),
    "count_sheet": ("roll_80", "roll_58"),
    "adjustment": ("a5", "a4"),
    "register_sheet": ("a4",),
    "test_page": ("label_100x70", *(name for name in MEDIA if name != "label_100x70")),
}


def default_for(kind: str) -> Media:
    """Return the paper a document kind is designed for."""
    return MEDIA[ALLOWED[kind][0]]


def suited(kind: str, name: str) -> Media:
    """Return the named paper if this document kind may go on it, else raise WrongMedia."""
    if name not in ALLOWED.get(kind, ()):
        papers = ", ".join(ALLOWED.get(kind, ())) or "no paper"
        raise WrongMedia(f"{kind} is printed on {papers}, not on {name!r}.")
    return MEDIA[name]


def dots_per_mm(dpi: int) -> int:
    """Return the whole number of dots in a millimetre: 8 at 203 dpi, 12 at 300 dpi."""
    if dpi not in _DOTS_PER_MM:
        raise BadPrinter(f"A printer has 203 or 300 dpi, not {dpi}.")
    return _DOTS_PER_MM[dpi]
