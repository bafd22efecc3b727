"""Reading a bench's scale (P18).

Pure: `families` says how the makes of scales speak, `cutting` cuts their frames out of a line, `judging`
says when a weight is believed, `finding` which family speaks. `rules` is the scale as the benches know it.
"""

from station.devices.scales.rules import VIRTUAL, add, pass_by, place, read, use, works

__all__ = ["VIRTUAL", "add", "pass_by", "place", "read", "use", "works"]
