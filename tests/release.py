"""Make a release: ``python -m tests.release`` builds the wheel and checks it in a clean environment.

It refuses when the tree holds changes or CHANGELOG.md has no dated section of the version in pyproject.toml.
Then it does what an operator will do: a new environment, the locked dependencies, the wheel, `station
migrate`, `station check`, `station serve`, and asks the running station for its health, a page and a file.
What was built lies in `dist/`; nothing is published.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
import venv
from pathlib import Path

from station.serving.server import free_port

ROOT = Path(__file__).parent.parent
PATIENCE_S = 120
"""How long the station may take to answer first; machines differ, so it is generous."""
PAGES = {"/health": b'"ok"', "/login": b"<form", "/static/station.css": b"{"}
"""What is asked for, and what must be in the answer: the database, a template, a static file."""


class NotReleased(Exception):
    """The release was refused or failed; the text says why."""


def version_of(root: Path) -> str:
    """The version pyproject.toml names."""
    return str(tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def objections(root: Path) -> list[str]:
    """Why the tree at `root` may not be released; empty when it may."""
    version, reasons = version_of(root), []
    changes = (root / "CHANGELOG.md").read_text(encoding="utf-8")
    if not re.search(rf"^## {re.escape(version)} \(\d{{4}}-\d\d-\d\d\)$", changes, re.MULTILINE):
        reasons.append(f"CHANGELOG.md has no section '## {version} (YYYY-MM-DD)'")
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=root, check=True, capture_output=True, text=True
    ).stdout
    if status:
        reasons.append(f"the tree holds what is not committed:\n{status.rstrip()}")
    return reasons


def build(root: Path) -> Path:
    """The wheel of `root`, in its `dist/`, built by the locked builder."""
    shutil.rmtree(root / "build", ignore_errors=True)
    _run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist", cwd=root)
    (wheel,) = (root / "dist").glob(f"*-{version_of(root)}-*.whl")
    return wheel


def check(wheel: Path, version: str, folder: Path) -> None:
    """Install `wheel` as an operator does, into an environment in `folder`, and use it."""
    venv.create(folder / "venv", with_pip=True)
    programs = folder / "venv" / "bin"
    pip = (str(programs / "pip"), "install", "--quiet", "--disable-pip-version-check")
    _run(*pip, "--require-hashes", "-r", str(ROOT / "requirements/run.lock"), cwd=folder)
    _run(*pip, "--no-deps", str(wheel), cwd=folder)
    _run(str(programs / "pip"), "check", cwd=folder)
    station = str(programs / "station")
    if version not in (said := _run(station, "--version", cwd=folder)):
        raise NotReleased(f"the wheel calls itself {said.strip()!r}, not {version}")
    _run(station, "migrate", cwd=folder)
    _run(station, "check", cwd=folder)
    _serve(station, folder)


def _run(*command: str, cwd: Path) -> str:
    """Run one command outside the checkout's reach and say what it said."""
    print(f"--- {Path(command[0]).name} {' '.join(command[1:])}", flush=True)
    done = subprocess.run(
        command, cwd=cwd, env=_environ(cwd), check=False, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    print(done.stdout, end="", flush=True)
    if done.returncode:
        raise NotReleased(f"{Path(command[0]).name} ended with {done.returncode}")
    return done.stdout


def _environ(folder: Path) -> dict[str, str]:
    """The environment without what points at this checkout or at another station."""
    keep = {k: v for k, v in os.environ.items() if not k.startswith("STATION_") and k != "PYTHONPATH"}
    return keep | {"STATION_DATA": str(folder / "data"), "STATION_HOST": "127.0.0.1"}


def _serve(station: str, folder: Path) -> None:
    port = free_port()
    print(f"--- station serve --port {port}", flush=True)
    process = subprocess.Popen([station, "serve", "--port", str(port)], cwd=folder, env=_environ(folder))
    try:
        _await(f"http://127.0.0.1:{port}/health", process)
        for path, wanted in PAGES.items():
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30) as answer:
                body = answer.read()
            print(f"GET {path}: {answer.status}, {len(body)} bytes", flush=True)
            if wanted not in body:
                raise NotReleased(f"{path} answered without {wanted.decode()}")
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE_S)


def _await(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise NotReleased(f"station serve did not answer at {url}")


def release(root: Path) -> Path:
    """The wheel of `root`, built and checked."""
    if reasons := objections(root):
        raise NotReleased("; ".join(reasons))
    wheel = build(root)
    with tempfile.TemporaryDirectory() as folder:
        check(wheel, version_of(root), Path(folder))
    return wheel


def main() -> int:
    """Build and check; exit status 1 with the reason when it is not to be released."""
    try:
        wheel = release(ROOT)
    except NotReleased as error:
        print(f"not released: {error}", file=sys.stderr)
        return 1
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    print(f"checked: {wheel.relative_to(ROOT)}, {wheel.stat().st_size} bytes, sha256 {digest}")
    print(f"what is left: git tag v{version_of(ROOT)}, and hand the wheel and run.lock to operators")
    return 0


if __name__ == "__main__":
    sys.exit(main())
