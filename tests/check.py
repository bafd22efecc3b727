"""Everything that must be green, in one go: ``python -m tests.check``. pytest speaks last.

``--quick``: the linters, the pure rules, the architecture and one walk through the scan door.
``--long``: what the normal lane leaves out: soaks, whole days beside Tryton, chaos, the gallery, and on
PostgreSQL whatever does not lean on its ways. Everything else is handed on to pytest.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).parent.parent

STEPS = (
    ("mypy",),
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("lint-imports",),
    ("djlint", "templates", "--lint", "--quiet"),
)

CORES = os.cpu_count() or 1
WORKERS = ("-n", str(min(8, max(2, 2 * CORES))), "--dist", "worksteal")
"""More than cores: a test often waits for a browser, a database or another process."""

MEMORY, ROOM = Path("/dev/shm"), 4 * 1024**3
"""A folder in memory, and the bytes that must be free in it for the tests' files to go there."""

LANES = {"--quick": "quick and not postgresql", "--long": "long"}
"""The lanes beside the normal one, and the marker that chooses their tests."""


GATHER = ("pytest", "--collect-only", "-q", "-p", "no:cacheprovider")
"""Once before the tests and beside the linters: what it compiles, no worker and no server of a test compiles again.
The quick lane starts no servers, and is between commits, when all is compiled."""


def _lint(step: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).parent / step[0]
    return subprocess.run(
        [str(script), *step[1:]],
        check=False,
        cwd=ROOT,
        env=environment(),
        text=True,
        encoding="utf-8",
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def lint() -> int:
    """Run the linters beside each other; the first code that is not zero, or 0."""
    code = 0
    with ThreadPoolExecutor(max(2, CORES)) as pool:
        gathered = None if "--quick" in sys.argv else pool.submit(_lint, GATHER)
        for step, done in zip(STEPS, pool.map(_lint, STEPS), strict=True):
            print(f"--- {' '.join(step)}\n{done.stdout}", end="", flush=True)
            code = code or done.returncode
    return code or (0 if gathered is None else _gathering(gathered.result()))


def _gathering(done: subprocess.CompletedProcess[str]) -> int:
    """What could not be gathered is said; the long list of what could is not."""
    if done.returncode:
        print(done.stdout)
    return done.returncode


def chosen(arguments: list[str]) -> list[str]:
    """What pytest is asked for: a lane's word becomes its marker, all else stays as it is."""
    words: list[str] = []
    for word in arguments:
        words += ("-m", LANES[word]) if word in LANES else (word,)
    return words


def environment() -> dict[str, str]:
    """This process's, with the tests' files in memory where there is room: what they wait for is no disk.

    Compiled code is kept whatever the machine's habit: some sixty tests start a server of their own, which would
    compile the station for seconds each.
    """
    found = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free >= ROOM
    if has_room:
        found.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))
    return found


def main() -> int:
    """Run the linters, then the tests; stop at the first that fails."""
    if code := lint():
        return code
    command = [sys.executable, "-m", "pytest", *WORKERS, "-q", *chosen(sys.argv[1:])]
    return subprocess.run(command, check=False, cwd=ROOT, env=environment()).returncode


if __name__ == "__main__":
    sys.exit(main())
