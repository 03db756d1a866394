"""Customer data and the customers in it: datasets with their coverage, segments with their jurisdictions."""

from flask import url_for

from registry.core.permissions import Permission
from registry.datasets.forms import CoverageForm, DatasetForm, JurisdictionForm, SegmentForm
from registry.datasets.queries import COVERAGE, DATASETS, JURISDICTIONS, SEGMENTS
from registry.domain.register.facts import Coverage, Jurisdiction
from registry.facts.desk import FactDesk, fact_blueprint

_OURS = Permission.CATALOGUE_WRITE


def _dataset_page(part: Coverage) -> str:
    return url_for("datasets.show", code=part.dataset)


def _segment_page(part: Jurisdiction) -> str:
    return url_for("segments.show", code=part.segment)


blueprints = (
    fact_blueprint(
        FactDesk(kind="datasets", form=DatasetForm, list=DATASETS, writes=_OURS, bulk=("system", "retention_months")),
        __name__,
        path="/datasets",
    ),
    fact_blueprint(
        FactDesk(kind="coverage", form=CoverageForm, list=COVERAGE, writes=_OURS, home=_dataset_page),
        __name__,
        path="/coverage",
    ),
    fact_blueprint(
        FactDesk(kind="segments", form=SegmentForm, list=SEGMENTS, writes=_OURS, bulk=("as_of", "source")),
        __name__,
        path="/segments",
    ),
    fact_blueprint(
        FactDesk(kind="jurisdictions", form=JurisdictionForm, list=JURISDICTIONS, writes=_OURS, home=_segment_page),
        __name__,
        path="/jurisdictions",
    ),
)
