"""What of receiving a supervisor decides at the desk (domain §12)."""

from __future__ import annotations

from station.ground.thresholds.setting import Setting

SETTINGS = (
    Setting(
        "life_rule",
        "The third that decides about old goods",
        "Goods are sent back when more of their shelf life is used up, or less of it is left.",
        choices=(("ELAPSED", "The first third used up"), ("REMAINING", "Only the last third left")),
    ),
    Setting(
        "reject_days",
        "Days that must be left",
        "Counts for articles without days of their own; 0: any.",
        "days",
        most=3650,
    ),
    Setting(
        "shelf_day0",
        "The day of production is day 0",
        "Switched off, it is the first day of the shelf life: goods expire a day earlier.",
    ),
    Setting(
        "exp_mismatch_days",
        "Difference between printed and computed expiry",
        "A larger one has to be confirmed.",
        "days",
        most=365,
    ),
    Setting(
        "blind_receive",
        "Count without seeing what is expected",
        "Whoever counts at the dock is not told how much should come.",
    ),
    Setting(
        "over_pct",
        "More than ordered",
        "So much more of a line is received; the rest goes back.",
        "%",
        most=100,
    ),
    Setting(
        "po_late_days",
        "Late notices",
        "After so many days somebody is warned at the dock.",
        "days",
        most=3650,
    ),
    Setting(
        "short_close",
        "What is missing of an order",
        "Closed: nobody waits for the rest once the last truck at the dock is posted.",
        choices=(
            ("ASK", "It is waited for, until somebody closes the order"),
            ("CLOSE", "The order is closed"),
        ),
    ),
    Setting(
        "sample_inner_pct",
        "Sample of inner packs",
        "So much of a line's inner packs is opened, one at least.",
        "%",
        least=1,
        most=100,
    ),
    Setting(
        "sample_plain_pct",
        "Sample of goods without inner packs",
        "So much of a line's pieces is inspected, one at least.",
        "%",
        least=1,
        most=100,
    ),
    Setting(
        "first_delivery_full",
        "Inspect first deliveries whole",
        "An article of which nothing was ever here is inspected piece by piece.",
    ),
    Setting(
        "stage2_other_person",
        "Another person inspects",
        "Whoever counted does not inspect; for valuables always.",
    ),
    Setting(
        "cosign_window_s",
        "Time for the second signature",
        "After that both have to sign again.",
        "seconds",
        least=10,
        most=3600,
    ),
    Setting(
        "quar_days",
        "Days in quarantine until it is told",
        "What lies there longer is shown at the desk.",
        "days",
        least=1,
        most=365,
    ),
)
"""Each is a field of `station.settings.Rules`, where its default is."""
