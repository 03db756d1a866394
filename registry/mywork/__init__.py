"""My work: what one person must do, most urgent first, across assessments, findings, acceptances and what runs out."""

from flask import Blueprint

from registry.mywork import views

blueprint = Blueprint("mywork", __name__, template_folder="templates")
blueprint.add_url_rule("/my-work", "index", views.index, methods=("GET",))
