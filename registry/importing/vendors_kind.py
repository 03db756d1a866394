"""Any spreadsheet of vendors: what its columns mean is guessed, shown, changed by the person, and remembered."""

from collections.abc import Mapping
from typing import Any

from registry.core.actor import Actor
from registry.core.work import Work
from registry.importing.answers import Answers
from registry.importing.columns import answered, remember, remembered
from registry.importing.factplan import FactPlan, look_at_facts
from registry.importing.journal import revert
from registry.importing.kinds import ImportKind, Plan, Upload

__all__ = ["KIND"]

NAME = "vendors"


def _look(actor: Actor, upload: Upload, answers: Answers) -> Plan:
    options: Mapping[str, Any] = {"choices": dict(answers.choices), "remembered": remembered(NAME)}
    return look_at_facts(actor, upload, answers, reader="vendor_list", options=options)


def _committed(w: Work, plan: Plan, _answers: Answers) -> None:
    assert isinstance(plan, FactPlan)
    remember(w, NAME, plan.result.asks)


KIND = ImportKind(
    name=NAME,
    title="Vendor list",
    words="Any spreadsheet with a row per vendor. You say which column is what; the next list like it is known.",
    accept=".xlsx,.csv,.tsv",
    look=_look,
    revert=revert,
    asks="importing/_asks_list.html",
    answered=answered,
    committed=_committed,
)
