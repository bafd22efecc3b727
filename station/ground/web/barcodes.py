"""Bar codes on pages: SVGs of whole pixels with their quiet zones."""

from __future__ import annotations

from printers import symbols

BAR, SQUARE, TALL = 2, 5, 64
"""Pixels of a bar's module, of a square module, and the height of bars: whole ones, for screen and paper."""


def svg(kind: symbols.Symbology, rows: symbols.Rows, *, is_stretched: bool = False) -> str:
    """A symbol in its own size, or with `is_stretched` in the size of the place it stands in."""
    quiet = symbols.QUIET[kind]
    is_flat = len(rows) == 1
    unit, tall = (BAR, TALL) if is_flat else (SQUARE, SQUARE)
    top = 0 if is_flat else quiet
    bars = "".join(
        f"M{(quiet + x) * unit} {(top + y) * tall}h{unit}v{tall}h-{unit}z"
        for y, row in enumerate(rows)
        for x, dark in enumerate(row)
        if dark
    )
    width, height = (len(rows[0]) + 2 * quiet) * unit, (len(rows) + 2 * top) * tall
    size = 'preserveAspectRatio="none"' if is_stretched else f'width="{width}" height="{height}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} '
        f'viewBox="0 0 {width} {height}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{width}v{height}H0z"/><path d="{bars}"/></svg>'
    )


def code128(text: str) -> str:
    """Code 128 for the place it stands in; LayoutError when `text` cannot be one."""
    return svg("code128", symbols.code128(text), is_stretched=True)
