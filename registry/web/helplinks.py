"""Which help page belongs to a page: by its endpoint, else by its blueprint, else the page of the blueprint's own name."""

from collections.abc import Collection, Mapping

from registry.core.kinds import KINDS

__all__ = ["topic_for"]

_FACTS = "register-facts"
_TOPICS: Mapping[str, str] = {
    "home": "getting-started",
    "home.search": "getting-started",
    "savedviews": "lists",
    "datamap": "data-map",
    "blast": "blast-radius",
    "quality": "data-quality",
    "sector": "sector-breaches",
    "outbox": "mail",
    "auditlog": "audit-log",
    "administration": "parameters",
    "accounts": "accounts",
    "accounts.permissions": "accounts",
    "people": "accounts",
    "joblist": "jobs",
    "help": "getting-started",
    "tour": "getting-started",
    "patterns": "getting-started",
    "metrics": "running-for-real",
    "received": "importing",
    "reporting": "reports",
    "acceptances": "findings",
    "accessreviews": "access-reviews",
    "evidenced": "assessments",
    "mywork": "my-work",
    "portal": "vendor-portal",
    "recipients": "vendor-portal",
    **dict.fromkeys(KINDS, _FACTS),
    "facts": _FACTS,
    **{f"{kind}.index": "lists" for kind in KINDS},
}
# Where a feature has no page of its own name yet, the nearest one.
_NEAREST: Mapping[str, str] = {
    "portal": "assessments",
    "incidents": "getting-started",
    "campaigns": "assessments",
}


def topic_for(endpoint: str, topics: Collection[str]) -> str | None:
    """Return the help page of an endpoint; None when nobody said which.

    >>> topic_for("vendors.index", ()), topic_for("vendors.show", ()), topic_for("scenarios.show", ("scenarios",))
    ('lists', 'register-facts', 'scenarios')
    """
    blueprint = endpoint.partition(".")[0]
    own = blueprint if blueprint in topics else None
    return _TOPICS.get(endpoint) or _TOPICS.get(blueprint) or own or _NEAREST.get(blueprint)
