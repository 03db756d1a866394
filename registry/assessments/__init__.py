"""Assessments: one questionnaire for one vendor and period, from its first question to the decision and the posture."""

from flask import Blueprint

from registry.assessments import views
from registry.assessments.views import acts, answering, evidence, offline, reviewing

blueprint = Blueprint("assessments", __name__, template_folder="templates")

for _path, _endpoint, _view, _methods in (
    ("", "index", views.index, ("GET",)),
    ("/export", "export", views.export, ("POST",)),
    ("/new", "new", views.new, ("GET", "POST")),
    ("/<int:key>", "show", answering.show, ("GET", "POST")),
    ("/<int:key>/answers/<question>", "answer", answering.answer_one, ("POST",)),
    ("/<int:key>/same", "same", answering.same, ("POST",)),
    ("/<int:key>/notes/<question>", "note", answering.note, ("POST",)),
    ("/<int:key>/evidence/<question>", "give", evidence.give, ("GET", "POST")),
    ("/<int:key>/evidence/<question>/<int:file_id>", "detach", evidence.detach, ("POST",)),
    ("/<int:key>/files/<int:file_id>", "file", evidence.download, ("POST",)),
    ("/<int:key>/send", "send", acts.send, ("POST",)),
    ("/<int:key>/due", "due", acts.due, ("POST",)),
    ("/<int:key>/cancel", "cancel", acts.cancel, ("GET", "POST")),
    ("/<int:key>/submit", "submit", acts.submit, ("GET", "POST")),
    ("/<int:key>/print", "print", offline.printed, ("GET",)),
    ("/<int:key>/offline", "offline", offline.ask, ("GET",)),
    ("/<int:key>/offline", "compare", offline.compare, ("POST",)),
    ("/<int:key>/offline/workbook", "workbook", offline.download, ("POST",)),
    ("/<int:key>/offline/apply", "apply", offline.apply, ("POST",)),
    ("/<int:key>/review", "review", reviewing.review, ("GET",)),
    ("/<int:key>/review/begin", "take_up", reviewing.take_up, ("POST",)),
    ("/<int:key>/review/points/<question>", "points", reviewing.points, ("POST",)),
    ("/<int:key>/review/return", "give_back", reviewing.give_back, ("POST",)),
    ("/<int:key>/review/decide", "decide", reviewing.decide, ("POST",)),
    ("/<int:key>/close", "close", reviewing.close, ("POST",)),
):
    blueprint.add_url_rule(f"/assessments{_path}", _endpoint, _view, methods=_methods)
