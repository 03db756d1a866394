"""The audit log: who did what to what, with before and after, and the proof that nothing was altered."""

from flask import Blueprint

from registry.auditlog import views

blueprint = Blueprint("auditlog", __name__, template_folder="templates")

blueprint.add_url_rule("/audit-log", "index", views.index)
blueprint.add_url_rule("/audit-log/<int:seq>", "entry", views.entry)
blueprint.add_url_rule("/audit-log/verify", "verify", views.verify, methods=("POST",))
