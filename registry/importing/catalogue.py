"""The kinds of import by name; a further kind is one row here.

Rows are resolved when asked for: a kind may live in another feature, which may itself know the imports.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module

from registry.core.access import may
from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.importing.kinds import ImportKind

__all__ = ["KINDS", "kind_of", "kinds_for"]

# Name of the kind -> the module that holds it as KIND, in the order of the page.
KINDS: Mapping[str, str] = {
    "vendors": "registry.importing.vendors_kind",
    "register": "registry.importing.register_kind",
    "ciso_assistant": "registry.importing.ciso_assistant_kind",
    "fides": "registry.importing.fides_kind",
    "breaches": "registry.sector.kind",
    "completed": "registry.received.kind",
    "subprocessors": "registry.importing.subprocessors_kind",
}


@cache
def kind_of(name: str) -> ImportKind:
    """Return a kind of import.

    Raises
    ------
    NotFound
        When there is none of that name.
    """
    if name not in KINDS:
        raise NotFound("kind of import", name)
    kind: ImportKind = import_module(KINDS[name]).KIND
    return kind


def kinds_for(actor: Actor, *, about_vendor: bool = False) -> list[ImportKind]:
    """Return the kinds a person may use: those about one vendor, or the others."""
    kinds = (kind_of(name) for name in KINDS)
    return [kind for kind in kinds if kind.is_about_vendor is about_vendor and may(actor, kind.permission)]
