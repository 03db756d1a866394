"""The data map: who and what holds our customers' data, joined by the facts, by layer; find, follow, filter, take along."""

from flask import Blueprint

from registry.datamap import views

blueprint = Blueprint("datamap", __name__, template_folder="templates")

for _path, _endpoint, _view, _method in (
    ("/datamap", "index", views.index, "GET"),
    ("/datamap/picture.svg", "picture", views.picture, "GET"),
    ("/datamap/things.json", "things", views.things, "GET"),
    ("/datamap/export", "export", views.export, "POST"),
):
    blueprint.add_url_rule(_path, _endpoint, _view, methods=(_method,))
