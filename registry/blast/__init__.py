"""The blast radius: ask what a breach would reach, see it, try what would shrink it, and leave with it."""

from flask import Blueprint

from registry.blast import views, words

blueprint = Blueprint("blast", __name__, template_folder="templates")

_ROUTES = (
    ("/blast", "index", views.index),
    ("/blast.json", "as_json", views.as_json),
    ("/blast/picture.json", "picture_json", views.picture_json),
    ("/blast/picture.<any(svg, png):form>", "picture_file", views.picture_file),
    ("/blast/<any(reached, people, money, facts):table>.csv", "table_csv", views.table_csv),
    ("/blast/tables.xlsx", "tables_xlsx", views.tables_xlsx),
    ("/blast/starts.json", "starts", views.starts),
    ("/blast/revision.json", "revision", views.revision),
)

for _path, _endpoint, _view in _ROUTES:
    blueprint.add_url_rule(_path, _endpoint, _view, methods=("GET",))

blueprint.add_app_template_filter(words.hours_words)
blueprint.add_app_template_filter(words.saving)
blueprint.add_app_template_filter(views.chance_class, "chance_class")
