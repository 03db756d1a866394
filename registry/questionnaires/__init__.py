"""Questionnaires: those that ship, those written here; an editor for drafts, editions that never change, files in and out."""

from flask import Blueprint

from registry.questionnaires import views
from registry.questionnaires.views import drafts

blueprint = Blueprint("questionnaires", __name__, template_folder="templates")

for _path, _endpoint, _view, _methods in (
    ("", "index", views.index, ("GET",)),
    ("/new", "new", views.new, ("GET", "POST")),
    ("/import", "take_in", views.take_in, ("POST",)),
    ("/<code>/<number>", "show", views.show, ("GET",)),
    ("/<code>/<number>/<any(json, xlsx):form>", "export", views.export, ("POST",)),
    ("/<code>/<number>/copy", "copy", views.copy, ("POST",)),
    ("/<code>/<number>/retire", "retire", views.retire, ("POST",)),
    ("/drafts/<int:draft_id>", "draft", drafts.draft, ("GET",)),
    ("/drafts/<int:draft_id>/head", "head", drafts.head, ("GET", "POST")),
    ("/drafts/<int:draft_id>/sections/<section>", "section", drafts.section, ("GET", "POST")),
    ("/drafts/<int:draft_id>/questions/<question>", "question", drafts.question, ("GET", "POST")),
    ("/drafts/<int:draft_id>/arrange", "arrange", drafts.arrange, ("POST",)),
    ("/drafts/<int:draft_id>/publish", "publish", drafts.publish, ("POST",)),
    ("/drafts/<int:draft_id>/discard", "discard", drafts.discard, ("GET", "POST")),
):
    blueprint.add_url_rule(f"/questionnaires{_path}", _endpoint, _view, methods=_methods)
