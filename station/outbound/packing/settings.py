"""What of packing a supervisor decides at the desk (domain §12)."""

from __future__ import annotations

from station.ground.thresholds.setting import Setting

SETTINGS = (
    Setting(
        "box_fixed",
        "Take the proposed box without a scan",
        "The papers print with the last good scan; another box may be scanned afterwards.",
    ),
)
"""Each is a field of `station.settings.Rules`, where its default is."""
