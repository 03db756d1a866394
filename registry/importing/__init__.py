"""Imports: a file is checked, shown as what it would do, mended, written in one act, and undone in one."""

from flask import Blueprint

from registry.importing import views

blueprint = Blueprint("importing", __name__, template_folder="templates")

_ROUTES = (
    ("/imports", "index", views.index, "GET"),
    ("/imports", "upload", views.upload, "POST"),
    ("/imports/template", "template", views.template, "GET"),
    ("/imports/register", "export", views.export, "POST"),
    ("/imports/<int:run_id>", "preview", views.preview, "GET"),
    ("/imports/<int:run_id>/mend", "mend", views.mend, "POST"),
    ("/imports/<int:run_id>/marked", "marked", views.marked, "POST"),
    ("/imports/<int:run_id>/commit", "commit", views.commit, "POST"),
    ("/imports/<int:run_id>/undo", "undo", views.undo, "POST"),
    ("/imports/<int:run_id>/discard", "discard", views.discard, "POST"),
)

for _path, _endpoint, _view, _method in _ROUTES:
    blueprint.add_url_rule(_path, _endpoint, _view, methods=(_method,))
