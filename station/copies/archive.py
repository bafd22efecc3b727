"""The file a copy is kept in: a ZIP with a manifest, the database as SQLite, settings and photos."""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import Any

from station.ground.db import DatabaseUnusable, schema
from station.ground.db.copying import flush

FORMAT = 1
MANIFEST, DATABASE, SETTINGS, PHOTOS = "manifest.json", "station.sqlite3", "station.toml", "photos"
_CHUNK = 1 << 20


class BadCopy(DatabaseUnusable):
    """A file is no copy that can be used; the text says why in one sentence."""


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """What a copy is of. `rows` of each table, `files` with bytes and hash, `heads` of hash chains."""

    format: int = FORMAT
    version: str
    revision: str
    database: str
    """Which database it was taken from: sqlite or postgresql; inside it is always SQLite."""
    warehouse: str
    made_at: str
    epoch: int
    is_proven: bool
    rows: Mapping[str, int]
    heads: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @property
    def at(self) -> datetime:
        """When the copy was taken, aware."""
        return datetime.fromisoformat(self.made_at)


def digest(path: Path) -> dict[str, Any]:
    """Size and hash of a file, as the manifest keeps them."""
    sha256 = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_CHUNK):
            sha256.update(part)
    return {"bytes": path.stat().st_size, "sha256": sha256.hexdigest()}


def write(target: Path, files: Mapping[str, Path], manifest: Manifest | None) -> None:
    """Write an archive aside, flush it, read it back, and only then give it its name; mode 0600."""
    if target.exists():
        raise BadCopy(f"{target} exists already; nothing was overwritten")
    part = target.with_name(f".{target.name}.part")
    try:
        part.unlink(missing_ok=True)
        handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
        with os.fdopen(handle, "w+b") as raw:
            with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
                if manifest is not None:
                    pack.writestr(MANIFEST, json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
                for name, path in files.items():
                    pack.write(path, name)
            raw.flush()
            os.fsync(raw.fileno())
            with zipfile.ZipFile(raw) as pack:
                damaged = pack.testzip()
        if damaged is not None:
            raise BadCopy(f"{damaged} could not be read back from {part}; nothing was kept")
        part.replace(target)
        flush(target.parent)
    except OSError as error:
        raise BadCopy(f"{target} could not be written: {error.strerror or error}") from None
    finally:
        part.unlink(missing_ok=True)


def read(path: Path) -> Manifest:
    """The manifest of a whole copy that this version can restore; `BadCopy` for any other file."""
    try:
        with zipfile.ZipFile(path) as pack:
            told = json.loads(pack.read(MANIFEST))
            inside = {info.filename: info.file_size for info in pack.infolist()}
    except FileNotFoundError:
        raise BadCopy(f"there is no {path}") from None
    except (zipfile.BadZipFile, KeyError, ValueError, OSError):
        raise BadCopy(f"{path} is no whole copy of a station: cut short, or another kind of file") from None
    if not isinstance(told, dict) or not isinstance(told.get("format"), int):
        raise BadCopy(f"{path} is no copy of a station")
    if told["format"] > FORMAT:
        raise BadCopy(f"{path} was made by a newer version of station: install that version first")
    try:
        manifest = Manifest(**told)
        wanted = {name: int(of["bytes"]) for name, of in manifest.files.items()}
        is_odd = manifest.at.tzinfo is None or DATABASE not in wanted
    except (TypeError, KeyError, ValueError, AttributeError):
        is_odd = True
    if is_odd or any(not _is_ours(name) for name in wanted):
        raise BadCopy(f"{path} is no copy of a station")
    if wanted != {name: size for name, size in inside.items() if name != MANIFEST}:
        raise BadCopy(f"{path} does not hold what its manifest names")
    if manifest.revision not in schema.known():
        raise BadCopy(
            f"{path} was made by a newer version of station ({manifest.version}): install that version first"
        )
    return manifest


def unpack(path: Path, manifest: Manifest, folder: Path) -> None:
    """Every file of a copy into `folder`, flushed; `BadCopy` when one is not what was packed."""
    with zipfile.ZipFile(path) as pack:
        for name, of in manifest.files.items():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            _unpack_one(pack, name, target)
            if digest(target) != dict(of):
                raise BadCopy(f"{name} in {path} is not what was packed")


def _unpack_one(pack: zipfile.ZipFile, name: str, target: Path) -> None:
    try:
        handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file, pack.open(name) as packed:
            while part := packed.read(_CHUNK):
                file.write(part)
            file.flush()
            os.fsync(file.fileno())
    except (zipfile.BadZipFile, EOFError) as error:
        raise BadCopy(f"{name} in the copy is damaged: {error}") from None
    except OSError as error:
        raise BadCopy(f"{target} could not be written: {error.strerror or error}") from None


def _is_ours(name: str) -> bool:
    path = PurePosixPath(name)
    if name in {DATABASE, SETTINGS}:
        return True
    return path.parts[0] == PHOTOS and len(path.parts) > 1 and ".." not in path.parts and "\\" not in name
