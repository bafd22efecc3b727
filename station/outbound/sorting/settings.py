"""What of sorting a supervisor decides at the desk (domain §12)."""

from __future__ import annotations

from station.ground.thresholds.setting import Setting

SETTINGS = (
    Setting(
        "put_confirm",
        "Scan the cell after each put",
        "Switched off, a key at the sort wall says that the goods are in the cell.",
    ),
)
"""Each is a field of `station.settings.Rules`, where its default is."""
