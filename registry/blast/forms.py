"""What somebody who will bring a what-if about has to say: who, by when, with or without money."""

from flask_wtf import FlaskForm
from wtforms.validators import DataRequired, Length

from registry.blast.service import PlanControl
from registry.domain.scenario.whatif import WhatIf
from registry.facts.fields import ChoiceField, DayField, NumberField, PersonField

__all__ = ["PlanForm"]

_STATES = (("funded", "Planned, funded"), ("unfunded", "Planned, not yet funded"))


class PlanForm(FlaskForm):
    """Owner and day are needed: a plan without them is a wish."""

    owner_email = PersonField(
        "Owner", validators=[DataRequired("Say who brings it."), Length(max=254)], description="Who brings it."
    )
    due = DayField("In place by", description="Until then it changes no figure; it counts once it is in place.")
    state = ChoiceField("Money", _STATES)
    cost_once = NumberField("Cost to put in place", description="In the currency of the organisation.")
    cost_per_year = NumberField("Cost per year")

    def missing(self) -> bool:
        """Mark the day when it is empty; a day field lets itself be empty."""
        if self.due.data is None and not self.due.errors:
            self.due.errors = [*self.due.errors, "Say by when."]
            return True
        return False

    def to_command(self, what_if: WhatIf) -> PlanControl:
        """Return what is to be done."""
        return PlanControl(
            what_if=what_if,
            owner_email=str(self.owner_email.data),
            due=self.due.data,
            is_funded=self.state.data == "funded",
            cost_once=self.cost_once.data,
            cost_per_year=self.cost_per_year.data,
        )
