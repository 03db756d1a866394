"""Requests for Home and for the search box."""

from flask import Response, jsonify, render_template, request

from registry.core import clock, heartbeat
from registry.core.access import current_actor, may, needs
from registry.core.actor import Role
from registry.core.links import fact_url
from registry.core.permissions import Permission
from registry.home import finding, queries
from registry.sector.queries import my_alerts

__all__ = ["index", "search", "suggest"]

SUGGESTED = 8
FOUND = 25


@needs(Permission.HOME_READ)
def index() -> str:
    """Show what there is, what is missing and what changed; a vendor manager sees their own vendors first."""
    actor = current_actor()
    own = actor.email if actor.roles == {Role.VENDOR_MANAGER} else None
    today = clock.today()
    return render_template(
        "home/index.html",
        counts=queries.register_counts(),
        gaps=queries.gaps(today, owner=own),
        changed=queries.latest_changes(),
        is_own=own is not None,
        today=today,
        scheduler=heartbeat.standing(),
        alerts=my_alerts(actor),
        can_add=may(actor, Permission.FACTS_WRITE),
    )


@needs(Permission.FACTS_READ)
def search() -> str:
    """Show everything that holds the words."""
    asked = request.args.get("q", "").strip()[: finding.LONGEST]
    return render_template("home/search.html", asked=asked, groups=finding.grouped(asked, limit=FOUND), limit=FOUND)


@needs(Permission.FACTS_READ)
def suggest() -> Response:
    """Answer the search box as one types."""
    asked = request.args.get("q", "").strip()[: finding.LONGEST]
    found = finding.find(asked, limit=SUGGESTED)[:SUGGESTED]
    named = [
        {"name": item.name, "code": item.code, "kind": item.word, "url": url}
        for item in found
        if (url := fact_url(item.kind, item.code))
    ]
    return jsonify(found=named)
