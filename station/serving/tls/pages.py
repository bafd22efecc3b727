"""How a device comes to trust this station's HTTPS: a page with a QR code and three steps, and the CA itself.

The page works on plain HTTP and without sign-in, because nobody can come to HTTPS otherwise. Whoever
could change it on the way could offer another CA; the fingerprint is there to be compared with what
`station cert` printed.
"""

from __future__ import annotations

import io
from datetime import datetime
from typing import Any

import segno
from cryptography.hazmat.primitives.serialization import Encoding
from flask import Response, abort, redirect, render_template, request, url_for

from station.ground.web.desk import blueprint
from station.ground.web.i18n import gettext as _
from station.ground.web.kit import hub, public
from station.serving.server import lan_address
from station.serving.tls import identity

OPEN = frozenset(
    f"office.{name}" for name in ("trust", "trust_qr", "trust_ca", "health", "manifest", "worker", "offline")
) | {"static"}
"""What plain HTTP answers where it only leads to HTTPS."""

FORMS = {
    "crt": (Encoding.DER, "application/x-x509-ca-cert"),
    "pem": (Encoding.PEM, "application/x-pem-file"),
}
LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def _standing() -> identity.Standing | None:
    """Authority and certificate; None also where they are damaged: the command says what is wrong."""
    try:
        return identity.read(identity.Files.in_folder(hub().settings.data))
    except identity.CertError:
        return None


def _host() -> str:
    """The machine as the asking device calls it; its LAN address when it asks itself."""
    host = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    return lan_address() if host in LOOPBACK else host


def _here() -> str:
    """The address of this page for a handheld, on plain HTTP."""
    return f"http://{_host()}:{hub().settings.port}/trust"


def _secure() -> str:
    """The start page on HTTPS; empty where this server does not speak it."""
    settings = hub().settings
    return f"https://{_host()}:{settings.https_port}/" if settings.https == "on" else ""


@blueprint.get("/trust")
@public
def trust() -> Any:
    """Three steps for each kind of device, zh first."""
    standing = _standing()
    return render_template(
        "device/trust.html",
        fingerprint=standing.fingerprint if standing else "",
        here=_here(),
        secure=_secure(),
        is_secure=request.is_secure,
    )


@blueprint.get("/trust/qr.svg")
@public
def trust_qr() -> Any:
    """The page's address as a QR code, for the camera of a handheld."""
    drawn = io.BytesIO()
    segno.make(_here(), error="m", micro=False).save(drawn, kind="svg", scale=4, border=4, light="#fff")
    return Response(drawn.getvalue(), mimetype="image/svg+xml")


@blueprint.get("/trust/station-ca.<form>")
@public
def trust_ca(form: str) -> Any:
    """The CA: DER as `.crt` for phones and Windows, PEM for everything else."""
    standing = _standing()
    if standing is None or form not in FORMS:
        abort(404)
    encoding, mimetype = FORMS[form]
    answer = Response(standing.ca.public_bytes(encoding), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f'attachment; filename="station-ca.{form}"'
    return answer


@blueprint.before_app_request
def lead_to_https() -> Any:
    """With `plain = "trust"` plain HTTP only shows the way; what is sent to it is refused."""
    settings = hub().settings
    is_narrow = settings.plain == "trust" and settings.https == "on"
    if request.is_secure or not is_narrow or request.endpoint in OPEN:
        return None
    if request.method not in {"GET", "HEAD"}:
        abort(403)
    return redirect(url_for("office.trust"))


@blueprint.app_template_global("certificate_warning")
def certificate_warning(now: datetime | None = None) -> str:
    """What the desk says while the certificate is ending; empty otherwise."""
    standing = _standing() if hub().settings.https != "off" else None
    if standing is None or not standing.is_ending(now or hub().clock.now()):
        return ""
    day = f"{standing.ends:%Y-%m-%d}"
    return _("The HTTPS certificate ends on %(day)s: run `station cert` and restart the station") % {
        "day": day
    }
