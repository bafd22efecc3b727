"""Serve Tryton databases over HTTP; run by Tryton's own interpreter: ``serve.py < FOLDERS > PROCESS-IDS``.

Loading Tryton's modules takes seconds, so it is done once: each folder that stands in a line of the input is
served by a process split off from this one. The port that was free stands in the folder's file ``port``.
SQLite has no row locks, so Tryton on it must work on one request at a time: one thread.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path


def serve(folder: Path) -> None:
    """Serve the folder's database until the process is ended."""
    from trytond.application import app
    from trytond.config import config
    from waitress import create_server

    log = os.open(folder / "server.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for handle, place in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(handle, place)
    config.set("database", "path", str(folder))
    server = create_server(app, host="127.0.0.1", port=0, threads=1, ident=None, channel_timeout=30)
    temporary = folder / "port.tmp"
    temporary.write_text(str(server.effective_port), encoding="ascii")
    temporary.replace(folder / "port")
    server.run()


def main() -> None:
    """Load everything, then split off a server for each folder until the input ends."""
    os.environ.setdefault("TRYTOND_LOGGING_LEVEL", "30")
    import trytond.application  # noqa: F401 - all modules of the database named in the environment

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # who is killed leaves nothing behind
    for line in sys.stdin:
        number = os.fork()
        if not number:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            serve(Path(line.rstrip("\n")))
            os._exit(0)
        print(number, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
