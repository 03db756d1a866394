"""What people type about the organisation itself."""

from registry.core.formats import words
from registry.facts.fields import ChoiceField, CountField, DayField, NumberField, TextField
from registry.facts.forms import FactForm
from registry.facts.picking import country_choices, currency_choices, sector_choices
from registry.reference.load import known_words

__all__ = ["CurrencyForm", "OrganisationForm", "OrganisationRoleForm"]

_ROLES = [(role, words(role)) for role in sorted(known_words().roles)]


class OrganisationForm(FactForm):
    """Us."""

    KIND = "organisation"

    name = TextField("Name")
    sector = ChoiceField("Sector", sector_choices(), empty="not set")
    country = ChoiceField("Country", country_choices(), empty="not set")
    annual_revenue = NumberField("Annual revenue", description="Also caps the cost of one event.")
    currency = ChoiceField("Currency", currency_choices())
    customers = CountField("Customers", description="Datasets without a count are taken to hold all of them.")
    revenue_per_customer = NumberField("Revenue per customer and year")
    risk_appetite = NumberField("Loss in one year the board accepts")


class OrganisationRoleForm(FactForm):
    """A role that brings legal duties."""

    KIND = "organisation_roles"

    role = ChoiceField("Role", _ROLES, description="Without any role set, every duty may apply.")
    since = DayField("Since")
    source = TextField("Source", description="Where this is written: a registration, a licence, a decision.")


class CurrencyForm(FactForm):
    """What a currency is worth."""

    KIND = "currencies"

    currency = ChoiceField("Currency", currency_choices())
    usd_per_unit = NumberField("USD for one unit", description="The published cost figures are in USD.")
    as_of = DayField("As of")
    source = TextField("Source")
