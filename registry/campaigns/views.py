"""Requests about campaigns."""

from datetime import timedelta
from urllib.parse import parse_qs

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField
from wtforms.validators import InputRequired, Length

from registry.campaigns import service
from registry.campaigns.queries import campaign_of, campaigns, preview
from registry.core import clock
from registry.core.access import Permission, current_actor, may, needs
from registry.core.secrets import new_token
from registry.domain.register.errors import IllegalMove
from registry.domain.register.vocabulary import Relationship, Tier
from registry.facts.fields import DayField, TextField
from registry.questionnaires import queries as questionnaires
from registry.questionnaires.queries import Edition

__all__ = ["index", "new", "show"]

DAYS_TO_ANSWER = 30


class CampaignForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What is asked, for which time, by when."""

    launch_key = HiddenField()
    title = TextField("Title", validators=[InputRequired("Give it a name."), Length(max=200)])
    period = TextField("Period", validators=[InputRequired("Say for which time."), Length(max=40)])
    due = DayField("To be handed in by")
    sends = BooleanField("Open the forms to the vendors at once")


@needs(Permission.ASSESSMENTS_READ)
def index() -> str:
    may_launch = may(current_actor(), Permission.ASSESSMENTS_LAUNCH)
    return render_template("campaigns/index.html", campaigns=campaigns(), may_launch=may_launch, today=clock.today())


@needs(Permission.ASSESSMENTS_READ)
def show(key: int) -> str:
    found, rows = campaign_of(key)
    return render_template("campaigns/show.html", campaign=found, rows=rows, today=clock.today())


@needs(Permission.ASSESSMENTS_LAUNCH)
def new() -> ResponseReturnValue:
    """Show who would get what; launch when it is sent."""
    today = clock.today()
    form = CampaignForm(
        data={"launch_key": new_token(), "period": str(today.year), "due": today + timedelta(days=DAYS_TO_ANSWER)}
    )
    editions = {f"{each.code} {each.number}": each for each in questionnaires.sendable()}
    asked = request.args.get("questionnaire", "")
    chosen = asked if asked in editions else next(iter(editions), "")
    query = request.query_string.decode("utf-8", "replace")
    vendors = preview(current_actor(), parse_qs(query), chosen.partition(" ")[0])
    if form.validate_on_submit() and _is_whole(form) and chosen:
        try:
            key = _launch(form, {each.code for each in vendors if each.why_not is None}, query, editions[chosen])
            return redirect(url_for("campaigns.show", key=key), 303)
        except IllegalMove as refused:
            form.form_errors.append(str(refused))
    shown = render_template(
        "campaigns/new.html", form=form, vendors=vendors, editions=editions, chosen=chosen, tiers=Tier, relationships=Relationship,
        ticked=set(request.form.getlist("vendor")) if request.method == "POST" else None,
    )  # fmt: skip
    return shown, 422 if form.errors else 200


def _launch(form: CampaignForm, allowed: set[str], query: str, edition: Edition) -> int:
    ticked = tuple(dict.fromkeys(each for each in request.form.getlist("vendor") if each in allowed))
    key = service.launch(
        current_actor(),
        service.Launch(
            launch_key=form.launch_key.data[:64],
            title=form.title.data,
            code=edition.code,
            edition=edition.number,
            edition_title=edition.title,
            period=form.period.data,
            due=form.due.data,
            vendors=ticked,
            chosen_by=query[:4000],
            sends=form.sends.data,
        ),
    )
    flash(f"Began {len(ticked)} assessment{'' if len(ticked) == 1 else 's'}.", "success")
    return key


def _is_whole(form: CampaignForm) -> bool:
    if form.due.data is None or form.due.data < clock.today():
        form.due.errors = [*form.due.errors, "Write a day to come."]
    return not form.errors
