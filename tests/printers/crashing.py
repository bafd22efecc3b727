"""A print server in a process of its own, to be killed: ``python -m tests.printers.crashing FILE``."""

import sys
import threading
from datetime import UTC, datetime

from printers.transports import Limits
from printers.worker import PrintWorker
from tests.near import REACH
from tests.printers.conftest import open_database, writer

LIMITS = Limits(
    connect_s=5, write_s=60, drain_s=0.2, status_s=60, fence_s=60, hold_s=60, poll_s=0.05, reach=REACH
)


def main(path: str) -> None:
    """Print what the database holds until somebody kills us."""
    worker = PrintWorker(writer(open_database(path)), lambda: datetime.now(UTC), limits=LIMITS)
    worker.run(threading.Event(), idle_s=0.05)


if __name__ == "__main__":
    main(sys.argv[1])
