"""Us: the organisation, the roles that bring it legal duties, and what currencies are worth."""

from registry.core.permissions import Permission
from registry.facts.desk import FactDesk, fact_blueprint
from registry.organisation.forms import CurrencyForm, OrganisationForm, OrganisationRoleForm
from registry.organisation.queries import CURRENCIES, ORGANISATION, ORGANISATION_ROLES

_OURS = Permission.CATALOGUE_WRITE

blueprints = (
    fact_blueprint(
        FactDesk(kind="organisation", form=OrganisationForm, list=ORGANISATION, writes=_OURS),
        __name__,
        path="/organisation",
    ),
    fact_blueprint(
        FactDesk(kind="organisation_roles", form=OrganisationRoleForm, list=ORGANISATION_ROLES, writes=_OURS),
        __name__,
        path="/organisation-roles",
    ),
    fact_blueprint(
        FactDesk(kind="currencies", form=CurrencyForm, list=CURRENCIES, writes=_OURS, bulk=("as_of", "source")),
        __name__,
        path="/currencies",
    ),
)
