"""The name of the organisation, as the sidebar and the titles show it."""

from sqlalchemy import select

from registry.core.db import session
from registry.models.organisation import Organisation

__all__ = ["DEFAULT_NAME", "name"]

DEFAULT_NAME = "Risk registry"  # until somebody has registered the organisation, and on pages without a database


def name() -> str:
    """Return the name of the organisation; one query."""
    return session().scalar(select(Organisation.name)) or DEFAULT_NAME
