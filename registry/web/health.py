"""Two answers for machines: `/healthz`, the process lives; `/readyz`, it can do its work, and if not, which part."""

from flask import Blueprint, Response, jsonify, make_response

from registry.core import health
from registry.core.access import public

__all__ = ["blueprint"]

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@public
def alive() -> Response:
    """Answer without touching anything."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
@public
def ready() -> Response:
    """Check what a request needs; names the parts and a word on each, no more, since anybody may ask."""
    checks = health.check()
    is_ready = all(check.is_well for check in checks)
    parts = {check.name: "ok" if check.is_well else check.cause for check in checks}
    return make_response(jsonify(status="ready" if is_ready else "not ready", checks=parts), 200 if is_ready else 503)
