"""A real Tryton for the tests: an environment of its own from PyPI, a database that is copied, a server.

What is slow is done once and kept in a cache outside of the repository: the environment by its pins, the
empty database by the same, the filled one by the seed and the day, because its dates are relative.
"""

from __future__ import annotations

import atexit
import fcntl
import functools
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from http import HTTPStatus
from pathlib import Path
from typing import Any

from tests.patience import PATIENCE_S, PROCESS_S, until

HERE = Path(__file__).parent
DATABASE = "erp"
MODULES = ("sale_amendment", "purchase", "stock_lot_sled", "stock_package_shipping", "product_measurements",
           "stock_shipment_measurements")  # fmt: skip
NUMBERS = {"seed": 7, "products": 40, "purchases": 20, "sales": 200, "never": 4}
SHANGHAI = timezone(timedelta(hours=8))


class NoTryton(Exception):
    """Tryton cannot be had here, and why."""


def cache_folder() -> Path:
    """Where everything slow is kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    folder = Path(base) / "warehouse-station-tests" / f"tryton-{_digest(_pins(), *MODULES)}"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _pins() -> str:
    return f"{sys.version_info[:2]}" + (HERE / "requirements.txt").read_text(encoding="utf-8")


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """One process at a time fills the cache."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# --- what is slow ------------------------------------------------------------------------------------


def environment() -> Path:
    """The interpreter of an environment with Tryton in it."""
    folder = cache_folder()
    python = folder / "venv" / "bin" / "python"
    done = folder / "venv-complete"
    with _alone(folder):
        if not done.exists():
            shutil.rmtree(folder / "venv", ignore_errors=True)
            subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True)
            pip = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", "--retries", "1"]
            found = subprocess.run(
                [*pip, "-r", str(HERE / "requirements.txt")], check=False, capture_output=True, text=True
            )
            if found.returncode:
                raise NoTryton(found.stderr.strip()[-300:] or "pip failed")
            done.touch()
    return python


def empty_database(python: Path) -> Path:
    """A database with the tables of all modules and nothing in it."""
    folder = cache_folder()
    kept = folder / "empty.sqlite"
    with _alone(folder):
        if not kept.exists():
            work = folder / "work"
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            config, database = write_config(work)
            database.touch()
            (work / "password").write_text("admin-2026\n", encoding="ascii")
            _run(
                [str(python.with_name("trytond-admin")), "-c", str(config), "-d", DATABASE, "--email",
                 "admin@example.invalid", "--activate-dependencies", "-u", *MODULES],
                TRYTONPASSFILE=str(work / "password"),
            )  # fmt: skip
            _settle(database)
            database.replace(kept)
            shutil.rmtree(work)
    return kept


def filled_database(python: Path, numbers: Mapping[str, Any]) -> tuple[Path, dict[str, Any]]:
    """A database with the small company of `seed.py` as of today, and what is in it."""
    empty, folder = empty_database(python), cache_folder()
    day = datetime.now(UTC).astimezone(SHANGHAI).date().isoformat()
    key = _digest((HERE / "seed.py").read_text(encoding="utf-8"), json.dumps(numbers, sort_keys=True), day)
    kept, told = folder / f"filled-{key}.sqlite", folder / f"filled-{key}.json"
    with _alone(folder):
        if not told.exists():
            for old in folder.glob("filled-*"):
                if time.time() - old.stat().st_mtime > 86_400:
                    old.unlink()
            work = folder / "work"
            shutil.rmtree(work, ignore_errors=True)
            work.mkdir()
            config, database = write_config(work)
            shutil.copyfile(empty, database)
            _run([str(python), str(HERE / "seed.py"), str(config), DATABASE, str(work / "told.json")],
                 SEED=json.dumps(dict(numbers)), TZ="Asia/Shanghai")  # fmt: skip
            _settle(database)
            database.replace(kept)
            (work / "told.json").replace(told)
            shutil.rmtree(work)
    return kept, json.loads(told.read_text(encoding="utf-8"))


def write_config(folder: Path) -> tuple[Path, Path]:
    """The server's settings, and where its database lies."""
    config = folder / "trytond.conf"
    config.write_text(
        f"[database]\nuri = sqlite://\npath = {folder}\nlist = False\nretry = 10\n"
        "[session]\nmax_attempt = 50\n[email]\nuri = smtp://127.0.0.1:9\n",
        encoding="utf-8",
    )
    return config, folder / f"{DATABASE}.sqlite"


def _run(command: list[str], **environ: str) -> None:
    found = subprocess.run(
        command,
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env=os.environ | environ,
    )
    assert found.returncode == 0, f"{command[:2]}: {found.stderr[-2000:]}"


def _settle(database: Path) -> None:
    """Everything in one file."""
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


# --- a server ----------------------------------------------------------------------------------------


class Nursery:
    """A Tryton with all modules loaded, from which servers are split off in no time."""

    def __init__(self, python: Path) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="tryton-nursery-")
        config, database = write_config(Path(self._folder.name))
        shutil.copyfile(empty_database(python), database)
        environ = os.environ | {"TRYTOND_CONFIG": str(config), "TRYTOND_DATABASE_NAMES": DATABASE}
        self._process = subprocess.Popen(
            [str(python), str(HERE / "serve.py")],
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        atexit.register(self.close)

    def split(self, folder: Path) -> int:
        """Serve the database in this folder; the number of the process."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{folder}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        """End; servers that were split off go on until they are killed."""
        self._process.communicate()
        self._folder.cleanup()


nursery = functools.cache(Nursery)
"""One for all servers of this test process."""


def is_alive(number: int) -> bool:
    """Whether the process is there."""
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True


class Trytond:
    """One Tryton server with a database of its own; killed and started again as a test likes."""

    def __init__(
        self, folder: Path, numbers: Mapping[str, Any] = NUMBERS, database: Path | None = None
    ) -> None:
        """`database` is one to begin with instead of the freshly filled one."""
        self.python = environment()
        kept, self.told = filled_database(self.python, numbers)
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.config, self.database = write_config(folder)
        shutil.copyfile(database or kept, self.database)
        self.port = 0
        self._number: int | None = None

    def start(self) -> None:
        """Serve; the port may be another one than before."""
        port_file = self.folder / "port"
        port_file.unlink(missing_ok=True)
        self._number = number = nursery(self.python).split(self.folder)
        until(lambda: port_file.exists() or not is_alive(number), "Tryton did not start", PROCESS_S)
        if not port_file.exists():
            raise AssertionError((self.folder / "server.log").read_text(errors="replace")[-2000:])
        self.port = int(port_file.read_text(encoding="ascii"))
        until(self._answers, "Tryton does not answer", PROCESS_S)

    def _answers(self) -> bool:
        body = json.dumps({"id": 0, "method": "common.server.version", "params": []}).encode()
        request = urllib.request.Request(f"{self.url}/rpc/", body, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:
                return bool(answer.status == HTTPStatus.OK)
        except OSError:
            return False

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        """As if the machine had lost its power."""
        if self._number is not None:
            number, self._number = self._number, None
            os.kill(number, signal.SIGKILL)
            until(lambda: not is_alive(number), "Tryton does not die")

    def keep(self, path: Path) -> Path:
        """End, and keep a copy of the database."""
        self.kill()
        _settle(self.database)
        shutil.copyfile(self.database, path)
        return path
