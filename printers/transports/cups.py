"""A queue of the print server on this machine: ``cups://queue``, by ``lp``.

CUPS tells that it delivered, never that it printed, so there is no proof. The queue should be made with
``printer-error-policy=abort-job``: with ``retry-job`` CUPS itself sends a broken job again from the start.
"""

import os
import re
import shutil
import subprocess
import tempfile
import time
from urllib.parse import urlsplit

from printers.errors import BadPrinter
from printers.status import FAULT, OFFLINE, PAUSED
from printers.transports.delivery import Delivery
from printers.transports.line import Limits

_QUEUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]{0,126}")
_STOPPED = re.compile(r"abort|cancel", re.IGNORECASE)
_ACCEPTED = re.compile(r"request id is (\S+-\d+)")
_COMMAND_S = 15


def parse(address: str) -> str:
    """Return the queue's name; BadPrinter when it cannot be one."""
    parts = urlsplit(address)
    name = parts.netloc
    if parts.scheme != "cups" or parts.path or parts.query or not _QUEUE.fullmatch(name):
        raise BadPrinter(f"{address!r} is not an address like cups://office_laser.")
    return name


def deliver(address: str, payload: bytes, limits: Limits, *, is_raw: bool) -> Delivery:
    """Hand the job to CUPS and wait until it has left the queue. ``is_raw``: past all filters."""
    queue = parse(address)
    if shutil.which("lp") is None or shutil.which("lpstat") is None:
        return Delivery(0, error="This machine has no CUPS client (lp, lpstat).", is_hopeless=True)
    known = _run("lpstat", "-p", queue)
    if known is None or known.returncode:
        return Delivery(0, error=f"CUPS does not know the queue {queue}.", cause=OFFLINE)
    if "disabled" in known.stdout:
        return Delivery(0, error=f"The CUPS queue {queue} is stopped.", cause=PAUSED)
    with tempfile.NamedTemporaryFile(prefix="print-") as file:
        file.write(payload)
        file.flush()
        options = ("-o", "raw") if is_raw else ()
        taken = _run("lp", "-d", queue, *options, "-t", "station", "--", file.name)
    if taken is None:
        return Delivery(len(payload), error="CUPS did not say whether it took the job.")
    match = _ACCEPTED.search(taken.stdout)
    if taken.returncode or match is None:
        return Delivery(0, error=f"CUPS did not take the job: {' '.join(taken.stderr.split())[:200]}")
    return _followed(queue, match[1], len(payload), limits)


def _followed(queue: str, job: str, size: int, limits: Limits) -> Delivery:
    """Wait until the job is no longer open. What is still waiting then may yet come out."""
    end = time.monotonic() + limits.fence_s
    while True:
        open_jobs = _run("lpstat", "-W", "not-completed", "-o", queue)
        if open_jobs is not None and not open_jobs.returncode and job not in open_jobs.stdout.split():
            break
        if time.monotonic() > end:
            return Delivery(size, error=f"The job {job} still waits in CUPS; it may yet be printed.")
        time.sleep(limits.poll_s)
    ended = _ending(queue, job)
    if ended == "":
        return Delivery(size)
    return Delivery(size, error=f"CUPS ended the job {job}: {ended or 'no word how'}.", cause=FAULT)


def _ending(queue: str, job: str) -> str | None:
    """Return what CUPS says of a job that left the queue: empty when all went well, None for no word.

    It is the status line that tells: before CUPS 2.4.8 the alerts of good and bad ends read alike.
    """
    told = _run("lpstat", "-l", "-W", "completed", "-o", queue)
    is_ours, said = False, dict[str, str]()
    for line in told.stdout.splitlines() if told else ():
        if not line.startswith(("\t", " ")):
            is_ours = line.split(maxsplit=1)[:1] == [job]
        elif is_ours:
            name, _, text = line.strip().partition(":")
            said[name] = text.strip()
    alerts = said.get("Alerts", "")
    if _STOPPED.search(alerts):
        return alerts
    return said.get("Status")


def _run(*command: str) -> subprocess.CompletedProcess[str] | None:
    """Run a CUPS client in English and never by a shell; None when it hangs."""
    try:
        return subprocess.run(  # noqa: S603 - fixed programs, checked queue name, no shell
            command,
            capture_output=True,
            text=True,
            timeout=_COMMAND_S,
            check=False,
            # Its answers are read, so they must be in English.
            env=os.environ | {"LC_ALL": "C", "LANGUAGE": "C"},
        )
    except subprocess.TimeoutExpired:
        return None
