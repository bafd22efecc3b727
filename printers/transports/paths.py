"""Which files of this machine may be a printer: nobody can make the server write anywhere else."""

import re
from collections.abc import Sequence

from printers.errors import BadPrinter

SERIAL = (r"/dev/serial/by-(id|path)/[\w.:+@-]+", r"/dev/tty(USB|ACM|S|AMA)\d+", r"COM\d+")
DEVICE = (r"/dev/usb/lp\d+", r"/dev/lp\d+")


def require(path: str, patterns: Sequence[str]) -> str:
    """Return ``path`` if it is one of the kinds allowed, else raise BadPrinter."""
    if not any(re.fullmatch(pattern, path) for pattern in patterns):
        raise BadPrinter(f"{path!r} is not a place where printers are found.")
    return path
