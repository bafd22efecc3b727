"""What a disk may hold after the power failed: from the record of what a process wrote and synced.

At any moment a file holds what was synced, and of what was written since any part: a write may be missing,
though a later one is there, or be torn between two sectors.
"""

from __future__ import annotations

import random
import struct
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

HEAD = struct.Struct("=ccQQ")
SECTOR = 512
LOST, TORN = 0.5, 0.3
"""How often a write that was not synced is missing, and how often what is there of it is only a part."""


@dataclass(frozen=True, slots=True)
class Deed:
    """One write (W), truncation (T) or sync (S) of the database (D), its log (L) or the answers (A)."""

    kind: str
    file: str
    offset: int
    length: int
    data: bytes


@dataclass
class Image:
    """The files as they may be after a cut, and the answers that had been given by then."""

    database: bytes
    log: bytes
    answers: bytes


@dataclass
class _File:
    safe: bytearray
    since: list[Deed] = field(default_factory=list)

    def sync(self) -> None:
        for deed in self.since:
            _apply(self.safe, deed)
        self.since.clear()

    def after_a_cut(self, lot: random.Random) -> bytes:
        content = bytearray(self.safe)
        for deed in self.since:
            if lot.random() < LOST:
                continue
            kept = deed
            if deed.kind == "W" and len(deed.data) > SECTOR and lot.random() < TORN:
                part = deed.data[: SECTOR * lot.randrange(1, len(deed.data) // SECTOR + 1)]
                kept = Deed("W", deed.file, deed.offset, len(part), part)
            _apply(content, kept)
        return bytes(content)


def _apply(content: bytearray, deed: Deed) -> None:
    if deed.kind == "T":
        del content[deed.length :]
        content.extend(bytes(max(0, deed.length - len(content))))
        return
    content.extend(bytes(max(0, deed.offset - len(content))))
    content[deed.offset : deed.offset + deed.length] = deed.data


def recorder(folder: Path) -> Path:
    """The library that is loaded before libc; made by the machine's C compiler."""
    target = folder / "recorder.so"
    source = Path(__file__).with_name("recorder.c")
    words = ["cc", "-shared", "-fPIC", "-O1", "-o", str(target), str(source), "-ldl", "-lpthread"]
    subprocess.run(words, check=True, capture_output=True)
    return target


def deeds(record: Path) -> list[Deed]:
    """What the process did, in order; a record cut off at the end is left out."""
    found, data, at = [], record.read_bytes(), 0
    while at + HEAD.size <= len(data):
        kind, file, offset, length = HEAD.unpack_from(data, at)
        at += HEAD.size
        size = length if kind == b"W" else 0
        if at + size > len(data):
            break
        found.append(Deed(kind.decode(), file.decode(), offset, length, data[at : at + size]))
        at += size
    return found


def images(
    before: bytes, done: Sequence[Deed], count: int, seed: int, *, syncs: bool = True
) -> Iterator[Image]:
    """`count` cuts at random moments of a process that began with the database `before` and no log.

    `syncs` False is a disk that says it has synced the log and has not: what must be told from an honest one.
    """
    lot = random.Random(seed)
    cuts = sorted(lot.randrange(1, len(done)) for _ in range(count))
    files = {"D": _File(bytearray(before)), "L": _File(bytearray()), "A": _File(bytearray())}
    for number, deed in enumerate(done, 1):
        file = files[deed.file]
        if deed.kind != "S":
            file.since.append(deed)
        elif syncs or deed.file != "L":
            file.sync()
        if deed.file == "A":
            file.sync()
        while cuts and cuts[0] == number:
            cuts.pop(0)
            yield Image(files["D"].after_a_cut(lot), files["L"].after_a_cut(lot), bytes(files["A"].safe))
