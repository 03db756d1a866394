"""Controls that the answers of a decided assessment are evidence of: shown first, then placed with the answer as source."""

from flask import Blueprint

from registry.evidenced import views

blueprint = Blueprint("evidenced", __name__, template_folder="templates")
blueprint.add_url_rule("/assessments/<int:key>/controls", "controls", views.controls, methods=("GET", "POST"))
