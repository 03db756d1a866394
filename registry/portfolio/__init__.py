"""Portfolio: all vendors ranked, what a year of their events may cost, what hangs on few, and what moved since."""

from flask import Blueprint

from registry.portfolio import planning, views

blueprint = Blueprint("portfolio", __name__, template_folder="templates")
blueprint.add_url_rule("/portfolio", "index", views.index)
blueprint.add_url_rule("/portfolio/plan", "budget", planning.show)
blueprint.add_url_rule("/portfolio/plan", "ask_plan", planning.ask, methods=["POST"])
blueprint.add_url_rule("/portfolio/run", "run", views.run, methods=["POST"])
blueprint.add_url_rule("/portfolio/<any(csv, xlsx, json):form>", "export", views.export, methods=["POST"])
