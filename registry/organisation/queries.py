"""The lists of the organisation's own facts."""

from registry.core.listing import Column, Format
from registry.facts.lists import fact_list
from registry.models.organisation import Currency, Organisation, OrganisationRole

__all__ = ["CURRENCIES", "ORGANISATION", "ORGANISATION_ROLES"]

ORGANISATION = fact_list(
    "organisation",
    (
        Column(key="name", label="Name", expression=Organisation.name, format=Format.NAME),
        Column(key="sector", label="Sector", expression=Organisation.sector, format=Format.WORD),
        Column(key="country", label="Country", expression=Organisation.country),
        Column(key="customers", label="Customers", expression=Organisation.customers, format=Format.COUNT),
        Column(key="revenue", label="Annual revenue", expression=Organisation.annual_revenue, format=Format.MONEY),
    ),
    search=(Organisation.name,),
)

ORGANISATION_ROLES = fact_list(
    "organisation_roles",
    (
        Column(key="role", label="Role", expression=OrganisationRole.role, format=Format.NAME),
        Column(key="since", label="Since", expression=OrganisationRole.since, format=Format.DAY),
        Column(key="source", label="Source", expression=OrganisationRole.source),
    ),
    search=(OrganisationRole.role, OrganisationRole.source),
)

CURRENCIES = fact_list(
    "currencies",
    (
        Column(key="currency", label="Currency", expression=Currency.currency, format=Format.NAME),
        Column(key="usd_per_unit", label="USD for one unit", expression=Currency.usd_per_unit, format=Format.TEXT),
        Column(key="as_of", label="As of", expression=Currency.as_of, format=Format.DAY),
        Column(key="source", label="Source", expression=Currency.source),
    ),
    search=(Currency.currency, Currency.source),
)
