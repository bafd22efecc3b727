"""How a job apart may end without an answer."""

from typing import Any

TIME, MEMORY, CRASH = "time", "memory", "crash"


class No(Exception):
    """The job's own no; `facts` are JSON and mean what job and caller agreed on."""

    def __init__(self, facts: dict[str, Any]) -> None:
        super().__init__(str(facts)[:200])
        self.facts = facts


class TooMuch(Exception):
    """The job was ended at its limit, or ended its process: `what` is TIME, MEMORY or CRASH."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class NotNow(OSError):
    """No process could be started: that says nothing of the file, so it is tried again later."""
