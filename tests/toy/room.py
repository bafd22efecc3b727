"""The toy room as it would hang on the list of rooms."""

from __future__ import annotations

from station.ground.room import Room
from tests.toy.workflow import toy

ROOM = Room("toy", workflows=(toy,), tables=("tests.toy.models",))
