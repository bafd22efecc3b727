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
        "The first carton of an article gets its pick slot's label printed anew, to be stuck on and scanned.",
    ),
)
"""Each is a field of `station.settings.Rules`, where its default is."""
