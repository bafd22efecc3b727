"""What rooms say to and hear from any office."""

from __future__ import annotations

from station.ground.room import Room

ROOM = Room("exchange", tables=("station.exchange.models",))
