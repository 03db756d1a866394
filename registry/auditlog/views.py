"""The pages of the audit log; nothing here can change it."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.auditlog import queries, service
from registry.core.access import Permission, current_actor, needs
from registry.core.audit import Head

LONGEST = 200


@needs(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    filters, problems = _filters()
    page = queries.acts(filters, before=_number("before"), after=_number("after"))
    kept = {name: value for name, value in request.args.items() if name not in {"before", "after"} and value}
    return render_template(
        "auditlog/index.html",
        page=page,
        filters=filters,
        problems=problems,
        actors=queries.actors(),
        newer_url=url_for("auditlog.index", **{**kept, "after": str(page.newer)}) if page.newer else None,
        older_url=url_for("auditlog.index", **{**kept, "before": str(page.older)}) if page.older else None,
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


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
