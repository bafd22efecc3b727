"""The folder connector: files from the office in ``inbox``, confirmations for it in ``outbox``.

The good documents of a file are taken and the bad ones set aside, or the file is taken whole or not at all
(`is_whole`). A file of which something was taken goes to ``done`` beside a file that says what came of each
document, the others to ``rejected`` beside a file that says which cell and why. If the process dies between
taking and moving, the file is taken again; the database knows its content, so that has no second effect.

The folder may be a network share. While it is away every call raises `Down` and nothing is half done: a
file appears under its final name by one rename, and moves by one rename. With `is_shared` the folders are
never made here, because the place where an absent share belongs is an empty folder of this machine.
"""

from __future__ import annotations

import dataclasses
import hashlib
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from station.erp.contract import Outcome
from station.erp.folder import answers, columns, mapping
from station.erp.folder.disk import (
    Mark,
    away,
    file_key,
    free_place,
    is_complete,
    is_meant,
    mark_of,
    markers_of,
    move,
    shown,
    write_rows,
)
from station.erp.port import Down
from station.exchange.documents import (
    OrderShortage,
    OrderShortageLine,
    ReceiptConfirmation,
    ReceiptConfirmationLine,
    ReceiptReversal,
    ShipmentConfirmation,
    ShipmentConfirmationLine,
    doc_type_of,
    to_data,
)
from station.ground.spreadsheets import headers
from station.ground.spreadsheets.columns import headings
from station.ground.spreadsheets.opening import table
from station.ground.spreadsheets.reading import ENDINGS, MAX_BYTES
from station.ground.spreadsheets.reasons import MOST_PROBLEMS, BadFile, Problem

log = logging.getLogger(__name__)

FOLDERS = ("inbox", "outbox", "done", "rejected")


