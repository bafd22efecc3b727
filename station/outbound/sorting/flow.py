"""The sorting process: what its steps share (see `station.outbound.sorting.workflow`)."""

from __future__ import annotations

from station.ground.scan.workflow import Workflow
from station.ground.words.actor import Role
from station.outbound.sorting import rules

sort = Workflow(
    "sort",
    title="L-SORT",
    roles={Role.PICKER, Role.PACKER, Role.SUPERVISOR},
    start="wave",
    waiting=rules.count_waiting,
    shares="L-MORE",
)
