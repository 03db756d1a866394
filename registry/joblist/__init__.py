"""Long work: what waits, runs and is done, with a way to stop it and to begin it again."""

from flask import Blueprint

from registry.joblist import views

blueprint = Blueprint("jobs", __name__, template_folder="templates")

for _path, _endpoint, _view, _method in (
    ("/jobs", "index", views.index, "GET"),
    ("/jobs/<int:job_id>", "show", views.show, "GET"),
    ("/jobs/<int:job_id>/progress", "progress", views.progress, "GET"),
    ("/jobs/<int:job_id>/cancel", "cancel", views.cancel, "POST"),
    ("/jobs/<int:job_id>/again", "again", views.again, "POST"),
):
    blueprint.add_url_rule(_path, _endpoint, _view, methods=(_method,))
