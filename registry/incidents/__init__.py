"""Incidents: declared in a minute, moved on by moments, told, worked on, and kept with everything that was said."""

from flask import Blueprint

from registry.incidents.views import changing, reading, timeline

blueprint = Blueprint("incidents", __name__, template_folder="templates")

_ONE = "/<int:incident_id>"
for _path, _endpoint, _view, _methods in (
    ("", "index", reading.index, ("GET",)),
    ("/export", "export", reading.export, ("POST",)),
    ("/new", "new", changing.new, ("GET", "POST")),
    (_ONE, "show", reading.show, ("GET",)),
    (f"{_ONE}/predict", "predict", changing.predict, ("POST",)),
    (f"{_ONE}/lead", "lead", changing.lead, ("POST",)),
    (f"{_ONE}/moves/<any(confirm, contain, close, refute, reopen):step>", "move", changing.move, ("GET", "POST")),
    (f"{_ONE}/moments/<trigger>", "moment", changing.moment, ("GET", "POST")),
    (f"{_ONE}/timeline", "timeline", timeline.timeline, ("GET", "POST")),
    (f"{_ONE}/legal-readers", "legal_reader", timeline.legal_reader, ("POST",)),
    (f"{_ONE}/files/<int:file_id>", "file", timeline.file, ("POST",)),
):
    blueprint.add_url_rule(f"/incidents{_path}", _endpoint, _view, methods=_methods)
