"""Manifests of Fides: systems, datasets, and flows to those the person says are vendors."""

from collections.abc import Mapping
from typing import Any

from registry.core.actor import Actor
from registry.importing.answers import Answers
from registry.importing.factplan import look_at_facts
from registry.importing.journal import revert
from registry.importing.kinds import ImportKind, Plan, Upload

__all__ = ["KIND"]

_VENDOR = "vendor|"
_VENDORS_MAX = 2_000


def _look(actor: Actor, upload: Upload, answers: Answers) -> Plan:
    return look_at_facts(actor, upload, answers, reader="fides", options={"choices": dict(answers.choices)})


def _answered(form: Mapping[str, str], before: Answers) -> Mapping[str, Any]:
    """Read who is a vendor; a form that did not ask changes nothing."""
    if form.get("parties") != "asked":
        return before.choices
    ticked = [name.removeprefix(_VENDOR)[:200] for name in form if name.startswith(_VENDOR)]
    return {"vendors": ticked[:_VENDORS_MAX]}


KIND = ImportKind(
    name="fides",
    title="Fides manifest",
    words="YAML with systems, what goes in and out of them, and datasets with fields and categories; one file or a zip.",
    accept=".yml,.yaml,.zip",
    look=_look,
    revert=revert,
    asks="importing/_asks_fides.html",
    answered=_answered,
)
