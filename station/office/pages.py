"""Start page and desk."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify

from station.web import hub, public

blueprint = Blueprint("office", __name__)


@blueprint.get("/health")
@public
def health() -> Any:
    return jsonify(status="ok", writer_queue=hub().db.queued)


@blueprint.get("/")
@public
def start() -> Any:
    return "station"
