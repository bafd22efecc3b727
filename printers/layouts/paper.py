"""The stack of pages one document is drawn on, and what is told of the print itself."""

from dataclasses import dataclass, field

from printers.canvas import Page
from printers.media import Media

# Long rolls are cut into pieces a person can hold and a printer can buffer.
ROLL_PAGE_MM = 400


@dataclass
class Paper:
    """Blank pages of one medium. ``copy_no`` 1 is the first print; ``is_again``: an automatic second try."""

    media: Media
    dpi: int = 203
    copy_no: int = 1
    printed_at: str = ""
    is_again: bool = False
    pages: list[Page] = field(default_factory=list)

    def new_page(self) -> Page:
        """Take a blank page; a roll gives a long one, to be cropped when its end is known."""
        height = self.media.height_mm or ROLL_PAGE_MM
        self.pages.append(Page(self.media.print_mm, height, self.dpi))
        return self.pages[-1]

    @property
    def mark(self) -> str:
        """``补打 n`` on the n-th reprint, ``重打`` on a second try, nothing on a first print."""
        if self.copy_no > 1:
            return f"补打 {self.copy_no - 1}"
        return "重打" if self.is_again else ""

    @property
    def stamp(self) -> str:
        """The mark and the print time, for a corner of the paper."""
        return f"{self.mark} {self.printed_at}".strip()
