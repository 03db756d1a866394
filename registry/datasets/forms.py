"""What people type about data and the people in it."""

from registry.core.kinds import SYSTEM
from registry.facts.fields import CodesField, CountField, DayField, FactField, NumberField, ShareField, TextField
from registry.facts.forms import FactForm

__all__ = ["CoverageForm", "DatasetForm", "JurisdictionForm", "SegmentForm"]


class DatasetForm(FactForm):
    """Customer data that lives in one of our systems."""

    KIND = "datasets"

    name = TextField("Name")
    system = FactField("Home system", SYSTEM, description="Where it lives; its code or name.")
    categories = CodesField("Categories", offers="categories", description="What is in it; separate with semicolons.")
    people = CountField("People", blank="not known, counted at its worst", description="Blank is unknown; 0 is nobody.")
    as_of = DayField("Counted on", description="A count needs its day and its source.")
    source = TextField("Source of the count", blank="unsourced")
    retention_months = NumberField("Kept for, months")


class CoverageForm(FactForm):
    """How many of a segment are in a dataset."""

    KIND = "coverage"

    dataset = FactField("Dataset", ("datasets",))
    segment = FactField("Segment", ("segments",))
    share = ShareField("Share of the segment's people in it")


class SegmentForm(FactForm):
    """A population of customers."""

    KIND = "segments"

    name = TextField("Name")
    people = CountField("People")
    as_of = DayField("Counted on", description="A count needs its day and its source.")
    source = TextField("Source of the count", blank="unsourced")


class JurisdictionForm(FactForm):
    """Where a segment's people live."""

    KIND = "jurisdictions"

    segment = FactField("Segment", ("segments",))
    jurisdiction = TextField(
        "Jurisdiction", render_kw={"data-pick": "jurisdictions"}, description="A country or its part: DE, US-CA, CA-QC."
    )
    share = ShareField("Share of its people", description="All shares of a segment add up to 100 % at most.")
