"""Access reviews: does this vendor still need that? What is decided changes the register."""

from flask import Blueprint

from registry.accessreviews import views

blueprint = Blueprint("accessreviews", __name__, template_folder="templates")
blueprint.add_url_rule("/access-reviews", "index", views.index, methods=("GET", "POST"))
blueprint.add_url_rule("/access-reviews/done", "past", views.past, methods=("GET",))
