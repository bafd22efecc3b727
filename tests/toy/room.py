"""The toy room as it would hang on the list of rooms."""

from __future__ import annotations

from station.ground.documents.told import told
from station.ground.room import Room
from tests.toy.models import ERRANDS
from tests.toy.workflow import toy

ROOM = Room("toy", workflows=(toy,), tables=("tests.toy.models",), invariants=told(ERRANDS.lifecycle))
