"""Everything that must be green, in one go: ``python -m tests.check``. pytest speaks last."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

STEPS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("lint-imports",),
    ("djlint", "templates", "--lint", "--quiet"),
)

WORKERS = ("-n", str(min(8, max(2, 3 * (os.cpu_count() or 1) // 2))), "--dist", "worksteal")
"""Some more than cores: a test often waits for a browser, a database or another process."""


def main() -> int:
    """Run the linters, then the tests; stop at the first that fails."""
    scripts = Path(sys.executable).parent
    for step in STEPS:
        print(f"--- {' '.join(step)}", flush=True)
        done = subprocess.run([str(scripts / step[0]), *step[1:]], check=False, cwd=ROOT)
        if done.returncode:
            return done.returncode
    return subprocess.run(
        [sys.executable, "-m", "pytest", *WORKERS, "-q", *sys.argv[1:]], check=False, cwd=ROOT
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