class Rejected(Exception):
    """The database side cannot take a file; the problems go into the reject file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = list(problems)


class StillWriting(Exception):
    """The file changed while it was read."""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that could be read: its good documents with the row in which each begins, its bad ones, and what
    was done to read it.
    """

    name: str
    doc_type: str
    sha256: str
    documents: tuple[Any, ...]
    rows: tuple[int, ...] = ()
    bad: tuple[columns.Bad, ...] = ()
    notes: tuple[Problem, ...] = ()

    @property
    def findings(self) -> list[Problem]:
        """What is wrong with its bad documents."""
        return [problem for bad in self.bad for problem in bad.problems]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A file of which nothing could be taken: its kind and content as far as they are known, and why."""

    name: str
    doc_type: str
    sha256: str
    problems: tuple[Problem, ...]


@dataclass
class PollResult:
    """What one look into the inbox did, by file name."""

    taken: list[str] = field(default_factory=list)
    rejected: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


Take = Callable[[IncomingFile], Sequence[Outcome] | None]
Refuse = Callable[[Refusal], None]
MOST_BAD = 500
"""Bad documents of one file that are set aside; whoever sends more has sent another kind of file."""


def parsed_by(
    name: str,
    data: bytes,
    item: columns.FileType | None,
    maps: Sequence[mapping.FileMap],
    zone: ZoneInfo,
) -> tuple[columns.FileType, columns.Parsed]:
    """What a file says, by the first mapping whose headers it has, else by the documented columns of `item`;
    BadFile E-ERP-47 when it is none of either.
    """
    known = {header: header for one in maps for header in one.headers}
    known |= headings(item.all_columns) if item else {}
    found = table(name, data, known, only=[headers.plain(header) for header in known])
    fitting = next((one for one in maps if one.fits(name, found.header)), None)
    if fitting is not None:
        kind = columns.FILES[fitting.kind]
        mapped = mapping.apply(fitting, found)
        return kind, columns.parse(kind, mapped, zone)
    if item is None:
        raise BadFile.because("E-ERP-47")
    return item, columns.parse(item, found, zone)


def _nobody(_refusal: Refusal) -> None:
    """Nobody has to hear of a file that was refused."""


class FolderConnector:
    """Watches one folder. `now` gives seconds on the clock of the files' own times.

    With `needs_marker` a file is only taken once its marker lies beside it; with `is_shared` the folders
    must be there already.
    """

    def __init__(
        self,
        root: Path,
        zone: ZoneInfo,
        now: Callable[[], float],
        settle_s: int = 2,
        *,
        needs_marker: bool = False,
        is_shared: bool = False,
        is_whole: bool = False,
    ) -> None:
        self.root, self.zone, self._now, self._settle_s = root, zone, now, settle_s
        self._needs_marker, self._is_shared, self._is_whole = needs_marker, is_shared, is_whole
        self._seen: dict[str, Mark] = {}
        self._maps: Sequence[mapping.FileMap] = ()
        with suppress(OSError):  # every later call finds out and says so
            self._make_folders()

    def _make_folders(self) -> None:
        for name in FOLDERS if not self._is_shared else ():
            (self.root / name).mkdir(parents=True, exist_ok=True)

    @contextmanager
    def _reached(self) -> Iterator[None]:
        """Whatever the file system answers while the folder is away means: not now."""
        try:
            yield
        except OSError as error:
            raise Down(away(error)) from None

    # --- in -----------------------------------------------------------------------------------

    def poll(self, take: Take, refused: Refuse = _nobody, maps: Sequence[mapping.FileMap] = ()) -> PollResult:
        """Look once.

        `take` applies a file and tells what came of each document (None when it knew the file), raises
        `Rejected`, or fails: then the file stays and is tried again at the next look. `refused` hears of
        every file that was put into ``rejected``. With `maps` files of others are read.
        `Down` when the folder cannot be reached.
        """
        result = PollResult()
        self._maps = maps
        with self._reached():
            candidates = self._candidates()
        before, self._seen = self._seen, {}
        for path in candidates:
            outcome = self._one(path, before.get(path.name), take, refused)
            getattr(result, outcome).append(path.name)
            if outcome == "failed":
                with self._reached():  # was it this file, or is everything away?
                    os.scandir(self.root / "inbox").close()
        return result

    def _candidates(self) -> list[Path]:
        """Finished files, articles before what refers to them."""
        order = list(columns.FILES)
        paths = [path for path in (self.root / "inbox").iterdir() if is_meant(path)]
        return sorted(paths, key=lambda path: (_rank(path.name, order), path.name))

    def _one(self, path: Path, before: Mark | None, take: Take, refused: Refuse) -> str:
        """What became of one file: the name of a list of `PollResult`."""
        mark = mark_of(path)
        if mark is None or (self._needs_marker and not is_complete(path, mark, self._settle_s)):
            return "waiting"
        self._seen[path.name] = mark
        if mark != before and self._now() - mark[1] / 1e9 <= self._settle_s:
            return "waiting"
        try:
            return self._settle(path, mark, take, refused)
        except StillWriting:
            return "waiting"
        except Exception:
            log.exception("%s could not be taken and stays in the inbox", shown(path.name))
            return "failed"

    def _settle(self, path: Path, mark: Mark, take: Take, refused: Refuse) -> str:
        """Take the file and put it away; a newer one that was saved over it meanwhile stays."""
        file: IncomingFile | None = None
        try:
            file = self._load(path, mark)
            results = take(file)
        except (Rejected, BadFile) as refusal:
            if mark_of(path) != mark:
                raise StillWriting from None
            self._reject(path, refusal.problems, file, refused)
            return "rejected"
        if mark_of(path) == mark:
            target = free_place(self.root / "done", path)
            self._tell(path.name, target, file, results)
            self._put_away(path, target)
        return "taken"

    def _put_away(self, path: Path, target: Path) -> None:
        """The file first: a marker that is left over is older than the next file, and so says nothing."""
        move(path, target)
        for marker in markers_of(path):
            with suppress(OSError):
                marker.unlink(missing_ok=True)

    def _tell(self, name: str, target: Path, file: IncomingFile, results: Sequence[Outcome] | None) -> None:
        """The answer is there before the file is put away; one from before a power cut stays."""
        answer = target.with_name(f"{target.name}.result.csv")
        if results is not None:
            write_rows(answer, answers.told(name, file, results))
        elif not answer.exists():
            write_rows(answer, answers.known(name))

    def _load(self, path: Path, mark: Mark) -> IncomingFile:
        name, item = shown(path.name), columns.type_of(path.name)
        maps = [one for one in self._maps if one.is_called(name)]
        if (item is None and not maps) or path.suffix.lower() not in ENDINGS:
            raise BadFile.because("E-ERP-01")
        if mark[0] > MAX_BYTES:
            raise BadFile.because("E-ERP-03")
        data = path.read_bytes()
        if len(data) != mark[0] or mark_of(path) != mark:
            raise StillWriting
        digest = hashlib.sha256(data).hexdigest()
        item, parsed = parsed_by(name, data, item, maps, self.zone)
        if parsed.problems or (self._is_whole and parsed.bad):
            raise Rejected(parsed.findings)
        if len(parsed.bad) > MOST_BAD:
            raise Rejected([Problem(None, "", str(len(parsed.bad)), "E-ERP-43"), *parsed.findings])
        return IncomingFile(
            name,
            item.doc_type,
            digest,
            parsed.documents,
            parsed.rows,
            tuple(parsed.bad),
            tuple(parsed.notes),
        )

    def _reject(
        self, path: Path, problems: Sequence[Problem], file: IncomingFile | None, refused: Refuse
    ) -> None:
        """Reasons first, then the file: whoever finds it in ``rejected`` finds the reasons too."""
        target = free_place(self.root / "rejected", path)
        lines = answers.refused(path.name, problems[:MOST_PROBLEMS])
        write_rows(target.with_name(f"{target.name}.reason.csv"), lines)
        kind = columns.type_of(path.name)
        doc_type, digest = (file.doc_type, file.sha256) if file else (kind.doc_type if kind else "", "")
        if not digest:
            with suppress(OSError):
                digest = _digest(path)
        refused(Refusal(shown(path.name), doc_type, digest, tuple(problems[:MOST_PROBLEMS])))
        self._put_away(path, target)

    # --- out ----------------------------------------------------------------------------------

    def write(self, doc: Any) -> Path:
        """Write a confirmation; the same document gives the same file, so twice is once.

        `Down` when it did not get there: the message stays.
        """
        data = _on_the_wall(to_data(doc), self.zone)
        lines = data.pop("lines", [{}])
        fields = [item.name for item in dataclasses.fields(_LINES[type(doc)])] if type(doc) in _LINES else []
        names, more = (
            [name for name in fields if name not in _LISTS],
            [name for name in fields if name in _LISTS],
        )
        late = {name: data.pop(name) for name in (*_LATE, *_LOCAL.values()) if name in data}
        rows = [[*data, *names, *late, *more]]
        for line in lines or [{}]:
            own = [line.get(name) for name in names]
            rows.append(
                [*data.values(), *own, *late.values(), *(" ".join(line.get(name, ())) for name in more)]
            )
        path = self.root / "outbox" / f"{doc_type_of(doc)}-{file_key(doc.event_key)}.csv"
        with self._reached():
            write_rows(path, rows)
        return path


def _on_the_wall(data: dict[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """Instants as the warehouse's clock shows them, whole seconds, with the offset; beside each the same
    without it, which a spreadsheet takes for a time.
    """
    told = dict(data)
    for name, local in _LOCAL.items():
        if data.get(name):
            at = datetime.fromisoformat(data[name]).astimezone(zone).replace(microsecond=0)
            told[name] = at.isoformat(" ")
            told[local] = at.replace(tzinfo=None).isoformat(" ")
    return told


def _digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces; of a huge one of its beginning."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        digest.update(file.read(MAX_BYTES + 1))
    return digest.hexdigest()


_LOCAL = {"posted_at": "posted_local", "shipped_at": "shipped_local", "at": "at_local"}
_LATE = ("is_last",)
"""Columns that came later stand at the end: who reads by position finds everything where it was."""
_LISTS = ("serials",)
"""Columns of a line that came last of all: several values with a blank between."""

_LINES: dict[type[Any], type[Any]] = {
    ReceiptConfirmation: ReceiptConfirmationLine,
    ReceiptReversal: ReceiptConfirmationLine,
    ShipmentConfirmation: ShipmentConfirmationLine,
    OrderShortage: OrderShortageLine,
}


def _rank(name: str, order: list[str]) -> int:
    item = columns.type_of(name)
    return len(order) if item is None else order.index(item.prefix)
