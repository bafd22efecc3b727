"""How a handheld or a phone comes to this station: by a QR code, and by HTTPS for its camera."""

from __future__ import annotations

import io
from typing import Any

import segno
from flask import Response, abort, render_template, request, url_for

from station.ground.web.desk import DESK, blueprint
from station.ground.web.kit import allow, hub
from station.serving import server


def _addresses() -> dict[str, str]:
    """The addresses a code is drawn for; none where other devices do not reach the station."""
    settings = hub().settings
    host = server.handheld_host(settings)
    if not host:
        return {}
    plain = f"http://{host}:{settings.port}"
    if settings.https != "on":
        return {"plain": f"{plain}/"}
    return {"trust": f"{plain}{url_for('office.trust')}", "secure": f"https://{host}:{settings.https_port}/"}


@blueprint.get("/desk/handhelds")
@allow(*DESK)
def handhelds() -> Any:
    """What to scan with a new handheld or phone, and in which order."""
    return render_template(
        "device/handhelds.html",
        addresses=_addresses(),
        host=request.host,
        demo=hub().demo_people,
    )


@blueprint.get("/desk/handhelds/<any(plain, trust, secure):which>.svg")
@allow(*DESK)
def handheld_code(which: str) -> Any:
    """One of these addresses as a QR code."""
    address = _addresses().get(which)
    if address is None:
        abort(404)
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", scale=6, border=4, light="#fff")
    return Response(drawn.getvalue(), mimetype="image/svg+xml")
