"""Whether there is room to write: looked at beside the work, so that a scan only reads the answer.

SQLite cannot say beforehand that a commit will not fit. So the station stops taking new work while a
reserve is still there: papers, outcomes and sign-outs of what has begun are written from it. With
PostgreSQL the disk is another machine's, and what it refuses it refuses by itself.
"""

from __future__ import annotations

import errno
import os
import shutil
from enum import StrEnum
from pathlib import Path

from sqlalchemy.engine import make_url

PROBE = ".station-probe"
_FULL = {errno.ENOSPC, errno.EDQUOT}


class Trouble(StrEnum):
    """Why nothing new is taken."""

    NONE = ""
    FULL = "FULL"
    READ_ONLY = "READ_ONLY"


class Space:
    """The folder of a SQLite database; `reserve` in bytes."""

    def __init__(self, url: str, reserve: int) -> None:
        is_file = url.startswith("sqlite") and make_url(url).database not in {None, "", ":memory:"}
        self.file = Path(str(make_url(url).database)) if is_file else None
        self.reserve, self.trouble = reserve, Trouble.NONE
        self._standing = self._identity()

    @property
    def free(self) -> int | None:
        """Bytes that are left; None when nobody here can tell."""
        if self.file is None:
            return None
        try:
            return shutil.disk_usage(self.file.parent).free
        except OSError:
            return 0

    def look(self) -> Trouble:
        """Look anew, with a byte written and taken away; once it was full, a tenth more than the reserve
        must be free before work goes on, so that it does not come and go.
        """
        if self.file is None:
            return Trouble.NONE
        wanted = self.reserve * 11 // 10 if self.trouble else self.reserve
        free = self.free
        self.trouble = Trouble.FULL if free is not None and free < wanted else self._probed(self.file.parent)
        return self.trouble

    def _probed(self, folder: Path) -> Trouble:
        probe = folder / PROBE
        try:
            file = os.open(probe, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            try:
                os.write(file, b".")
            finally:
                os.close(file)
                probe.unlink()
        except OSError as error:
            return Trouble.FULL if error.errno in _FULL else Trouble.READ_ONLY
        return Trouble.NONE

    def is_replaced(self) -> bool:
        """Whether another file stands where the database was when this process opened it, or none."""
        identity = self._identity()
        if self._standing is None:
            self._standing = identity
        return identity != self._standing

    def _identity(self) -> tuple[int, int] | None:
        try:
            status = self.file.stat() if self.file is not None else None
        except OSError:
            return None
        return (status.st_dev, status.st_ino) if status is not None else None
