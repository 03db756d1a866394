"""Incidents: declared in a minute, moved on by moments, told, worked on, and kept with everything that was said."""

from flask import Blueprint

from registry.incidents.clockwords import hours_words
from registry.incidents.show import trigger_words
from registry.incidents.views import changing, customers, duties, reading, scope, telling, timeline

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
    (f"{_ONE}/duties", "duties", duties.board, ("GET",)),
    (f"{_ONE}/duties.ics", "calendar", duties.calendar, ("POST",)),
    (f"{_ONE}/duties/<code>", "duty", duties.duty, ("GET", "POST")),
    (f"{_ONE}/duties/<code>/reopen", "reopen_duty", duties.reopen, ("POST",)),
    ("/rules", "rules", duties.rules, ("GET",)),
    ("/rules/<code>", "rule", duties.rule, ("GET", "POST")),
    ("/rules/<code>/reset", "reset_rule", duties.reset, ("POST",)),
    (f"{_ONE}/people", "people", telling.people, ("GET", "POST")),
    (f"{_ONE}/people/<int:telling_id>/phone", "phone", telling.phone, ("POST",)),
    ("/contacts", "contacts", telling.contacts, ("GET", "POST")),
    ("/contacts/<int:contact_id>/end", "end_contact", telling.end_contact, ("POST",)),
    (f"{_ONE}/scope", "scope", scope.scope, ("GET", "POST")),
    (f"{_ONE}/service", "service", customers.forecast, ("GET",)),
    (f"{_ONE}/service/file", "service_file", customers.download, ("POST",)),
    (f"{_ONE}/timeline", "timeline", timeline.timeline, ("GET", "POST")),
    (f"{_ONE}/legal-readers", "legal_reader", timeline.legal_reader, ("POST",)),
    (f"{_ONE}/files/<int:file_id>", "file", timeline.file, ("POST",)),
):
    blueprint.add_url_rule(f"/incidents{_path}", _endpoint, _view, methods=_methods)
# Short, and without what it is about: it stands in mails.
blueprint.add_url_rule("/told/<address>", "told", telling.told, methods=("GET",))
blueprint.add_url_rule("/told/<address>", "told_move", telling.told_move, methods=("POST",))

blueprint.add_app_template_filter(hours_words, "hours_left")
blueprint.add_app_template_global(trigger_words, "trigger_words")
