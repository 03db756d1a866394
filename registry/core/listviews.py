"""What every list does with a request: show the page or its part, send it as a file, save how somebody likes to see it.

A feature's view is one line: `return show_list(VENDORS, "vendors/list.html", within=visible_vendors(actor))`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qs

from flask import Response, make_response, render_template, request
from sqlalchemy import ColumnElement, or_, select

from registry.core import clock, throttle
from registry.core.access import current_actor
from registry.core.db import session
from registry.core.formats import words
from registry.core.listing import Column, Format, ListPage, ListRow, ListSpec, read_all, read_keys, read_list
from registry.core.work import work
from registry.models.saved_views import SavedView
from reports.listing import CSV_MEDIA_TYPE, listing_csv, listing_xlsx
from reports.workbook import MEDIA_TYPE, CellKind, Sheet, SheetColumn

__all__ = ["chosen_keys", "send_list", "send_sheet", "show_list"]

BODY = "list-body"  # id of the part of the page that htmx replaces

_KINDS: Mapping[Format, CellKind] = {
    Format.COUNT: CellKind.COUNT,
    Format.SHORT: CellKind.COUNT,
    Format.SHARE: CellKind.SHARE,
    Format.MONEY: CellKind.MONEY,
    Format.DAY: CellKind.DAY,
    Format.MOMENT: CellKind.MOMENT,
}
_WORDS = frozenset({Format.WORD, Format.BADGE})


def show_list(
    spec: ListSpec,
    template: str,
    *,
    within: ColumnElement[bool] | None = None,
    **context: Any,
) -> Response:
    """Render a list, or only its rows when htmx asks for them.

    The template extends `list.html`, which shows `page` (a `ListPage`) and `views` (the saved views of this list).
    """
    page = read_list(spec, _asked(), session=session(), path=request.path, within=within)
    is_part = request.headers.get("HX-Target") == BODY and "HX-History-Restore-Request" not in request.headers
    template = "_list_part.html" if is_part else template
    answer = make_response(render_template(template, page=page, views=_views_of(page), **context))
    if is_part:
        # The address shown is the canonical one, without the empty fields of the form.
        answer.headers["HX-Push-Url"] = page.url
    answer.headers["Vary"] = "HX-Target, Cookie"
    return answer


def send_list(spec: ListSpec, *, within: ColumnElement[bool] | None = None) -> Response:
    """Send everything the list shows as a file; the form says `format=csv` or `format=xlsx`, the address the rest.

    The download is counted against the person's limit and leaves an audit entry with the filters and the row count.
    """

    def read() -> tuple[Sheet, Mapping[str, Any], int]:
        question, rows = read_all(spec, _asked(), session=session(), within=within)
        sheet, count = _sheet(spec, question.columns, list(rows))
        return sheet, _grouped(question.query), count

    return send_sheet(spec.name, read)


def send_sheet(name: str, read: Callable[[], tuple[Sheet, Mapping[str, Any], int]]) -> Response:
    """Send a table as a file; `read` returns it with the query it answers and the number of its rows.

    It is read inside the act that records it, so that the record tells what was sent.
    """
    actor = current_actor()
    throttle.take("export.person", actor.person_id)
    is_workbook = request.form.get("format") == "xlsx"
    with work(actor, "list.export", subject=f"list:{name}") as w:
        sheet, query, count = read()
        w.note(query=dict(query), rows=count, format="xlsx" if is_workbook else "csv")
    now = clock.now()
    body = listing_xlsx(sheet, made_at=now) if is_workbook else listing_csv(sheet)
    file_name = f"{name}-{now:%Y-%m-%d}.{'xlsx' if is_workbook else 'csv'}"
    answer = make_response(body)
    answer.headers["Content-Type"] = MEDIA_TYPE if is_workbook else CSV_MEDIA_TYPE
    answer.headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return answer


def chosen_keys(spec: ListSpec, *, within: ColumnElement[bool] | None = None) -> Sequence[str]:
    """Return the keys a bulk form chose: the rows ticked, or all the filters let through when `everything` is ticked.

    Keys that the person may not see are dropped, whatever the form says.
    """
    if request.form.get("everything") == "yes":
        asked = parse_qs(request.form.get("list_query", ""))
        return [str(key) for key in read_keys(spec, asked, session=session(), within=within)]
    ticked = request.form.getlist("keys")
    allowed = [spec.key.in_(ticked)] if within is None else [spec.key.in_(ticked), within]
    found = session().scalars(select(spec.key).select_from(spec.model).where(*allowed))
    return [str(key) for key in found]


def _asked() -> Mapping[str, Sequence[str]]:
    return request.args.to_dict(flat=False)


def _grouped(pairs: Sequence[tuple[str, str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in pairs:
        grouped.setdefault(name, []).append(value)
    return grouped


def _views_of(page: ListPage) -> list[dict[str, Any]]:
    """Return the tabs of a list: those everybody has, then the saved ones; one query."""
    person = current_actor().person_id
    mine = or_(SavedView.person_id == person, SavedView.shared.is_(True))
    found = session().scalars(
        select(SavedView).where(SavedView.list_name == page.spec.name, mine).order_by(SavedView.id)
    )
    here = _grouped(page.question.query)
    ready = [
        {"name": name, "url": f"{page.path}?{query}", "is_mine": False, "is_current": parse_qs(query) == here}
        for name, query in page.spec.views
    ]
    return ready + [
        {
            "id": view.id,
            "name": view.name,
            "url": f"{page.path}?{view.query}",
            "is_mine": view.person_id == person,
            "is_current": parse_qs(view.query) == here,
        }
        for view in found
    ]


def _sheet(spec: ListSpec, columns: Sequence[Column], rows: Sequence[ListRow]) -> tuple[Sheet, int]:
    # The gloss behind a name is a column of its own in a file.
    heads = []
    for column in columns:
        heads.append(SheetColumn(column.label, _KINDS.get(column.format, CellKind.TEXT)))
        if column.gloss is not None:
            heads.append(SheetColumn(f"{column.label}, more"))
    return Sheet(spec.many.capitalize(), tuple(heads), [_values(columns, row) for row in rows]), len(rows)


def _values(columns: Sequence[Column], row: ListRow) -> list[object]:
    values: list[object] = []
    for column, cell in zip(columns, row.cells, strict=True):
        values.append(words(cell) if column.format in _WORDS and cell is not None else cell)
        if column.gloss is not None:
            values.append(row.glosses[column.key])
    return values
