"""What can go wrong on the way to paper. Every message is one sentence a supervisor can act on."""


class PrintError(Exception):
    """Base of all expected failures of this package."""


class BadDocument(PrintError):
    """The content cannot be this document: unknown kind, wrong field or type, text no barcode carries."""


class WrongMedia(PrintError):
    """The document does not go on this paper, or the paper's name is unknown."""


class LayoutError(PrintError):
    """Something that must not be cut (a barcode) does not fit its place."""


class BadPrinter(PrintError):
    """The printer's settings make no sense: unknown language, resolution or address."""


class NoRoute(PrintError):
    """No active printer is set up for this document at this workstation."""


class JobRefused(PrintError):
    """The job does not exist or is not in a state that allows this."""
