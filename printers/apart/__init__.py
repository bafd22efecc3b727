"""A process of its own for what others made: labels, pictures and workbooks are opened there, not here.

What opens a foreign file may be made to work for hours, to eat the memory, or to die. So such a job runs in
a process that is ended at its limit and holds nothing: no database, no settings, no open connection, and it
can write no file. The caller waits in a thread and holds no transaction meanwhile.

A job is a function ``(facts, data) -> Iterable[bytes]`` named ``module:function``; facts are JSON, both ways,
so that nothing that comes back can be more than data. It says no with `No`.

On Linux the limits of memory, of processor time and of time all hold. macOS does not limit memory by
RLIMIT_AS, and Windows has no such limits: there the process is still one of its own and is ended when its
time is up, but until then may take all the memory it gets.
"""

from printers.apart.errors import CRASH, MEMORY, TIME, No, NotNow, TooMuch
from printers.apart.room import Limits, Room

__all__ = ["CRASH", "MEMORY", "TIME", "Limits", "No", "NotNow", "Room", "TooMuch"]
