"""Public breaches of others: the lists, what they say together, and where they seem to name a vendor of ours."""

from flask import Blueprint

from registry.sector import views

blueprint = Blueprint("sector", __name__, template_folder="templates")

_ROUTES = (
    ("/sector", "index", views.index, "GET"),
    ("/sector/export", "export", views.export, "POST"),
    ("/sector/figures", "figures", views.figures, "GET"),
    ("/sector/alerts", "alerts", views.alerts, "GET"),
    ("/sector/alerts/<int:alert_id>/decide", "decide_alert", views.decide_alert, "POST"),
    ("/sector/compare", "compare", views.compare, "POST"),
    ("/sector/links", "links", views.links, "GET"),
    ("/sector/links/<int:chain_id>/decide", "decide_link", views.decide_link, "POST"),
    ("/sector/<int:breach_id>", "show", views.show, "GET"),
)

for _path, _endpoint, _view, _method in _ROUTES:
    blueprint.add_url_rule(_path, _endpoint, _view, methods=(_method,))
