"""What runs out: certificates, evidence, contracts and their notice; and how much time a vendor's notice of a breach leaves."""

from flask import Blueprint

from registry.expiring import views

blueprint = Blueprint("expiring", __name__, template_folder="templates")
blueprint.add_url_rule("/expiring", "index", views.index, methods=("GET",))
blueprint.add_url_rule("/expiring/margins", "margins", views.margins, methods=("GET",))
