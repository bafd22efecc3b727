"""Releasing waves from the desk."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, redirect, request, url_for

from station.ground.web.kit import actor, allow, hub
from station.ground.words.actor import Role
from station.outbound.waves import rules

blueprint = Blueprint("waves", __name__)


@blueprint.post("/desk/waves/release")
@allow(Role.SUPERVISOR, Role.CLERK)
def release() -> Any:
    """Release everything that is allocated; JSON for programs."""
    done = rules.release(hub().works, actor())
    if request.is_json:
        return jsonify(waves=done.waves, orders=done.orders, waiting=done.waiting, unprinted=done.unprinted)
    counts: dict[str, Any] = {
        "waves": len(done.waves),
        "orders": done.orders,
        "waiting": len(done.waiting),
        "unprinted": len(done.unprinted),
    }
    return redirect(url_for("office.waves", **counts))
