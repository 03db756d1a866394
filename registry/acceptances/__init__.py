"""Acceptances: a risk that somebody with the right to do so lives with, for a time, at figures that are frozen."""

from flask import Blueprint

from registry.acceptances import views

blueprint = Blueprint("acceptances", __name__, template_folder="templates")

for _path, _endpoint, _view, _methods in (
    ("", "index", views.index, ("GET",)),
    ("/export", "export", views.export, ("POST",)),
    ("/new", "new", views.new, ("GET", "POST")),
    ("/<string:code>", "show", views.show, ("GET",)),
    ("/<string:code>/approve", "approve", views.approve, ("POST",)),
    ("/<string:code>/refuse", "refuse", views.refuse, ("POST",)),
    ("/<string:code>/withdraw", "withdraw", views.withdraw, ("POST",)),
):
    blueprint.add_url_rule(f"/acceptances{_path}", _endpoint, _view, methods=_methods)
