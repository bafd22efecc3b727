"""What makes the pages an app on HTTPS: manifest, service worker, and the page without a network.

The worker is made for this version: it knows the addresses of the static files, which name their content,
and keeps those and nothing else. Scans never pass through it (`static/sw.js`).
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Response, current_app, jsonify, render_template, url_for

from station.ground import shop
from station.ground.web.desk import blueprint
from station.ground.web.kit import hub, public

KEPT = ("station.css", "reach.js", "offline.js", "icon.svg")
"""What the page without a network needs; all other static files are kept once they were used."""
ICONS = (
    ("icon-192.png", 192, "any"),
    ("icon-512.png", 512, "any"),
    ("icon-maskable-512.png", 512, "maskable"),
)


@blueprint.get("/manifest.webmanifest")
@public
def manifest() -> Any:
    """The app's name and pictures, for "add to home screen"."""
    with hub().db.read() as tx:
        house = shop.name_of(tx, hub().settings)
    answer = jsonify(
        {
            "id": "/",
            "name": f"仓储作业站 {house}",
            "short_name": "作业站",
            "lang": "zh-CN",
            "start_url": "/",
            "scope": "/",
            "display": "standalone",
            "theme_color": "#0b3d2e",
            "background_color": "#ffffff",
            "icons": [
                {
                    "src": url_for("static", filename=f"icons/{name}"),
                    "sizes": f"{size}x{size}",
                    "type": "image/png",
                    "purpose": purpose,
                }
                for name, size, purpose in ICONS
            ],
        }
    )
    answer.mimetype = "application/manifest+json"
    return answer


def _version(code: str) -> str:
    """Another one whenever a static file, the worker or its page changes: then everything kept is dropped."""
    told = hashlib.sha256((code + render_template("device/offline.html")).encode())
    told.update(_static(Path(str(current_app.static_folder))).encode())
    return told.hexdigest()[:12]


@cache
def _static(folder: Path) -> str:
    told = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            told.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return told.hexdigest()


@blueprint.get("/sw.js")
@public
def worker() -> Any:
    """The service worker, which may look after the whole station because it lies at its root."""
    kept = [url_for("static", filename=name) for name in KEPT]
    code = (Path(str(current_app.static_folder)) / "sw.js").read_text(encoding="utf-8")
    known = json.dumps({"version": _version(code), "offline": url_for("office.offline"), "kept": kept})
    answer = Response(f"self.station = {known};\n{code}", mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


@blueprint.get("/offline")
@public
def offline() -> Any:
    """What the worker shows when a page cannot be fetched: nobody's data, both languages."""
    return render_template("device/offline.html")
