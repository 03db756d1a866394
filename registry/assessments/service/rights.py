"""Who may do what to the assessments of a vendor."""

from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.errors import NotFound
from registry.core.ownership import can_write_vendor

__all__ = ["require"]


def require(actor: Actor, vendor: str, permission: Permission) -> None:
    """Raise NotFound when a person may not do this to a vendor's assessments; whether there are any is not told."""
    if not can_write_vendor(actor, vendor, permission):
        raise NotFound("assessment of vendor", vendor)
