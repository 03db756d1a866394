"""Home, and the search box for everything."""

from flask import Blueprint

from registry.home import views

blueprint = Blueprint("home", __name__, template_folder="templates")
blueprint.add_url_rule("/", "index", views.index)
blueprint.add_url_rule("/search", "search", views.search)
blueprint.add_url_rule("/search/suggest", "suggest", views.suggest)
