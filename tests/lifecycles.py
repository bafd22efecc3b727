"""Every lifecycle of the station, as its modules declare them."""

from __future__ import annotations

import importlib
import pkgutil

import station
from station.ground.documents.lifecycle import Lifecycle
from station.ground.tasks.tasks import Tasks


def lifecycles() -> list[Lifecycle]:
    """All of them, tables of tasks included."""
    named: dict[int, Lifecycle] = {}
    for module in pkgutil.walk_packages(station.__path__, "station."):
        if ".migrations." in module.name:
            continue
        for value in vars(importlib.import_module(module.name)).values():
            cycle = value.lifecycle if isinstance(value, Tasks) else value
            if isinstance(cycle, Lifecycle):
                named[id(cycle)] = cycle
    return sorted(named.values(), key=lambda cycle: (cycle.model.__tablename__, cycle.column))
