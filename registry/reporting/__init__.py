"""Reports: the quarterly audit workbook with its signatures, the check of a pack, and other reports as files."""

from flask import Blueprint

from registry.reporting import views

blueprint = Blueprint("reporting", __name__, template_folder="templates")
blueprint.add_url_rule("/reports", "index", views.index)
blueprint.add_url_rule("/reports/packs", "ask", views.ask, methods=["POST"])
blueprint.add_url_rule("/reports/packs/<int:pack_id>", "show", views.show)
blueprint.add_url_rule("/reports/packs/<int:pack_id>/sign", "sign", views.sign, methods=["POST"])
blueprint.add_url_rule("/reports/packs/<int:pack_id>/seal", "seal", views.seal, methods=["POST"])
blueprint.add_url_rule("/reports/packs/<int:pack_id>/withdraw", "withdraw", views.withdraw, methods=["POST"])
blueprint.add_url_rule("/reports/packs/<int:pack_id>/download", "download", views.download, methods=["POST"])
blueprint.add_url_rule("/reports/take/<name>.<any(pdf, xlsx):form>", "take", views.take, methods=["POST"])
blueprint.add_url_rule("/reports/verify", "verify", views.verify)
blueprint.add_url_rule("/reports/verify", "check", views.check, methods=["POST"])
