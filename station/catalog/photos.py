"""Photos of articles: files that people put into ``DATA/photos``, named by the article's code.

An article needs none. What is found is shown small: a thumbnail whose name carries a version, so that
browsers may keep it for good and a new photo shows at once.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
FORMATS = ("JPEG", "PNG", "WEBP")
EDGE = 192
"""Pixels of the longer edge: 96 CSS pixels on a handheld's screen."""
PIXELS = 50_000_000
"""A larger picture is not opened: it would eat the server's memory."""


@dataclass(frozen=True)
class Photos:
    """The photos in one data folder."""

    folder: Path

    def version(self, code: str) -> str:
        """What the thumbnail's address carries; empty when the article has no photo."""
        found = self._find(code)
        if found is None:
            return ""
        stat = found.stat()
        return hashlib.sha256(f"{stat.st_mtime_ns} {stat.st_size} {EDGE}".encode()).hexdigest()[:10]

    def thumbnail(self, code: str) -> Path | None:
        """The file of the small picture, made when it is not there yet; None for what is no picture."""
        found, version = self._find(code), self.version(code)
        if found is None or not version:
            return None
        stem = hashlib.sha256(code.encode()).hexdigest()[:16]
        kept = self.folder / ".small" / f"{stem}-{version}.webp"
        if not kept.exists():
            try:
                _shrink(found, kept)
            except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
                return None
            for old in kept.parent.glob(f"{stem}-*.webp"):
                if old != kept:
                    old.unlink(missing_ok=True)
        return kept

    def _find(self, code: str) -> Path | None:
        """The photo's file. A code that could mean another folder has none."""
        if not code.isprintable() or not code or code.startswith(".") or set(code) & set("/\\:"):
            return None
        for ending in ENDINGS:
            path = self.folder / f"{code}{ending}"
            try:
                if path.is_file():
                    return path
            except (OSError, ValueError):  # a name no file system takes
                return None
        return None


def _shrink(source: Path, target: Path) -> None:
    with Image.open(source, formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS:
            raise ValueError("the picture is too large")
        small = ImageOps.exif_transpose(opened)
        small.thumbnail((EDGE, EDGE))
        ready = small.convert("RGBA" if "transparency" in small.info or small.mode == "RGBA" else "RGB")
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:  # a reader must never see half a picture
        ready.save(file, "WEBP", quality=72)
    Path(name).replace(target)
