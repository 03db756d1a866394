"""Requests about reminders."""

from urllib.parse import urlsplit

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core import clock, throttle
from registry.core.access import Permission, current_actor, may, needs, public
from registry.core.errors import NotFound
from registry.core.given import whole_number
from registry.core.people import actor_of
from registry.core.reminding import subject as subject_of
from registry.core.reminding import subjects
from registry.domain.reminding.cadence import Step
from registry.reminders import feed as feeds
from registry.reminders import queries, service
from registry.reminders.forms import ROLE_WORDS, StepForm
from registry.reminders.ladder import StepInForce, ladder_of
from registry.reminders.openings import situation
from registry.settings import current_settings

__all__ = [
    "calendar",
    "coming",
    "end_calendar",
    "feed",
    "index",
    "ladders",
    "new_calendar",
    "reset",
    "step",
    "unsubscribe",
    "why",
]


@needs(Permission.REMINDERS_READ)
def index() -> str:
    actor, standing = current_actor(), request.args.get("show", "waiting")
    standing = standing if standing in queries.STANDINGS else "waiting"
    return render_template(
        "reminders/index.html",
        lines=queries.lines(actor, standing),
        counts=queries.counts(actor),
        standings=queries.STANDINGS,
        standing=standing,
        role_words=ROLE_WORDS,
        limit=queries.SHOWN,
    )


@needs(Permission.REMINDERS_READ)
def coming() -> str:
    found = queries.coming_up(current_actor())
    chosen = request.args.get("subject", "")
    shown = [each for each in found if not chosen or each.matter.subject == chosen]
    return render_template(
        "reminders/coming.html",
        coming=shown[: queries.SHOWN], total=len(shown), subjects=subjects(), chosen=chosen, role_words=ROLE_WORDS,
        days=queries.PREVIEW_DAYS,
    )  # fmt: skip


@needs(Permission.SETTINGS_READ)
def ladders() -> str:
    found = [(each, ladder_of(each.name)) for each in subjects()]
    return render_template(
        "reminders/ladders.html",
        ladders=found,
        role_words=ROLE_WORDS,
        may_write=may(current_actor(), Permission.SETTINGS_WRITE),
    )


@needs(Permission.SETTINGS_WRITE)
def step(subject: str, number: int) -> ResponseReturnValue:
    known, now = _step(subject, number)
    form = StepForm(data=_typed(now)) if now else StepForm(data={"is_active": True, "version": "0"})
    if form.validate_on_submit():
        wanted = Step(
            subject=subject, number=number, offset_days=form.offset_days.data, role=form.role.data,
            tiers=frozenset(form.tiers.data),
        )  # fmt: skip
        version = whole_number(form.version.data)
        command = service.ChangeStep(step=wanted, is_active=form.is_active.data, why=form.why.data, version=version)
        try:
            service.change_step(current_actor(), command)
        except service.BadLadder as wrong:
            form.offset_days.errors = [*form.offset_days.errors, *wrong.problems]
        else:
            flash("The ladder is changed; below is who would get what from now on.", "success")
            return redirect(url_for("reminders.coming", subject=subject), 303)
    page = render_template("reminders/step.html", form=form, known=known, number=number, now=now)
    return page, 422 if form.errors else 200


@needs(Permission.SETTINGS_WRITE)
def reset(subject: str, number: int) -> ResponseReturnValue:
    _step(subject, number)
    service.reset_step(current_actor(), subject, number)
    flash("The shipped step is in force again.", "success")
    return redirect(url_for("reminders.ladders"), 303)


@needs(Permission.REMINDERS_READ)
def calendar() -> str:
    actor = current_actor()
    address = service.calendar_address(actor.person_id or 0)
    url = f"{current_settings().public_url}{url_for('reminders.feed', address=address)}" if address else None
    matters = feeds.matters_of_person(situation(clock.now()), actor.email or "")
    return render_template("reminders/calendar.html", url=url, matters=matters[: queries.SHOWN])


@needs(Permission.REMINDERS_READ)
def new_calendar() -> ResponseReturnValue:
    service.new_calendar(current_actor())
    flash("The address is new; an earlier one no longer works.", "success")
    return redirect(url_for("reminders.calendar"), 303)


@needs(Permission.REMINDERS_READ)
def end_calendar() -> ResponseReturnValue:
    service.end_calendar(current_actor())
    flash("The address no longer works.", "success")
    return redirect(url_for("reminders.calendar"), 303)


@public
def feed(address: str) -> ResponseReturnValue:
    """Answer a calendar program; one 404 for unknown, ended and wrong addresses."""
    throttle.take("link.open", request.remote_addr or "")
    owner = service.owner_of_calendar(address)
    actor = actor_of(owner) if owner else None
    if actor is None:
        abort(404)
    now = clock.now()
    matters = feeds.matters_of_person(situation(now), actor.email or "")
    host = urlsplit(current_settings().public_url).hostname or "localhost"
    content = feeds.calendar_of(matters, f"Deadlines of {actor.name}", host, now)
    return Response(content, mimetype="text/calendar", headers={"Cache-Control": "private, no-store"})


@public
def why(token: str) -> str:
    """Say why a mail came, to whoever holds it; signed in or not."""
    throttle.take("link.open", request.remote_addr or "")
    found = queries.explain(token)
    if found is None:
        raise NotFound("mail", "with this address")
    gone = queries.is_unsubscribed(found.recipient)
    return render_template("reminders/why.html", found=found, token=token, gone=gone, role_words=ROLE_WORDS)


@public
def unsubscribe(token: str) -> ResponseReturnValue:
    found = queries.explain(token)
    if found is None or not found.may_unsubscribe:
        raise NotFound("mail", "with this address")
    service.unsubscribe(found.recipient, wants_mail=request.form.get("wants") == "yes")
    return redirect(url_for("reminders.why", token=token), 303)


def _step(subject: str, number: int) -> tuple[object, StepInForce | None]:
    """Return the subject and the step in force; a number one above the last is a new step."""
    known, steps = subject_of(subject), ladder_of(subject)
    found = next((each for each in steps if each.step.number == number), None)
    is_next = number == max((each.step.number for each in steps), default=0) + 1
    if known is None or (found is None and not is_next):
        raise NotFound("step", number)
    return known, found


def _typed(now: StepInForce) -> dict[str, object]:
    step = now.step
    return {
        "offset_days": step.offset_days, "role": step.role, "tiers": sorted(step.tiers), "is_active": now.is_active,
        "why": now.why, "version": str(now.version),
    }  # fmt: skip
