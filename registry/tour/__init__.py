"""A short tour of the product: a few steps, each on the page it speaks of, kept per person; skipped or taken again."""

from flask import Blueprint

from registry.tour import views

blueprint = Blueprint("tour", __name__)

for _path, _endpoint, _view, _method in (
    ("/tour", "go", views.go, "GET"),
    ("/tour/start", "start", views.start, "POST"),
    ("/tour/step", "step", views.step, "POST"),
    ("/tour/end", "end", views.end, "POST"),
):
    blueprint.add_url_rule(_path, _endpoint, _view, methods=(_method,))
