"""The lists of controls and placements."""

from sqlalchemy import func

from registry.core.listing import Column, FilterKind, Format
from registry.domain.register.vocabulary import ControlState
from registry.facts.lists import choices_of, code_column, fact_list, name_of
from registry.models.controls import Control, Placement

__all__ = ["CONTROLS", "PLACEMENTS"]

_CONTROL = (Placement.control, Control.code, Control.name)

CONTROLS = fact_list(
    "controls",
    (
        code_column("Control", Control.code),
        Column(key="name", label="Name", expression=Control.name, format=Format.NAME, sort=Control.name_key),
        Column(key="acts_on", label="Acts on", expression=Control.acts_on, format=Format.TAGS, sortable=False),
        Column(
            key="efficacy", label="Efficacy", expression=Control.efficacy, format=Format.SHARE, filter=FilterKind.NUMBER
        ),
    ),
    search=(Control.code, Control.name),
)

PLACEMENTS = fact_list(
    "placements",
    (
        Column(
            key="control",
            label="Control",
            expression=func.coalesce(name_of(Control, Placement.control), Placement.control),
            format=Format.NAME,
            sort=Placement.control,
        ),
        Column(key="fact", label="Placed on", expression=Placement.fact, format=Format.CODE, filter=FilterKind.TEXT),
        Column(
            key="state",
            label="State",
            expression=Placement.state,
            format=Format.WORD,
            filter=FilterKind.CHOICE,
            choices=choices_of(ControlState),
        ),
        Column(key="coverage", label="Coverage", expression=Placement.coverage, format=Format.SHARE),
        Column(
            key="cost_once",
            label="Cost once",
            expression=Placement.cost_once,
            format=Format.MONEY,
            filter=FilterKind.NUMBER,
        ),
        Column(
            key="cost_per_year",
            label="Cost per year",
            expression=Placement.cost_per_year,
            format=Format.MONEY,
            filter=FilterKind.NUMBER,
        ),
        Column(key="due", label="Due", expression=Placement.due, format=Format.DAY, filter=FilterKind.DAY),
        Column(key="owner", label="Owner", expression=Placement.owner_email, filter=FilterKind.TEXT, shown=False),
    ),
    search=(Placement.control, Placement.fact),
    search_through=(_CONTROL,),
)
