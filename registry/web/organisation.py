"""The name of the organisation, as the sidebar and the titles show it."""

__all__ = ["DEFAULT_NAME", "name"]

DEFAULT_NAME = "Risk registry"


def name() -> str:
    """Return the name of the organisation."""
    return DEFAULT_NAME
