"""Renew both locks of dependencies: ``python -m tests.tools.lock``; with ``--upgrade`` to the newest allowed.

`requirements/run.lock` is what a station runs with, all optional readers and PostgreSQL included;
`requirements/dev.lock` adds what builds, checks and releases it, at the same versions. Both hold the hashes of
every file of a version, so that one lock serves each Python and processor we name, and no package host: they
install from wherever the machine's pip is told to look.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
RUN = Path("requirements/run.lock")
DEV = Path("requirements/dev.lock")

COMMON = (
    "--quiet", "--generate-hashes", "--strip-extras", "--allow-unsafe", "--no-emit-index-url",
    "--no-emit-find-links", "--no-emit-trusted-host", "--no-emit-options",
)  # fmt: skip
LOCKS = (
    (RUN, ("--extra", "postgresql", "--extra", "zpl", "--extra", "verify")),
    (DEV, ("--extra", "dev", "--build-deps-for", "editable", "--constraint", str(RUN))),
)


def main() -> int:
    """Compile both, the second within the first; stop at the first that has no solution."""
    environ = {**os.environ, "CUSTOM_COMPILE_COMMAND": "python -m tests.tools.lock"}
    for path, options in LOCKS:
        (ROOT / path.parent).mkdir(exist_ok=True)
        command = [sys.executable, "-m", "piptools", "compile", *COMMON, *options, *sys.argv[1:]]
        done = subprocess.run(
            [*command, "--output-file", str(path), "pyproject.toml"], check=False, cwd=ROOT, env=environ
        )
        if done.returncode:
            return done.returncode
        text = (ROOT / path).read_text(encoding="utf-8")
        print(f"{path}: {len(re.findall(r'^[a-z0-9.-]+==', text, re.MULTILINE))} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
