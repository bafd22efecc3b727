"""The decoder behind a phone's camera: a worker with a policy of its own, because it compiles WebAssembly.

The page that opens the camera keeps the policy of all pages; nothing but this worker may compile code, and it
can reach nothing but the station.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Response, current_app, url_for

from station.ground.web.desk import blueprint
from station.ground.web.kit import public

DECODER = "vendor/zxing-wasm-3.1.4"
CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"


@blueprint.get("/camera-worker.js")
@public
def camera_worker() -> Any:
    """The worker's code, with the addresses of its two files."""
    code = (Path(str(current_app.static_folder)) / "camera-worker.js").read_text(encoding="utf-8")
    files = {
        "reader": url_for("static", filename=f"{DECODER}/reader.js"),
        "wasm": url_for("static", filename=f"{DECODER}/zxing_reader.wasm"),
    }
    answer = Response(f"self.station = {json.dumps(files)};\n{code}", mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    answer.headers["Content-Security-Policy"] = CSP
    return answer
