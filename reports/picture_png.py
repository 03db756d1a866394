"""A picture file as PNG, set by typst with the product's own typeface, so that no browser or system library is needed."""

import json
from pathlib import Path

__all__ = ["FONTS", "draw_png"]

FONTS = Path(__file__).parent / "fonts"
_PAGE = """#set page(width: {width}pt, height: {height}pt, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: {width}pt)
"""


def draw_png(svg: str, *, width: float, height: float, pixels_per_unit: float = 2.0) -> bytes:
    """Return an SVG file as PNG.

    Parameters
    ----------
    svg : str
        The text of an SVG file without references, such as `reports.picture.draw_picture` makes.
    width, height : float
        Its size.
    pixels_per_unit : float
        2 gives a picture that is sharp on dense screens and in print.

    Returns
    -------
    bytes
        The PNG file.
    """
    import typst  # loads a compiled module of 40 MB: only when a picture is asked for

    page = _PAGE.format(width=json.dumps(round(width, 2)), height=json.dumps(round(height, 2)))
    return typst.compile(
        page.encode(),
        format="png",
        ppi=72 * pixels_per_unit,
        font_paths=typst.Fonts(font_paths=[str(FONTS)]),
        sys_inputs={"svg": svg},
    )
