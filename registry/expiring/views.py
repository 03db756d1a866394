"""Requests about what runs out."""

from flask import render_template, request

from registry.core import clock
from registry.core.access import Permission, current_actor, needs
from registry.expiring import queries
from registry.home.queries import own_vendors

__all__ = ["index", "margins"]

SPANS = (60, 180, 365)
SHOWN = 500
DEEPEST = 10_000


@needs(Permission.FACTS_READ)
def index() -> str:
    mine, today = _mine(), clock.today()
    days = int(request.args["days"]) if request.args.get("days", "") in {str(each) for each in SPANS} else SPANS[1]
    found = queries.runs_out(mine, today, days=days)
    return render_template(
        "expiring/index.html", items=found[:SHOWN], left_out=max(0, len(found) - SHOWN), days=days, spans=SPANS,
        today=today, is_mine=mine is not None, behind=queries.BEHIND_DAYS,
    )  # fmt: skip


@needs(Permission.FACTS_READ)
def margins() -> str:
    mine, text = _mine(), request.args.get("page", "1")
    page = int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else 1
    found = queries.margins(mine, min(max(page, 1), DEEPEST))
    return render_template("expiring/margins.html", found=found, is_mine=mine is not None)


def _mine() -> frozenset[str] | None:
    return own_vendors(current_actor()) if request.args.get("mine") == "yes" else None
