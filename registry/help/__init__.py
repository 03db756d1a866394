"""The user guide, the glossary and the decisions, shown in the product."""

from flask import Blueprint

from registry.help import views

blueprint = Blueprint("help", __name__, template_folder="templates")
blueprint.add_url_rule("/help", "index", views.index)
blueprint.add_url_rule("/help/<topic>", "page", views.page)
blueprint.add_url_rule("/help/decisions/<topic>", "decision", views.decision)
