"""One printed page about a scenario, for a reader who has two minutes: set by typst from the template beside this file.

All texts reach the template as data, never as markup, so a name with brackets or dollar signs stays a name.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from reports.picture_png import FONTS

__all__ = ["BoardPage", "board_pdf"]

_TEMPLATE = Path(__file__).parent / "board_page.typ"
_NARRATIVE_MAX = 900  # characters: what fits beside everything else on one page


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardPage:
    """What the page says.

    `curve` holds amounts with their chances, with and without the what-ifs; `points` the same curve to be drawn, as
    shares of width and height.
    """

    title: str
    purpose: str
    narrative: str
    sentence: str
    facts: tuple[str, ...]
    figures: tuple[tuple[str, str], ...]
    what_if: str
    picture: str
    points: tuple[tuple[float, float], ...]
    points_before: tuple[tuple[float, float], ...]
    curve: tuple[tuple[str, float, float | None], ...]
    reached: tuple[tuple[str, str, str, str], ...]
    duties: tuple[tuple[str, str, str], ...]
    helps: tuple[tuple[str, str], ...]
    assumptions: tuple[str, ...]
    source: str


def board_pdf(page: BoardPage) -> bytes:
    """Return the page as a PDF file of one page.

    Examples
    --------
    >>> parts = dict.fromkeys(("facts", "figures", "points", "points_before", "curve", "reached", "duties", "helps"), ())
    >>> svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>'
    >>> texts = dict.fromkeys(("title", "purpose", "narrative", "sentence", "what_if", "source"), "#emph[no markup]")
    >>> board_pdf(BoardPage(**texts, picture=svg, assumptions=(), **parts))[:5]
    b'%PDF-'
    """
    import typst  # loads a compiled module of 40 MB: only when a page is asked for

    texts = {name: value for name, value in asdict(page).items() if name != "picture"}
    texts["narrative"] = _shortened(page.narrative, _NARRATIVE_MAX)
    texts["title"], texts["purpose"] = _shortened(page.title, 120), _shortened(page.purpose, 200)
    texts["reached"] = [[_shortened(cell, 90) for cell in row] for row in page.reached]
    texts["helps"] = [[_shortened(cell, 110) for cell in row] for row in page.helps]
    texts["sentence"], texts["what_if"] = _shortened(page.sentence, 400), _shortened(page.what_if, 400)
    return typst.compile(
        _TEMPLATE.read_bytes(),
        font_paths=typst.Fonts(font_paths=[str(FONTS)]),
        sys_inputs={"page": json.dumps(texts), "picture": page.picture},
    )


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1].rstrip()}…"
