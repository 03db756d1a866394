"""Our own kinds of controls, and where controls, ours or shipped, stand or are planned."""

from registry.controls.forms import ControlForm, PlacementForm
from registry.controls.queries import CONTROLS, PLACEMENTS
from registry.core.kinds import kind_of
from registry.core.links import fact_url
from registry.core.permissions import Permission
from registry.domain.register.facts import Placement
from registry.facts.desk import FactDesk, fact_blueprint


def _placed_on(placement: Placement) -> str:
    of = kind_of(placement.fact)
    return (fact_url(of.name, placement.fact) if of else None) or "/placements"


blueprints = (
    fact_blueprint(
        FactDesk(kind="controls", form=ControlForm, list=CONTROLS, writes=Permission.CATALOGUE_WRITE),
        __name__,
        path="/controls",
    ),
    fact_blueprint(
        FactDesk(
            kind="placements",
            form=PlacementForm,
            list=PLACEMENTS,
            bulk=("state", "due", "owner_email"),
            home=_placed_on,
        ),
        __name__,
        path="/placements",
    ),
)
