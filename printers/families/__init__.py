"""How to talk *with* a printer: what its family can be asked, and which answers prove that paper came out.

A ``Dialect`` lives as long as one conversation. It never touches a wire: it says which bytes to send and
digests what was heard.

Proofs, strongest first: ``counter`` (the printer counted the label), ``echo`` (the print before it is
finished), ``fence`` (everything before it was processed). Without one a job is sent, never printed.
"""

from collections.abc import Callable
from typing import Protocol

from printers.families import escpos, tspl, zpl
from printers.status import Status

NONE, FENCE, ECHO, COUNTER, PICTURE = "none", "fence", "echo", "counter", "picture"
PROOFS = (NONE, FENCE, ECHO, COUNTER)
# Ask for every proof the family knows, and keep the strongest that came: for test pages.
PROBE = "probe"


class Dialect(Protocol):
    """One conversation with a printer of one family. ``token`` (below 2^26) names the job in its answers.

    ``is_fence_named``: the fence carries the token, so that an old answer cannot be taken for it.
    """

    proofs: tuple[str, ...]
    queries: tuple[bytes, ...]
    is_fence_named: bool

    @property
    def status(self) -> Status | None:
        """What the printer said of itself, None while the answer is not whole."""

    def forget(self) -> None:
        """Start a new question: ``status`` is None until all ``queries`` were answered."""

    def heard(self) -> int:
        """Return how many of the queries were answered since ``forget``."""

    def hear(self, data: bytes) -> None:
        """Digest what came from the printer, in whatever pieces it came."""

    def before(self, proof: str) -> bytes:
        """Return what to ask before the job for this proof; often nothing."""

    def is_prepared(self, proof: str) -> bool:
        """Whether what ``before`` asked was answered."""

    def after(self, proof: str, token: int) -> bytes:
        """Return what to append to the job."""

    def again(self, proof: str) -> bytes:
        """Return what to ask from time to time while waiting for the proof."""

    def is_proved(self, proof: str, labels: int) -> bool:
        """Whether the proof came for a job of so many labels or pages."""


DIALECTS: dict[str, Callable[[], Dialect]] = {
    "escpos": escpos.Escpos,
    "zpl": zpl.Zpl,
    "tspl": tspl.Tspl,
}


def dialect(language: str) -> Dialect | None:
    """Return a fresh dialect, None for a language whose printers say nothing we understand (PDF)."""
    return DIALECTS[language]() if language in DIALECTS else None


def proofs(language: str) -> tuple[str, ...]:
    """Return the proofs printers of this language may give, strongest first."""
    return DIALECTS[language]().proofs if language in DIALECTS else ()
