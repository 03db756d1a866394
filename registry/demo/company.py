"""Brackwater Group, the invented company that a first start fills the register with."""

from datetime import date

from registry.demo import customers, flows, vendors, ways
from registry.domain.register.facts import Register

__all__ = ["build_company"]


def build_company(today: date) -> Register:
    """Return the register of the demo company as it stands on a day.

    It is an insurer and savings bank with some three million customers. Its register is good but not
    perfect: counts without a source, vendors without an owner, reviews that are overdue, certificates that
    have run out, a former printer that has not certified deletion. No rule is broken.

    Parameters
    ----------
    today : date
        All dates of the register are relative to it.

    Returns
    -------
    Register
        The same for the same day, in every detail.
    """
    given = flows.flows(today)
    return Register(
        organisation=customers.ORGANISATION,
        organisation_roles=customers.organisation_roles(today),
        currencies=customers.currencies(today),
        vendors=vendors.vendors(today),
        systems=customers.systems(),
        segments=customers.segments(today),
        jurisdictions=customers.jurisdictions(),
        datasets=customers.datasets(today),
        coverage=customers.coverage(),
        flows=given,
        access=ways.access(today),
        links=customers.links(),
        platform_uses=ways.platform_uses(),
        processes=customers.processes(),
        dependencies=ways.dependencies(),
        controls=ways.controls(),
        placements=ways.placements(today, given),
        contracts=vendors.contracts(today),
        certificates=vendors.certificates(today),
        contacts=vendors.contacts(),
    )
