"""What fields of facts ask while one types."""

from flask import Response, jsonify, request

from registry.core.access import Permission, needs
from registry.facts import picking

__all__ = ["offers"]

WORD_MAX = 100


@needs(Permission.FACTS_READ)
def offers() -> Response:
    """Answer a field that looks for facts or words of a list."""
    kinds = tuple(request.args.get("kinds", "").split(","))
    word = request.args.get("q", "").strip()[:WORD_MAX]
    return jsonify(offers=[{"value": value, "label": label} for value, label in picking.offers(kinds, word)])
