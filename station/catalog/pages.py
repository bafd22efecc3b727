"""Photos of articles for handhelds and benches."""

from __future__ import annotations

from typing import Any

from flask import abort, send_file, url_for

from station.catalog.photos import Photos
from station.ground.web.desk import blueprint
from station.ground.web.kit import allow, hub

LIFE_S = 365 * 86_400


def _photos() -> Photos:
    return Photos(hub().settings.data.resolve() / "photos")


@blueprint.app_template_global("photo")
def photo_address(code: str) -> str:
    """Where the article's photo is; empty when it has none."""
    version = _photos().version(code)
    return url_for("office.photo", version=version, code=code) if version else ""


@blueprint.get("/photos/<version>/<code>.webp")
@allow(everybody=True)
def photo(version: str, code: str) -> Any:
    """The small picture; its address names its version, so it may be kept for good."""
    photos = _photos()
    file = photos.thumbnail(code) if version == photos.version(code) else None
    if file is None:
        abort(404)
    answer = send_file(file, mimetype="image/webp")
    answer.headers["Cache-Control"] = f"private, max-age={LIFE_S}, immutable"
    return answer
