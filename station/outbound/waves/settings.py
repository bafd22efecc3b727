"""What of waves a supervisor decides at the desk (P13, domain §12)."""

from __future__ import annotations

from station.ground.thresholds.setting import Setting

SETTINGS = (
    Setting("wave_orders", "Orders of a wave", "So many at most.", least=1, most=200),
    Setting(
        "wave_lines", "Lines of a wave", "So many at most, whatever the number of orders.", least=1, most=2000
    ),
    Setting(
        "cart_kg",
        "Weight of a wave",
        "A cart carries so much at most; 0: it is not looked at.",
        unit="kg",
        most=5000,
    ),
    Setting(
        "cart_l",
        "Volume of a wave",
        "A cart holds so much at most; 0: it is not looked at.",
        unit="l",
        most=20000,
    ),
    Setting(
        "urgent_h",
        "Urgent before the latest ship time",
        "So many hours before it an order jumps the queue (W7).",
        unit="h",
        most=72,
    ),
    Setting(
        "same_basket",
        "Identical orders",
        "From so many on they make a wave of their own (W3).",
        least=2,
        most=1000,
    ),
    Setting(
        "same_article",
        "Orders for one article",
        "From so many orders for several of one article alone they make a wave of their own (W2).",
        least=1,
        most=1000,
    ),
    Setting(
        "sort_wall",
        "Waves for the sort wall",
        "Orders of several articles are sorted into the cells of a wall (W4), where the hall has one.",
    ),
    Setting(
        "wall_cells",
        "Cells of the sort wall",
        "So many orders of a wave for the wall at most.",
        least=1,
        most=200,
    ),
    Setting(
        "wave_by_zone", "Waves by zone", "Orders share a wave only when their goods lie in the same zone."
    ),
    Setting(
        "wave_from",
        "Release waves from so many orders",
        "As soon as so many are ready; 0: not by number.",
        most=10000,
    ),
    Setting(
        "wave_every_min",
        "Release waves every",
        "So long after the last time, if an order is ready; 0: not by time.",
        unit="min",
        most=1440,
    ),
    Setting(
        "wave_lead_min",
        "Release waves before the latest ship time",
        "So long before it an order goes into a wave; 0: not by it.",
        unit="min",
        most=2880,
    ),
)
"""Each is a field of `station.settings.Rules`, where its default is."""
