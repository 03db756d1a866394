"""Settings: where everything about this installation is found, and the parameters of the model with their sources."""

from flask import Blueprint

from registry.administration import views

blueprint = Blueprint("administration", __name__, template_folder="templates")

for _path, _endpoint, _view, _methods in (
    ("/settings", "index", views.index, ("GET",)),
    ("/settings/parameters", "parameters", views.parameters, ("GET",)),
    ("/settings/parameters/<key>", "parameter", views.parameter, ("GET", "POST")),
    ("/settings/parameters/<key>/reset", "reset", views.reset, ("POST",)),
):
    blueprint.add_url_rule(_path, _endpoint, _view, methods=_methods)
