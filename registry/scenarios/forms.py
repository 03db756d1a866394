"""What a person says about a scenario and in a comment."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, SelectMultipleField
from wtforms.validators import DataRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from registry.facts.fields import LongTextField, TextField
from registry.scenarios.service import SaveScenario

__all__ = ["CommentForm", "ScenarioForm"]

_TEXT_MAX = 20_000


class ScenarioForm(FlaskForm):
    """Name, purpose, narrative, readers; the question comes along unseen."""

    name = TextField("Name", validators=[DataRequired("Give it a name."), Length(max=200)])
    purpose = TextField(
        "Purpose", validators=[Length(max=500)], description="What it is for: a board paper, a contract, a control."
    )
    narrative = LongTextField(
        "Narrative",
        validators=[Length(max=_TEXT_MAX)],
        description="What is assumed to happen, as a story a board member can follow.",
    )
    reviewers = SelectMultipleField(
        "Read over by", coerce=int, widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    question = HiddenField()
    version = HiddenField()

    def to_command(self) -> SaveScenario:
        """Return what is to be saved."""
        return SaveScenario(
            name=str(self.name.data),
            purpose=self.purpose.data,
            narrative=self.narrative.data,
            question=self.question.data or "",
            reviewers=tuple(self.reviewers.data or ()),
        )


class CommentForm(FlaskForm):
    """One comment."""

    text = LongTextField("Comment", validators=[DataRequired("Write something first."), Length(max=_TEXT_MAX)])
