"""A run as a file: a page for the board, the picture, the table, the whole answer; that it was taken is logged."""

import hashlib
import json
from collections.abc import Callable, Mapping

from flask import Response
from flask.typing import ResponseReturnValue

from registry.core import clock
from registry.core.access import Permission, current_actor, needs
from registry.scenarios import queries, service
from registry.scenarios.queries import RunView, ScenarioView
from registry.scenarios.sheet import board_page
from registry.scenarios.show import layout_of, money_range, sentence
from registry.scenarios.workout import answer_of
from reports.board_page import board_pdf
from reports.picture import Caption, draw_picture
from reports.picture_png import draw_png
from reports.workbook import MEDIA_TYPE, CellKind, Sheet, SheetColumn, write_workbook

__all__ = ["file"]


@needs(Permission.SCENARIOS_READ)
def file(scenario_id: int, run_id: int, form: str) -> ResponseReturnValue:
    view, run = queries.run_of(scenario_id, run_id)
    media_type, make = _MAKERS[form]
    content = make(view, run)
    name = f"scenario-{scenario_id}-run-{run_id}.{form}"
    service.log_download(current_actor(), scenario_id, run_id, name=name, sha256=hashlib.sha256(content).hexdigest())
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


def _pdf(view: ScenarioView, run: RunView) -> bytes:
    return board_pdf(board_page(view, run))


def _json(_view: ScenarioView, run: RunView) -> bytes:
    return json.dumps(answer_of(run.answer), indent=1).encode()


def _svg(view: ScenarioView, run: RunView) -> bytes:
    return _picture(view, run).encode()


def _png(view: ScenarioView, run: RunView) -> bytes:
    layout = layout_of(run.result)
    width, height = layout.width / layout.scale, layout.height / layout.scale + 92
    return draw_png(_picture(view, run), width=round(width), height=round(height))


def _picture(view: ScenarioView, run: RunView) -> str:
    result = run.result
    subtitle = f"{view.name}. Cost 90 %: {money_range(result['cost'])}"
    if result["what_ifs"]:
        subtitle += f". What if: {', '.join(result['what_ifs'])}"
    source = f"{result['method']}, seed {run.seed}, register revision {run.line.revision}, run {run.line.id}"
    return draw_picture(layout_of(result), Caption(title=sentence(result), subtitle=subtitle, source=source))


def _xlsx(view: ScenarioView, run: RunView) -> bytes:
    result = run.result
    share, count, amount = CellKind.SHARE, CellKind.COUNT, CellKind.MONEY
    reached = Sheet(
        "Reached",
        (
            SheetColumn("Kind"),
            SheetColumn("Name"),
            SheetColumn("Where"),
            SheetColumn("Hops", count),
            SheetColumn("Chance", share),
            SheetColumn("Low", share),
            SheetColumn("High", share),
            SheetColumn("People", count),
            SheetColumn("Likeliest route", width=60),
        ),
        [
            (t["kind"], t["name"], t["place"], t["hops"], t["chance"], t["low"], t["high"], round(t["people"]), " → ".join(t["steps"]))
            for t in result["things"]
        ],
    )  # fmt: skip
    figures = Sheet(
        "Figures",
        (SheetColumn("What"), SheetColumn("Value", CellKind.NUMBER)),
        [
            *((f"people {name}", value) for name, value in result["people"].items()),
            *((f"cost {name}", value) for name, value in result["cost"].items()),
        ],
    )
    curve = Sheet(
        "Curve", (SheetColumn(f"Losing more than, {result['cost']['currency']}", amount), SheetColumn("Chance", share)), result["exceedance"]
    )  # fmt: skip
    return write_workbook([figures, reached, curve], title=view.name, made_at=clock.now())


_MAKERS: Mapping[str, tuple[str, Callable[[ScenarioView, RunView], bytes]]] = {
    "pdf": ("application/pdf", _pdf),
    "json": ("application/json", _json),
    "xlsx": (MEDIA_TYPE, _xlsx),
    "svg": ("image/svg+xml", _svg),
    "png": ("image/png", _png),
}
