"""Serve a Tryton database over HTTP with one thread; run by Tryton's own interpreter: ``serve.py PORT_FILE``.

SQLite has no row locks, so Tryton on it must work on one request at a time.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main(port_file: Path) -> None:
    """Serve until the process is ended; the port that was free stands in `port_file`."""
    os.environ.setdefault("TRYTOND_LOGGING_LEVEL", "30")
    from trytond.application import app
    from waitress import create_server

    server = create_server(app, host="127.0.0.1", port=0, threads=1, ident=None, channel_timeout=30)
    temporary = port_file.with_suffix(".tmp")
    temporary.write_text(str(server.effective_port), encoding="ascii")
    temporary.replace(port_file)
    server.run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
