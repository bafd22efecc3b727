"""Photos of articles: files that people put into ``DATA/photos``, named by the article's code.

An article needs none. What is found is shown small: a thumbnail whose name carries a version, so that
browsers may keep it for good and a new photo shows at once.
"""

from __future__ import annotations

import hashlib
import io
import os
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from printers.apart import Limits, No, Room, TooMuch

ENDINGS = (".jpg", ".jpeg", ".png", ".webp")
FORMATS = ("JPEG", "PNG", "WEBP")
EDGE = 192
"""Pixels of the longer edge: 96 CSS pixels on a handheld's screen."""
PIXELS = 50_000_000
"""A larger picture is not opened: it would take half a minute and a gigabyte."""
BYTES = 30_000_000

_SHRINKING = Room(Limits(cpu_s=10, clock_s=60, memory_mb=1200, answer_mb=5))


@dataclass(frozen=True)
class Photos:
    """The photos in one data folder."""

    folder: Path

    def version(self, code: str) -> str:
        """What the thumbnail's address carries; empty when the article has no photo."""
        file = self._find(code)
        if file is None:
            return ""
        stat = file.stat()
        return hashlib.sha256(f"{stat.st_mtime_ns} {stat.st_size} {EDGE}".encode()).hexdigest()[:10]

    def thumbnail(self, code: str) -> Path | None:
        """The file of the small picture, made when it is not there yet; None for what is no picture."""
        original, version = self._find(code), self.version(code)
        if original is None or not version:
            return None
        stem = hashlib.sha256(code.encode()).hexdigest()[:16]
        kept = self.folder / ".small" / f"{stem}-{version}.webp"
        if not kept.exists():
            try:
                _shrink(original, kept)
            except (OSError, No, TooMuch):
                return None
            for old in kept.parent.glob(f"{stem}-*.webp"):
                if old != kept:
                    old.unlink(missing_ok=True)
        return kept

    def put(self, code: str, ending: str, data: bytes) -> bool:
        """Keep `data` as the article's photo, in place of the one before; False for what is no picture.

        Whether it is one is found out in a process apart, as for every photo.
        """
        if ending not in ENDINGS or not _is_name(code) or len(data) > BYTES:
            return False
        try:
            for _piece in _SHRINKING.run("station.catalog.photos:shrunk", {}, data):
                pass
        except (No, TooMuch):
            return False
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        target = self.folder / f"{code}{ending}"
        Path(name).replace(target)
        for other in ENDINGS:
            if other != ending:
                (self.folder / f"{code}{other}").unlink(missing_ok=True)
        return True

    def original(self, code: str) -> Path | None:
        """The picture as it was given; None when there is none."""
        return self._find(code)

    def _find(self, code: str) -> Path | None:
        """The photo's file. A code that could mean another folder has none."""
        if not _is_name(code):
            return None
        for ending in ENDINGS:
            path = self.folder / f"{code}{ending}"
            try:
                if path.is_file():
                    return path
            except (OSError, ValueError):  # a name no file system takes
                return None
        return None


def _is_name(code: str) -> bool:
    return code.isprintable() and bool(code) and not code.startswith(".") and not set(code) & set("/\\:")


def shrunk(_facts: dict[str, Any], data: bytes) -> Iterator[bytes]:
    """The small picture of a photo; runs in a process apart, because a picture may unpack to anything."""
    try:
        ready = _small(data)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise No({"why": type(error).__name__}) from error
    made = io.BytesIO()
    ready.save(made, "WEBP", quality=72)
    yield made.getvalue()


def _small(data: bytes) -> Image.Image:
    with Image.open(io.BytesIO(data), formats=FORMATS) as opened:
        if opened.width * opened.height > PIXELS:
            raise ValueError("the picture is too large")
        small = ImageOps.exif_transpose(opened)
        small.thumbnail((EDGE, EDGE))
        return small.convert("RGBA" if "transparency" in small.info or small.mode == "RGBA" else "RGB")


def _shrink(source: Path, target: Path) -> None:
    if source.stat().st_size > BYTES:
        raise No({"why": "size"})
    small = b"".join(_SHRINKING.run("station.catalog.photos:shrunk", {}, source.read_bytes()))
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as file:  # a reader must never see half a picture
        file.write(small)
    Path(name).replace(target)
