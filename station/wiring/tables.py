"""All declared tables: of the rooms, and of the printers."""

from __future__ import annotations

import importlib

from sqlalchemy import MetaData

import printers.schema
from station.ground.db import Base
from station.rooms import ROOMS


def metadatas() -> list[MetaData]:
    """The declared shape of the database, once every room has declared its tables."""
    for room in ROOMS:
        for name in room.tables:
            importlib.import_module(name)
    return [Base.metadata, printers.schema.metadata]
