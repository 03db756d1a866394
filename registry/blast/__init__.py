"""The blast radius: ask what a breach would reach, see it, try what would shrink it, and leave with it."""

from flask import Blueprint

from registry.blast import words
from registry.blast.views import deciding, files, page
from reports.picture_paint import chance_class

blueprint = Blueprint("blast", __name__, template_folder="templates")

_ROUTES = (
    ("/blast", "index", page.index, "GET"),
    ("/blast.json", "as_json", page.as_json, "GET"),
    ("/blast/picture.json", "picture_json", page.picture_json, "GET"),
    ("/blast/starts.json", "starts", page.starts, "GET"),
    ("/blast/revision.json", "revision", page.revision, "GET"),
    ("/blast/picture.<any(svg, png):form>", "picture_file", files.picture_file, "POST"),
    ("/blast/<any(reached, people, duties, money, facts):table>.csv", "table_csv", files.table_csv, "POST"),
    ("/blast/tables.xlsx", "tables_xlsx", files.tables_xlsx, "POST"),
    ("/blast/plan", "plan", deciding.plan, "GET"),
    ("/blast/plan", "make_plan", deciding.make_plan, "POST"),
)

for _path, _endpoint, _view, _method in _ROUTES:
    blueprint.add_url_rule(_path, _endpoint, _view, methods=(_method,))

blueprint.add_app_template_filter(words.hours_words)
blueprint.add_app_template_filter(words.saving)
blueprint.add_app_template_filter(chance_class, "chance_class")
