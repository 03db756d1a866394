"""Picture files: well formed and inert whatever the labels hold, in both themes, as SVG and PNG."""

import io
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from reports.picture import Caption, draw_picture
from reports.picture_png import draw_png
from reports.ring import RingEdge, RingLayout, RingNode, layout_rings
from reports.text_width import clip_text, plain_text, text_width

HOSTILE = (
    "<script>alert(1)</script>",
    "\"><img src=x onerror='alert(1)'>",
    "שלום עולם",
    "x" * 500,
    "a\u202eb\x00c\x08d\ud800e",
    "]]>&amp;<!--",
    "名前" * 100,
)
SVG = "{http://www.w3.org/2000/svg}"


def picture() -> RingLayout:
    nodes = [RingNode(key="s", kind="vendor", label=HOSTILE[0], hop=0, chance=1.0, people=9.0)]
    edges = []
    for i, text in enumerate(HOSTILE):
        kind = ("dataset", "system", "process", "group")[i % 4]
        nodes.append(
            RingNode(
                key=f"n{i}<", kind=kind, label=text, hop=1 + i % 2, chance=i / 7, people=float(i), protected=i % 2 == 0
            )
        )
        edges.append(RingEdge(source="s", target=f"n{i}<", chance=0.4, facts=(text,), cut=i == 3))
    return layout_rings(nodes, edges)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_picture_is_well_formed_and_holds_no_markup_from_its_labels(theme: str) -> None:
    drawn = draw_picture(picture(), Caption(title=HOSTILE[1], subtitle=HOSTILE[2], source=HOSTILE[4]), theme=theme)
    root = ET.fromstring(drawn)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags <= {"svg", "g", "path", "rect", "circle", "line", "text", "tspan", "title"}
    names = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or name in {"style", "href"}]


def test_the_themes_differ_only_in_colour() -> None:
    layout, caption = picture(), Caption(title="A breach")
    light, dark = (ET.fromstring(draw_picture(layout, caption, theme=theme)) for theme in ("light", "dark"))
    assert [element.get("d") for element in light.iter()] == [element.get("d") for element in dark.iter()]


def test_an_unknown_theme_is_refused() -> None:
    with pytest.raises(ValueError, match="sepia"):
        draw_picture(picture(), Caption(title="A breach"), theme="sepia")


def test_a_picture_becomes_a_png_of_its_size() -> None:
    layout = picture()
    svg = draw_picture(layout, Caption(title="A breach"))
    size = [float(ET.fromstring(svg).get(name, "0")) for name in ("width", "height")]
    image = Image.open(io.BytesIO(draw_png(svg, width=size[0], height=size[1])))
    assert image.size == (round(size[0] * 2), round(size[1] * 2))
    assert len(image.convert("RGB").getcolors(1 << 20) or []) > 20


def test_long_labels_are_cut_to_their_room() -> None:
    cut = clip_text("x" * 500, 11.5, 150, strong=True)
    assert cut.endswith("…")
    assert text_width(cut, 11.5, strong=True) <= 150


def test_right_to_left_text_is_shut_in_so_that_figures_stay_beside_it() -> None:
    assert plain_text("שלום") == "\u2068שלום\u2069"  # noqa: RUF001 - Hebrew on purpose
    assert clip_text("ש" * 400, 11.5, 100).endswith("…\u2069")


def test_letters_that_steer_the_direction_of_text_are_dropped() -> None:
    assert plain_text("a\u202eb\u2066c\x00d") == "abcd"
