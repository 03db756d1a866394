"""Data quality: every warning of the model and every gap of the register, grouped, with the way to mend each."""

from flask import Blueprint

from registry.quality import views
from registry.quality.queries import prepare

__all__ = ["blueprint", "prepare"]

blueprint = Blueprint("quality", __name__, template_folder="templates")
blueprint.add_url_rule("/quality", "index", views.index)
blueprint.add_url_rule("/quality/export", "export", views.export, methods=["POST"])
