"""Requests of customer service: the forecast as a page and as a file."""

from flask import Response, render_template, request

from registry.core.access import Permission, current_actor, needs
from registry.core.errors import NotFound
from registry.core.listviews import send_sheet
from registry.incidents import queries
from registry.incidents.board import board_of
from registry.incidents.service_desk import Desk, desk_of
from registry.incidents.show import tabs_of
from reports.workbook import CellKind, Sheet, SheetColumn

__all__ = ["download", "forecast"]

_HEADS = (
    ("Day after the first mailing", CellKind.COUNT), ("Letters", CellKind.COUNT), ("Mails", CellKind.COUNT),
    ("Calls, low", CellKind.COUNT), ("Calls, middle", CellKind.COUNT), ("Calls, high", CellKind.COUNT),
    ("Busiest hour, low", CellKind.COUNT), ("Busiest hour, middle", CellKind.COUNT),
    ("Busiest hour, high", CellKind.COUNT), ("People, low", CellKind.COUNT), ("People, middle", CellKind.COUNT),
    ("People, high", CellKind.COUNT),
)  # fmt: skip


@needs(Permission.INCIDENTS_READ)
def forecast(incident_id: int) -> tuple[str, int]:
    page = queries.incident_page(incident_id, current_actor())
    desk = desk_of(board_of(page.row), request.args)
    html = render_template("incidents/service.html", page=page, tabs=tabs_of(page, "service"), desk=desk)
    return html, 422 if desk and desk.problems else 200


@needs(Permission.LISTS_EXPORT)
def download(incident_id: int) -> Response:
    page = queries.incident_page(incident_id, current_actor())
    desk = desk_of(board_of(page.row), request.args)
    if desk is None:
        raise NotFound("forecast of incident", incident_id)
    return send_sheet(
        f"customer-service-{incident_id}", lambda: (_sheet(page, desk), request.args, len(desk.forecast.days))
    )


def _sheet(page: queries.IncidentPage, desk: Desk) -> Sheet:
    mark = "DRILL: " if page.row.is_drill else ""
    rows = [
        (
            day.number, day.letters, day.mails,
            *[round(each) for each in (day.calls.low, day.calls.mid, day.calls.high)],
            *[round(each) for each in (day.busiest_hour.low, day.busiest_hour.mid, day.busiest_hour.high)],
            *day.staff,
        )
        for day in desk.forecast.days
    ]  # fmt: skip
    columns = tuple(SheetColumn(label=label, kind=kind) for label, kind in _HEADS)
    return Sheet(title=f"{mark}Customer service"[:31], columns=columns, rows=rows)
