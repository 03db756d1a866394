"""Vendors that come and go: requests, triage and decision; leaving until nothing is left; notices of new sub-processors."""

from flask import Blueprint

from registry.intake.views import leaving, notices, requests

blueprint = Blueprint("intake", __name__, template_folder="templates")

for _path, _endpoint, _view, _methods in (
    ("/intake", "index", requests.index, ("GET",)),
    ("/intake/new", "new", requests.new, ("GET", "POST")),
    ("/intake/<int:key>", "show", requests.show, ("GET",)),
    ("/intake/<int:key>/triage", "triage", requests.triage, ("GET", "POST")),
    ("/intake/<int:key>/decide", "decide", requests.decide, ("POST",)),
    ("/intake/<int:key>/activate", "activate", requests.activate, ("POST",)),
    ("/intake/<int:key>/withdraw", "withdraw", requests.withdraw, ("POST",)),
    ("/leaving", "leaving", leaving.index, ("GET",)),
    ("/leaving/<string:code>", "leave", leaving.show, ("GET",)),
    ("/leaving/<string:code>/revoke", "revoke", leaving.revoke, ("POST",)),
    ("/leaving/<string:code>/deleted", "deleted", leaving.deleted, ("POST",)),
    ("/leaving/<string:code>/confirm", "confirm", leaving.confirm, ("POST",)),
    ("/leaving/<string:code>/finish", "finish", leaving.finish, ("POST",)),
    ("/sub-processor-notices", "notices", notices.index, ("GET",)),
    ("/sub-processor-notices/new", "new_notice", notices.new, ("GET", "POST")),
    ("/sub-processor-notices/<int:key>", "notice", notices.show, ("GET",)),
    ("/sub-processor-notices/<int:key>/decide", "decide_notice", notices.decide, ("POST",)),
):
    blueprint.add_url_rule(_path, _endpoint, _view, methods=_methods)
