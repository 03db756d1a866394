"""Findings: what a vendor or we must put right, from being raised to being verified by somebody else."""

from flask import Blueprint

from registry.findings import views

blueprint = Blueprint("findings", __name__, template_folder="templates")

for _path, _endpoint, _view, _methods in (
    ("", "index", views.index, ("GET",)),
    ("/export", "export", views.export, ("POST",)),
    ("/new", "new", views.new, ("GET", "POST")),
    ("/from/<int:assessment>", "suggested", views.suggested, ("GET", "POST")),
    ("/<string:code>", "show", views.show, ("GET",)),
    ("/<string:code>/edit", "edit", views.edit, ("GET", "POST")),
    ("/<string:code>/plan", "plan", views.plan, ("POST",)),
    ("/<string:code>/due", "due", views.due, ("POST",)),
    ("/<string:code>/fix", "fix", views.fix, ("POST",)),
    ("/<string:code>/verify", "verify", views.verify, ("POST",)),
    ("/<string:code>/reopen", "reopen", views.reopen, ("POST",)),
    ("/<string:code>/files/<int:file_id>", "file", views.file, ("POST",)),
):
    blueprint.add_url_rule(f"/findings{_path}", _endpoint, _view, methods=_methods)
