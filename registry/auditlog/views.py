"""The pages of the audit log; nothing here can change it."""

from datetime import date
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.auditlog import queries, service
from registry.core.access import Permission, current_actor, needs
from registry.core.audit import Head

LONGEST = 200
FILTERS = ("actor", "action", "subject", "since", "until")


@needs(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    filters, problems = _filters()
    page = queries.acts(filters, before=_number("before"), after=_number("after"))
    return render_template(
        "auditlog/index.html",
        page=page,
        filters=filters,
        problems=problems,
        actors=queries.actors(),
        newer_url=_with_filters("after", page.newer),
        older_url=_with_filters("before", page.older),
    )


@needs(Permission.AUDIT_READ)
def entry(seq: int) -> ResponseReturnValue:
    return render_template("auditlog/entry.html", act=queries.act(seq))


@needs(Permission.AUDIT_VERIFY)
def verify() -> ResponseReturnValue:
    typed = request.form.get("head", "").strip()
    try:
        against = Head.parse(typed) if typed else None
    except ValueError as error:
        flash(str(error), "error")
        return redirect(url_for("auditlog.index"), 303)
    verdict = service.verify(current_actor(), against)
    return render_template("auditlog/verdict.html", verdict=verdict, against=against)


def _filters() -> tuple[queries.Filters, list[str]]:
    """Read the filters from the address; a date that is none is said and not used."""
    problems: list[str] = []

    def day(name: str) -> date | None:
        text = request.args.get(name, "").strip()
        try:
            return date.fromisoformat(text) if text else None
        except ValueError:
            problems.append(f"“{text[:40]}” is no date; dates are written 2026-06-30.")
            return None

    def words(name: str) -> str:
        return request.args.get(name, "").strip()[:LONGEST]

    found = queries.Filters(
        actor=words("actor"), action=words("action"), subject=words("subject"), since=day("since"), until=day("until")
    )
    return found, problems


def _with_filters(name: str, seq: int | None) -> str | None:
    """Return the address of a neighbouring page under the same filters; only names we know are carried along."""
    if seq is None:
        return None
    kept = [(known, request.args[known]) for known in FILTERS if request.args.get(known)]
    return f"{url_for('auditlog.index')}?{urlencode([*kept, (name, seq)])}"


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
