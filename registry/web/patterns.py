"""The page of all components in every state, for developers and for the visual tests; only in demo or debug mode."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, Flask, render_template, request
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    Form,
    IntegerField,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange
from wtforms.widgets import CheckboxInput, ListWidget

from registry.core.access import needs
from registry.core.jobs import JobView
from registry.core.permissions import Permission
from registry.facts.fields import PersonField
from registry.models.jobs import JobState

__all__ = ["init_app"]

blueprint = Blueprint("patterns", __name__)


class SampleForm(Form):
    """One field of every kind."""

    name = StringField(
        "Name", [InputRequired("A vendor needs a name."), Length(max=200)], description="As people say it."
    )
    people = IntegerField("People", [NumberRange(min=0, message="People cannot be fewer than none.")])
    since = DateField("Active since")
    tier = SelectField("Tier", choices=[SelectChoice(word) for word in ("critical", "high", "medium", "low")])
    countries = SelectMultipleField("Countries", choices=[SelectChoice("IE", "Ireland"), SelectChoice("DE", "Germany")])
    tiers = SelectMultipleField(
        "For the tiers",
        choices=[SelectChoice(word, word.capitalize()) for word in ("critical", "high", "medium", "low")],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validators=[InputRequired("Tick at least one tier.")],
    )
    owner = PersonField("Owner", description="One of us, by name or address.")
    reads_back = BooleanField("The sender can read back what it sent")
    answer = RadioField(
        "Answer",
        choices=[SelectChoice("yes", "Yes"), SelectChoice("no", "No"), SelectChoice("na", "N/A")],
        default="yes",
    )
    notes = TextAreaField("Notes", description="Shown to everyone who can see the vendor.")


@dataclass(frozen=True, slots=True)
class SampleEntry:
    """One entry of the sample history."""

    at: datetime
    who: str
    what: str
    changes: tuple[tuple[str, object, object], ...] = ()


@dataclass(frozen=True, slots=True)
class SampleLook:
    """A look at the register that is behind."""

    made_at: datetime
    is_behind: bool = True


def _job(state: JobState, **more: Any) -> JobView:
    """Return a sample of long work."""
    at = datetime(2026, 6, 9, 12, 30, tzinfo=UTC)
    usual: dict[str, Any] = {
        "id": 0,
        "words": "Portfolio",
        "state": state,
        "share": 0.0,
        "step": "",
        "person_name": "Tobias Wrenfield",
        "created_at": at,
        "started_at": at,
        "finished_at": None,
        "attempts": 1,
        "cancel_wanted": False,
        "error": None,
        "params": {},
        "result": {},
        "url": None,
        "may_change": True,
    }
    return JobView(**{**usual, **more})


JOBS = (
    _job(JobState.QUEUED),
    _job(JobState.RUNNING, share=0.42, step="430 of 1,024 worlds"),
    _job(JobState.RUNNING, share=0.42, step="430 of 1,024 worlds", cancel_wanted=True),
    _job(JobState.DONE, url="/_patterns"),
    _job(JobState.FAILED, error="The register was changed meanwhile."),
    _job(JobState.CANCELLED),
)
HISTORY = (
    SampleEntry(
        datetime(2026, 6, 9, 12, 30, tzinfo=UTC),
        "Tobias Wrenfield",
        "changed the contract",
        (("Notice hours", 72, 48),),
    ),
    SampleEntry(datetime(2026, 6, 2, 8, 0, tzinfo=UTC), "Ines Aldergrove", "added a note", (("Note", None, "Called"),)),
)


def init_app(app: Flask) -> None:
    """Add the page where developers and demo users may see it."""
    if app.debug or app.extensions["settings"].demo:
        app.register_blueprint(blueprint)


@blueprint.get("/_patterns")
@needs(Permission.HELP_READ)
def index() -> str:
    """Show every component."""
    broken = SampleForm(
        MultiDict({"name": "", "people": "-3", "owner": "Charlie", "notes": "<script>alert(1)</script>"})
    )
    broken.validate()
    return render_template(
        "patterns.html",
        form=SampleForm(data={"name": "Corvid Mail", "people": 2_100_000, "since": date(2019, 3, 1), "tier": "high"}),
        broken=broken,
        history_entries=HISTORY,
        jobs=JOBS,
        look=SampleLook(HISTORY[0].at),
        today=date(2026, 6, 15),
        here=request.path,
    )
