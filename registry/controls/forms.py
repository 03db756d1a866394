"""What people type about controls and where they stand."""

from registry.core.kinds import PLACEABLE
from registry.domain.register.vocabulary import ControlState
from registry.facts.fields import (
    ChoiceField,
    CodesField,
    DayField,
    FactField,
    NumberField,
    PersonField,
    ShareField,
    TextField,
)
from registry.facts.forms import FactForm

__all__ = ["ControlForm", "PlacementForm"]


class ControlForm(FactForm):
    """A kind of safeguard of our own."""

    KIND = "controls"

    name = TextField("Name")
    acts_on = CodesField(
        "Acts on",
        description="probability (every edge of the fact), exposure, protection:tokenised, or edge kinds such as pivot; holds.",
    )
    efficacy = ShareField(
        "Efficacy", blank="sets a protection", description="Share of the chance or of the exposure it takes away."
    )


class PlacementForm(FactForm):
    """A control on one fact, in place or planned."""

    KIND = "placements"

    control = TextField(
        "Control",
        render_kw={"data-pick": "controls,shipped_controls"},
        description="A shipped control such as MFA, or the code of one of our own.",
    )
    fact = FactField(
        "Placed on", PLACEABLE, description="Code of a flow, access, link, platform use, dependency or system."
    )
    coverage = ShareField("Coverage", description="Share of the fact it covers; 100 when left blank.")
    state = ChoiceField("State", ControlState, description="Only what is in place counts today.")
    cost_once = NumberField("Cost to put in place")
    cost_per_year = NumberField("Cost per year")
    due = DayField("Due", blank="no day set")
    owner_email = PersonField("Owner")
