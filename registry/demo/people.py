"""Who looks after what at the demo company; vendors belong to the two demo people who are vendor managers."""

__all__ = ["DOMAIN", "address"]

DOMAIN = "brackwater.example"

# Desks of the tables -> demo people who sign in or stand behind (`registry.accounts.service.demo`).
DEMO_PEOPLE = {
    "vendor.manager": "tomasz.wierzbowy",
    "it.sourcing": "perpetua.lindqvist",
    "banking.buying": "perpetua.lindqvist",
    "head.of.risk": "rosalind.achterberg",
    "it.security": "rosalind.achterberg",
    "head.of.service": "lucan.fairweather",
    "legal": "benedek.halmos",
}


def address(desk: str) -> str | None:
    """Return the mail address of whoever holds a desk, None for an empty cell.

    >>> address("vendor.manager"), address("claims.it")
    ('tomasz.wierzbowy@brackwater.example', 'claims.it@brackwater.example')
    """
    return f"{DEMO_PEOPLE.get(desk, desk)}@{DOMAIN}" if desk else None
