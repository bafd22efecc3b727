"""The makes of scales that are understood; a new one is one file and its line here.

Sources are the makers' manuals; frames from them are the table in the tests.
"""

from station.devices.scales.cutting import Family
from station.devices.scales.families import a_and_d, bench, cas, ohaus, sics, toledo, yaohua

FAMILIES: tuple[Family, ...] = (
    *sics.FAMILIES,
    *a_and_d.FAMILIES,
    *cas.FAMILIES,
    *ohaus.FAMILIES,
    *toledo.FAMILIES,
    *yaohua.FAMILIES,
    *bench.FAMILIES,
)
"""In the order in which they are asked; of two that fit a line as well the earlier one is taken."""

BY_CODE = {family.code: family for family in FAMILIES}
