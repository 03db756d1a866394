"""What ties a vendor to us: flows of data, accesses into our systems, platforms that many rest on."""

from registry.facts.desk import FactDesk, fact_blueprint
from registry.flows.forms import AccessForm, FlowForm, PlatformUseForm
from registry.flows.queries import ACCESS, FLOWS, PLATFORM_USES

blueprints = (
    fact_blueprint(
        FactDesk(kind="flows", form=FlowForm, list=FLOWS, bulk=("storage", "protection", "legal_basis")),
        __name__,
        path="/flows",
    ),
    fact_blueprint(
        FactDesk(kind="access", form=AccessForm, list=ACCESS, bulk=("last_review", "outcome")),
        __name__,
        path="/access",
    ),
    fact_blueprint(
        FactDesk(kind="platform_uses", form=PlatformUseForm, list=PLATFORM_USES), __name__, path="/platform-uses"
    ),
)
