"""Leaving with an answer: its picture and its tables as files; that they were taken is logged, so these are POST."""

from collections.abc import Callable

from flask import Response, jsonify, request
from flask.typing import ResponseReturnValue

from registry.blast import queries, service, tables
from registry.blast.address import read_question
from registry.blast.asking import CannotAsk, Subject, ask, reach
from registry.blast.captions import caption_of
from registry.blast.drawing import draw
from registry.blast.question import FIRST_WORLDS
from registry.core import clock
from registry.core.access import Permission, current_actor, needs
from reports.listing import CSV_MEDIA_TYPE, listing_csv
from reports.picture import draw_picture
from reports.picture_png import draw_png
from reports.workbook import MEDIA_TYPE, write_workbook

__all__ = ["picture_file", "table_csv", "tables_xlsx"]


@needs(Permission.BLAST_READ)
def picture_file(form: str) -> ResponseReturnValue:
    theme = "dark" if request.args.get("theme") == "dark" else "light"
    media_type = "image/svg+xml" if form == "svg" else "image/png"
    return _send(f"picture.{form}", media_type, lambda subject: _picture(subject, form, theme))


def _picture(subject: Subject, form: str, theme: str) -> bytes:
    drawing = draw(subject, reach(subject), opened=subject.question.opened)
    layout = drawing.layout
    svg = draw_picture(layout, caption_of(subject), theme=theme)
    if form == "svg":
        return svg.encode()
    width, height = layout.width / layout.scale, layout.height / layout.scale + 92
    return draw_png(svg, width=round(width), height=round(height))


@needs(Permission.BLAST_READ)
def table_csv(table: str) -> ResponseReturnValue:
    return _send(f"{table}.csv", CSV_MEDIA_TYPE, lambda subject: listing_csv(tables.make(table, subject)))


@needs(Permission.BLAST_READ)
def tables_xlsx() -> ResponseReturnValue:
    def workbook(subject: Subject) -> bytes:
        sheets = [tables.make(name, subject) for name in tables.NAMES]
        return write_workbook(sheets, title="Blast radius", made_at=clock.now())

    return _send("tables.xlsx", MEDIA_TYPE, workbook)


def _send(name: str, media_type: str, make: Callable[[Subject], bytes]) -> ResponseReturnValue:
    """Answer the question of the address, make a file of it, log that it was taken; or say in JSON why not."""
    try:
        subject = ask(queries.snapshot(), read_question(request.args), first_worlds=FIRST_WORLDS)
    except CannotAsk as refusal:
        return jsonify({"problems": list(refusal.problems)}), refusal.status
    content = make(subject)
    service.log_download(current_actor(), subject.question, name, content)
    codes = "-".join(subject.question.starts[:3])
    response = Response(content, content_type=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="blast-radius-{codes}-{name}"'
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response
