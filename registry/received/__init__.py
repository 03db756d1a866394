"""Questionnaires that vendors filled in, as they came: answers to read, the file as evidence."""

from flask import Blueprint

from registry.received import views

blueprint = Blueprint("received", __name__, template_folder="templates")
blueprint.add_url_rule("/received/<int:questionnaire_id>", "show", views.show)
blueprint.add_url_rule("/received/<int:questionnaire_id>/file", "file", views.file, methods=("POST",))
