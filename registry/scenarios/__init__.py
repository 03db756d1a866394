"""Scenarios: assumed breaches with a name, saved with everything needed to have the same digits again, and compared."""

from flask import Blueprint

from registry.scenarios.service import SCENARIO_RUN
from registry.scenarios.views import changing, files, reading

__all__ = ["SCENARIO_RUN", "blueprint"]

blueprint = Blueprint("scenarios", __name__, template_folder="templates")

_ONE = "/scenarios/<int:scenario_id>"
_RUN = f"{_ONE}/runs/<int:run_id>"
_ROUTES = (
    ("/scenarios", "index", reading.index, ("GET",)),
    ("/scenarios/compare", "compare", reading.compare, ("GET",)),
    (_ONE, "show", reading.show, ("GET",)),
    ("/scenarios/new", "new", changing.new, ("GET", "POST")),
    (f"{_ONE}/edit", "edit", changing.edit, ("GET", "POST")),
    (f"{_ONE}/run", "run", changing.run, ("POST",)),
    (f"{_ONE}/archive", "archive", changing.archive, ("POST",)),
    (f"{_ONE}/restore", "restore", changing.restore, ("POST",)),
    (f"{_ONE}/comments", "comment", changing.comment, ("POST",)),
    (f"{_RUN}/repeat", "repeat", changing.repeat, ("POST",)),
    (f"{_RUN}/review", "review", changing.review, ("POST",)),
    (f"{_RUN}/scenario.<any(pdf, json, xlsx, svg, png):form>", "file", files.file, ("POST",)),
)

for _path, _endpoint, _view, _methods in _ROUTES:
    blueprint.add_url_rule(_path, _endpoint, _view, methods=_methods)
