"""How wide a line of text will be when drawn, without a browser: the advance widths of the product's typeface.

Measured once from Inter at weights 400 and 550, in thousandths of the type size. Letters outside the table are
counted by their base letter, or by the width class of the Unicode standard, a little too wide rather than too narrow.
"""

import unicodedata
from functools import cache

__all__ = ["clip_text", "plain_text", "text_width"]

_LETTERS = (
    " !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
    "·–−…→×ßøæœđłŁØÆŒ€£¥\u202f\xa0"
)
# fmt: off
_REGULAR = (
    281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360, 631, 620, 620, 631, 646, 631, 631,
    631, 631, 631, 288, 302, 662, 662, 662, 511, 966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903,
    753, 765, 639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471, 456, 323, 562, 612, 571, 612,
    583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600, 612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426,
    333, 426, 662, 288, 500, 662, 864, 1000, 662, 616, 600, 917, 1000, 500, 278, 611, 765, 994, 1005, 667, 611, 550,
    141, 281,
)
_STRONG = (
    259, 313, 509, 641, 648, 999, 658, 319, 371, 371, 530, 670, 311, 464, 311, 375, 652, 635, 635, 635, 661, 635, 635,
    635, 635, 635, 311, 322, 670, 670, 670, 535, 991, 718, 658, 735, 722, 604, 588, 749, 745, 274, 578, 695, 565, 917,
    758, 768, 644, 771, 650, 648, 657, 738, 718, 1011, 710, 705, 646, 371, 375, 371, 479, 466, 344, 571, 621, 580, 621,
    589, 384, 623, 607, 257, 257, 564, 257, 894, 606, 606, 621, 621, 392, 544, 347, 607, 581, 834, 563, 582, 563, 448,
    352, 448, 670, 311, 500, 670, 933, 1000, 670, 637, 606, 914, 994, 556, 278, 667, 768, 1008, 1011, 676, 625, 560,
    130, 259,
)
# fmt: on
_WIDTHS = {
    False: dict(zip(_LETTERS, _REGULAR, strict=True)),
    True: dict(zip(_LETTERS, _STRONG, strict=True)),
}
_FULL_WIDTH, _OTHER_WIDTH = 1000, 680  # ideographs; letters of scripts that are not in the table
_RIGHT_TO_LEFT = {"R", "AL"}
_FIRST_STRONG_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


@cache
def _advance(letter: str, strong: bool) -> int:  # noqa: FBT001 - the key of a cache
    known = _WIDTHS[strong].get(letter)
    if known is not None:
        return known
    base = unicodedata.normalize("NFD", letter)[0]
    if base != letter:
        return _advance(base, strong)
    if unicodedata.category(letter) in {"Mn", "Me", "Cf"}:
        return 0
    return _FULL_WIDTH if unicodedata.east_asian_width(letter) in {"W", "F"} else _OTHER_WIDTH


def text_width(text: str, size: float, *, strong: bool = False) -> float:
    """Return the width of one line of text at a type size, in the unit of the size.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Type size, such as 11.5 pixels.
    strong : bool
        Weight 550 instead of 400.

    Returns
    -------
    float
        The sum of the advances, in the unit of `size`. Linear in the length of the text.

    Examples
    --------
    >>> text_width("Ad", 10.0)
    13.02
    """
    return sum(_advance(letter, strong) for letter in text) * size / 1000


def plain_text(text: str) -> str:
    r"""Return the text on one line without control letters, and right-to-left text shut in so that figures stay beside it.

    Examples
    --------
    >>> plain_text("a\\nb\\u202ec")
    'a bc'
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    shown = "".join(
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or unicodedata.category(letter) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    line = " ".join(shown.split())
    if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in line):
        return f"{_FIRST_STRONG_ISOLATE}{line}{_END_ISOLATE}"
    return line


def clip_text(text: str, size: float, widest: float, *, strong: bool = False) -> str:
    """Return the text as one line, cut with an ellipsis where it would be wider than allowed.

    Examples
    --------
    >>> clip_text("Policies and bank details", 10.0, 60.0)
    'Policies an…'
    """
    line = plain_text(text)
    if text_width(line, size, strong=strong) <= widest:
        return line
    isolated = line.startswith(_FIRST_STRONG_ISOLATE)
    letters = line.strip(_FIRST_STRONG_ISOLATE + _END_ISOLATE)
    room, kept = widest - text_width("…", size, strong=strong), 0
    for letter in letters:
        room -= _advance(letter, strong) * size / 1000
        if room < 0:
            break
        kept += 1
    cut = f"{letters[:kept].rstrip()}…"
    return f"{_FIRST_STRONG_ISOLATE}{cut}{_END_ISOLATE}" if isolated else cut
