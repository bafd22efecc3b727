"""The stack of pages one document is drawn on, and what is told of the print itself."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from printers.canvas import Page
from printers.media import Media

# Long rolls are cut into pieces a person can hold and a printer can buffer.
ROLL_PAGE_MM = 400


@dataclass
class Paper:
    """Blank pages of one medium. ``copy_no`` 1 is the first print; ``is_again``: an automatic second try.

    Every caption is given in Chinese and in English; ``lang`` decides what of it is printed. ``zh``: Chinese,
    with English beside it where there is room. ``en``: English alone. What the document says stays as it is.
    """

    media: Media
    dpi: int = 203
    copy_no: int = 1
    printed_at: str = ""
    is_again: bool = False
    lang: str = "zh"
    pages: list[Page] = field(default_factory=list)

    def new_page(self) -> Page:
        """Take a blank page; a roll gives a long one, to be cropped when its end is known."""
        height = self.media.height_mm or ROLL_PAGE_MM
        self.pages.append(Page(self.media.print_mm, height, self.dpi))
        return self.pages[-1]

    def word(self, zh: str, en: str) -> str:
        """Return a caption in the paper's language, where there is room for one."""
        return en if self.lang == "en" else zh

    def both(self, zh: str, en: str) -> str:
        """Return a caption in both languages, or in English alone."""
        return en if self.lang == "en" else f"{zh} {en}"

    def noted(self, zh: str, en: str, value: str) -> str:
        """Return ``caption: value`` with the colon of the language; nothing when there is no value."""
        return self.word(f"{zh}：", f"{en}: ") + value if value else ""

    def joined(self, parts: Sequence[str]) -> str:
        """Return a list of remarks as one, parted by the language's semicolon."""
        return self.word("；", "; ").join(part for part in parts if part)

    @property
    def mark(self) -> str:
        """``补打 n`` on the n-th reprint, ``重打`` on a second try, nothing on a first print."""
        if self.copy_no > 1:
            return f"{self.word('补打', 'REPRINT')} {self.copy_no - 1}"
        return self.word("重打", "SECOND TRY") if self.is_again else ""

    @property
    def stamp(self) -> str:
        """The mark and the print time, for a corner of the paper."""
        return f"{self.mark} {self.printed_at}".strip()
