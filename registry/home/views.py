"""Requests for Home and for the search box."""

from flask import Response, jsonify, render_template, request

from registry.core import clock, heartbeat
from registry.core.access import current_actor, may, needs
from registry.core.actor import Role
from registry.core.links import fact_url
from registry.core.permissions import Permission
from registry.home import finding, queries
from registry.home.standing import standing_for
from registry.incidents.queries import live_incidents
from registry.mywork.ahead import coming_up
from registry.mywork.queries import work_of
from registry.quality.queries import MINE, found_by_kind, survey_seen, vendors_lacking_most
from registry.sector.queries import my_alerts

__all__ = ["index", "search", "suggest"]

SUGGESTED = 8
FOUND = 25
LACKING_SHOWN, AHEAD_SHOWN, WAITING_SHOWN = 8, 8, 8


@needs(Permission.HOME_READ)
def index() -> str:
    """Show what there is, what is missing, what comes up and what changed; whoever keeps vendors sees their own first."""
    actor, today = current_actor(), clock.today()
    mine = queries.own_vendors(actor)
    own = MINE if mine and actor.roles.isdisjoint({Role.CISO, Role.ADMINISTRATOR}) else None
    seen = survey_seen(today)
    waiting = work_of(actor)
    ahead = coming_up(seen.register, mine if own else None, today)
    return render_template(
        "home/index.html",
        standing=standing_for(actor),
        counts=queries.register_counts(),
        kinds=found_by_kind(seen.survey, actor, owner=own),
        lacking=vendors_lacking_most(seen, actor, owner=own, most=LACKING_SHOWN),
        waiting=waiting[:WAITING_SHOWN],
        waiting_count=len(waiting),
        ahead=ahead[:AHEAD_SHOWN],
        ahead_left_out=max(0, len(ahead) - AHEAD_SHOWN),
        changed=queries.latest_changes(),
        mine=len(mine),
        owner=own,
        keeps_vendors=Role.VENDOR_MANAGER in actor.roles,
        today=today,
        seen=seen,
        scheduler=heartbeat.standing(),
        alerts=my_alerts(actor),
        incidents=live_incidents() if may(actor, Permission.INCIDENTS_READ) else [],
        can_add=may(actor, Permission.FACTS_WRITE),
        audits=Role.AUDITOR in actor.roles and may(actor, Permission.AUDIT_READ),
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
