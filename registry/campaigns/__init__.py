"""Campaigns: one questionnaire for many vendors at once, shown before it is launched; and the next one by cadence."""

from flask import Blueprint

from registry.campaigns import views

blueprint = Blueprint("campaigns", __name__, template_folder="templates")

for _path, _endpoint, _view, _methods in (
    ("", "index", views.index, ("GET",)),
    ("/new", "new", views.new, ("GET", "POST")),
    ("/<int:key>", "show", views.show, ("GET",)),
):
    blueprint.add_url_rule(f"/campaigns{_path}", _endpoint, _view, methods=_methods)
