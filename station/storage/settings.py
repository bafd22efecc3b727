"""What of storing a supervisor decides at the desk (domain §12)."""

from __future__ import annotations

from station.ground.thresholds.setting import Setting

SETTINGS = (
    Setting(
        "pick_lots", "Lots in a pick slot", "So many lots of an article may stand in it.", least=1, most=20
    ),
    Setting(
        "rsv_lots", "Lots in a reserve slot", "So many lots of an article may stand in it.", least=1, most=20
    ),
    Setting(
        "new_slot_label",
        "New slot label for new articles",
        "The first carton of an article gets its pick slot's label printed anew, to be stuck on and scanned. "
        "Off as shipped: the old label is refused from then on, so a printer for slot labels must be within "
        "reach.",
    ),
    Setting(
        "aisle_cm",
        "From aisle to aisle",
        "From the middle of one aisle to the middle of the next, for the way that pickers walk.",
        unit="cm",
        least=50,
        most=2000,
    ),
    Setting(
        "bay_cm",
        "Width of a bay",
        "So far one walks along one bay, for the way that pickers walk.",
        unit="cm",
        least=20,
        most=1000,
    ),
    Setting(
        "cross_bays",
        "Bays between ways across",
        "After so many bays of one side an aisle can be left; 0: only in front and behind.",
        most=99,
    ),
)
"""Each is a field of `station.settings.Rules`, where its default is."""
