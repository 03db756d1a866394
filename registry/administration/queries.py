"""The parameters of the model as this installation has them: shipped values, changed ones beside them, and by whom."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from registry.core.db import session
from registry.core.errors import NotFound
from registry.domain.register.constants import Parameter
from registry.domain.register.errors import InvalidParameter
from registry.domain.register.parameters import Parameters
from registry.models.parameters import ParameterChange
from registry.reference.load import shipped_parameters

__all__ = ["GROUPS", "ParameterPage", "ParameterRow", "group_of", "parameter_page", "parameters_in_force", "rows"]

# What the first word of a key is about, in the order of the page.
GROUPS: Mapping[str, str] = {
    "exposure": "Chances",
    "exposed_fraction": "Share taken",
    "control": "Controls",
    "scenario": "Kinds of scenario",
    "cost": "Cost",
    "multiplier": "Factors",
    "frequency": "Frequency",
    "impact": "Impact areas",
    "category": "Data categories",
    "customer_service": "Customer service",
    "tier": "Tiers",
    "effectiveness": "Residual risk",
    "cadence": "Assessments due",
    "finding_due": "Findings due",
    "approval": "Approval limits",
    "constant": "Constants",
}


@dataclass(frozen=True, slots=True)
class ParameterRow:
    """One parameter with the reason it differs, when it does."""

    parameter: Parameter
    reason: str | None


@dataclass(frozen=True, slots=True)
class ParameterPage:
    """One parameter, its change in force and the version a form must carry."""

    parameter: Parameter
    change_id: int | None
    reason: str | None
    version: int


def group_of(key: str) -> str:
    """Return the group of a key; switches without a group of their own belong to the constants."""
    head = key.partition(".")[0]
    return head if head in GROUPS else "constant"


def parameters_in_force() -> Parameters:
    """Return the shipped parameters with this installation's changes; one query.

    A change that a newer release no longer knows is left out rather than breaking every answer.
    """
    shipped = shipped_parameters()
    changes = {change.key: change.value for change in _changes().values()}
    return shipped.with_changes({key: value for key, value in changes.items() if shipped.why_not(key, value) is None})


def rows(group: str, word: str, *, changed_only: bool = False) -> list[ParameterRow]:
    """Return the parameters of a group (all groups when a word is looked for), in the order of the shipped tables."""
    changes = _changes()
    found = []
    low = word.casefold()
    for key, parameter in parameters_in_force().rows.items():
        texts = (key, parameter.note, parameter.source, parameter.certainty)
        is_wanted = any(low in text.casefold() for text in texts) if low else group_of(key) == group or changed_only
        if is_wanted and (not changed_only or parameter.is_changed):
            change = changes.get(key)
            found.append(ParameterRow(parameter, change.reason if change else None))
    return found


def parameter_page(key: str) -> ParameterPage:
    """Return one parameter; raises NotFound."""
    try:
        parameter = parameters_in_force().get(key)
    except InvalidParameter:
        raise NotFound("parameter", key) from None
    change = _changes().get(parameter.key)
    if change is None:
        return ParameterPage(parameter, None, None, 0)
    return ParameterPage(parameter, change.id, change.reason, change.version)


def _changes() -> dict[str, ParameterChange]:
    found = session().scalars(select(ParameterChange).where(ParameterChange.archived_at.is_(None)))
    return {change.key: change for change in found}
