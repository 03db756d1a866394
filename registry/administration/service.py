"""Changing a parameter of the model, with a reason, and taking the change back."""

from dataclasses import dataclass

from registry.administration.queries import parameter_page
from registry.core import factstore
from registry.core.actor import Actor
from registry.core.work import retried, work

__all__ = ["ChangeParameter", "change_parameter", "reset_parameter"]

KIND = "parameters"


@dataclass(frozen=True, slots=True)
class ChangeParameter:
    """A new value, why, and the version of the change it replaces (0: none was in force)."""

    key: str
    value: str
    reason: str
    version: int


@retried
def change_parameter(actor: Actor, command: ChangeParameter) -> None:
    """Put a value in place of the shipped one; the rules of facts check key, range and reason."""
    with work(actor, "parameter.change", subject=f"parameter:{command.key}") as w:
        page = parameter_page(command.key)
        values = {"key": page.parameter.key, "value": command.value, "reason": command.reason}
        if page.change_id is None:
            factstore.create(w, KIND, values)
        else:
            factstore.change(w, KIND, page.change_id, command.version, values)


@retried
def reset_parameter(actor: Actor, key: str) -> None:
    """Return to the shipped value; the change stays in the history."""
    with work(actor, "parameter.reset", subject=f"parameter:{key}") as w:
        page = parameter_page(key)
        if page.change_id is not None:
            factstore.archive(w, KIND, page.change_id)
