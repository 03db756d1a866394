"""Our systems, the links between them, and the business processes that stop when something stops."""

from registry.core.permissions import Permission
from registry.facts.desk import FactDesk, fact_blueprint
from registry.systems.forms import DependencyForm, LinkForm, ProcessForm, SystemForm
from registry.systems.queries import DEPENDENCIES, LINKS, PROCESSES, SYSTEMS

_OURS = Permission.CATALOGUE_WRITE

blueprints = (
    fact_blueprint(
        FactDesk(kind="systems", form=SystemForm, list=SYSTEMS, writes=_OURS, bulk=("owner_email", "rto_hours")),
        __name__,
        path="/systems",
    ),
    fact_blueprint(FactDesk(kind="links", form=LinkForm, list=LINKS, writes=_OURS), __name__, path="/links"),
    fact_blueprint(
        FactDesk(kind="processes", form=ProcessForm, list=PROCESSES, writes=_OURS, bulk=("owner_email", "rto_hours")),
        __name__,
        path="/processes",
    ),
    fact_blueprint(
        FactDesk(kind="dependencies", form=DependencyForm, list=DEPENDENCIES), __name__, path="/dependencies"
    ),
)
