"""Saved views of lists: keep how a list was filtered, sorted and shown under a name; take one away."""

from flask import Blueprint

from registry.savedviews import views

blueprint = Blueprint("savedviews", __name__)
blueprint.add_url_rule("/views", "save", views.save, methods=["POST"])
blueprint.add_url_rule("/views/<int:view_id>/remove", "remove", views.remove, methods=["POST"])
