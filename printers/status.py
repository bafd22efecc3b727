"""What a printer says of itself, in one vocabulary for all families.

A *cause* is a reason why nothing comes out, worst first. Silence is a cause too: printers that stop
answering when the cover is open are common, so it never means "fine".
"""

from dataclasses import dataclass

OFFLINE, SILENT = "OFFLINE", "SILENT"
COVER_OPEN, PAPER_OUT, RIBBON_OUT = "COVER_OPEN", "PAPER_OUT", "RIBBON_OUT"
JAM, PAUSED, FAULT, NOT_READY = "JAM", "PAUSED", "FAULT", "NOT_READY"
GARBLED, WRONG_MEDIA = "GARBLED", "WRONG_MEDIA"

SENTENCES = {
    OFFLINE: "There is no connection to the printer.",
    SILENT: "The printer does not answer: look at paper, cover and power.",
    COVER_OPEN: "The printer's cover is open.",
    PAPER_OUT: "The printer is out of paper.",
    RIBBON_OUT: "The printer is out of ribbon.",
    JAM: "Paper is jammed in the printer.",
    PAUSED: "The printer is paused.",
    FAULT: "The printer reports a fault.",
    NOT_READY: "The printer says that it is not ready.",
    GARBLED: "The printer's answers make no sense: is its language set right?",
    WRONG_MEDIA: "The printer holds other paper than is set up.",
}
CAUSES = tuple(SENTENCES)


@dataclass(frozen=True, slots=True)
class Status:
    """One answer. ``causes`` keep it from printing, worst first; ``is_low``: paper near its end."""

    causes: tuple[str, ...] = ()
    is_low: bool = False

    @property
    def cause(self) -> str:
        """The cause to tell people, empty when the printer is ready."""
        return self.causes[0] if self.causes else ""


def worst(*conditions: tuple[bool, str]) -> tuple[str, ...]:
    """Return the causes whose condition holds, in the order given."""
    return tuple(cause for holds, cause in conditions if holds)
