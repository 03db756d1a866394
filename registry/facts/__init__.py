"""The pages every kind of fact has, made once; features describe their kind and add what is special to it."""

from flask import Blueprint

from registry.facts import views

blueprint = Blueprint("facts", __name__, template_folder="templates")

blueprint.add_url_rule("/facts/offers", "offers", views.offers)
