"""A throw-away PostgreSQL for one test run: a cluster on a socket in a temporary folder."""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sqlalchemy import create_engine, text


def binaries() -> Path | None:
    """Where initdb and pg_ctl are, if anywhere."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


AS_USER = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
"""PostgreSQL does not run as root."""


def start(binaries: Path) -> Path:
    """The folder of a running cluster."""
    folder = Path(tempfile.mkdtemp(prefix="station-pg-", dir=os.environ.get("PYTEST_DEBUG_TEMPROOT")))
    if AS_USER:
        shutil.chown(folder, "postgres")
    options = (
        f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off -c max_connections=400"
    )
    make = ["initdb", "-D", f"{folder}/data", "--no-sync", "-A", "trust", "-U", _user(), "-E", "UTF8"]
    begin = ["pg_ctl", "-D", f"{folder}/data", "-w", "-o", options, "-l", f"{folder}/log", "start"]
    for program, *words in (make, begin):
        command = [*AS_USER, str(binaries / program), *words]
        subprocess.run(command, check=True, capture_output=True, cwd="/")
    return folder


def stop(binaries: Path, folder: Path) -> None:
    """It goes, and its files with it."""
    command = [*AS_USER, str(binaries / "pg_ctl"), "-D", f"{folder}/data", "-m", "immediate", "stop"]
    subprocess.run(command, check=False, capture_output=True, cwd="/")
    shutil.rmtree(folder, ignore_errors=True)


def url(folder: Path) -> str:
    """The URL of its databases, with ``{name}`` for a database's name."""
    return f"postgresql+psycopg://{_user()}@/{{name}}?host={folder}"


def _user() -> str:
    return "postgres" if AS_USER else getpass.getuser()


def admin(pg_url: str, statement: str) -> None:
    """One statement outside any database of a test: make one, drop one."""
    engine = create_engine(pg_url.format(name="postgres"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
