"""The list of public breaches: columns, filters, what is searched."""

from flask import url_for
from sqlalchemy import case, func, select

from registry.core.formats import words
from registry.core.listing import Choice, Column, FilterKind, Format, ListSpec
from registry.domain.breaches.public_breaches import BreachSource, Measure
from registry.models.sector import BreachAlert, PublicBreach
from registry.reference.load import read_rows

__all__ = ["BEGAN_AT_VENDOR", "BREACHES", "SOURCE_WORDS", "sector_words"]

SOURCE_WORDS = {
    BreachSource.HHS_OCR: "HHS breach portal",
    BreachSource.WA_AG: "Washington Attorney General",
    BreachSource.HIBP: "Have I Been Pwned",
    BreachSource.VERIS: "VERIS",
    BreachSource.PLAIN: "Other list",
}
# What a person accepted counts before what the list says.
BEGAN_AT_VENDOR = func.coalesce(PublicBreach.vendor_accepted, PublicBreach.began_at_vendor)

_NAMES_OURS = select(BreachAlert.id).where(BreachAlert.breach == PublicBreach.id).exists()


def sector_words() -> dict[str, str]:
    """Return the sectors as they are shown."""
    return {row["sector"]: row["label"] for row in read_rows("sectors")}


def _flag(key: str, label: str, expression: object, *, shown: bool = False) -> Column:
    return Column(
        key=key,
        label=label,
        expression=expression,
        format=Format.FLAG,
        filter=FilterKind.FLAG,
        shown=shown,
        sortable=False,
    )


def _day(key: str, label: str, expression: object, *, shown: bool = False) -> Column:
    return Column(key=key, label=label, expression=expression, format=Format.DAY, filter=FilterKind.DAY, shown=shown)


BREACHES = ListSpec(
    name="public_breaches",
    one="public breach",
    many="public breaches",
    model=PublicBreach,
    key=PublicBreach.id,
    columns=(
        Column(
            key="name", label="Organisation", expression=PublicBreach.name, format=Format.NAME, filter=FilterKind.TEXT
        ),
        _day("reported", "Reported", PublicBreach.reported, shown=True),
        Column(
            key="people", label="Number", expression=PublicBreach.people, format=Format.COUNT, filter=FilterKind.NUMBER
        ),
        Column(
            key="measure",
            label="Of",
            expression=PublicBreach.measure,
            format=Format.WORD,
            filter=FilterKind.CHOICE,
            choices=tuple(Choice(each.value, words(each.value)) for each in Measure),
        ),
        _flag("placeholder", "Not counted yet", PublicBreach.is_placeholder, shown=True),
        _flag("vendor", "Began at a vendor", BEGAN_AT_VENDOR, shown=True),
        Column(
            key="sector",
            label="Sector",
            expression=PublicBreach.sector,
            format=Format.WORD,
            filter=FilterKind.CHOICE,
            choices=lambda: [Choice(key, label) for key, label in sector_words().items()],
        ),
        Column(key="cause", label="Cause", expression=PublicBreach.cause, filter=FilterKind.TEXT),
        Column(
            key="source",
            label="List",
            expression=case({source.value: label for source, label in SOURCE_WORDS.items()}, value=PublicBreach.source),
            where=PublicBreach.source,
            sort=PublicBreach.source,
            filter=FilterKind.CHOICE,
            choices=tuple(Choice(source.value, label) for source, label in SOURCE_WORDS.items()),
        ),
        Column(key="type", label="Kind", expression=PublicBreach.entity_type, filter=FilterKind.TEXT, shown=False),
        Column(key="region", label="State", expression=PublicBreach.region, filter=FilterKind.TEXT, shown=False),
        Column(key="country", label="Country", expression=PublicBreach.country, filter=FilterKind.TEXT, shown=False),
        _day("began", "Began", PublicBreach.began),
        _day("discovered", "Discovered", PublicBreach.discovered),
        Column(
            key="days",
            label="Days to notice",
            expression=PublicBreach.days_to_notice,
            format=Format.COUNT,
            filter=FilterKind.NUMBER,
            shown=False,
        ),
        Column(key="year", label="Year", expression=PublicBreach.year, filter=FilterKind.NUMBER, shown=False),
        Column(key="domain", label="Domain", expression=PublicBreach.domain, filter=FilterKind.TEXT, shown=False),
        _flag("one", "One breach of one firm", PublicBreach.is_one_breach),
        _flag("verified", "Verified by the list", PublicBreach.is_verified),
        _flag("ours", "Seems to name a vendor of ours", _NAMES_OURS),
    ),
    order="-reported",
    search=(PublicBreach.name, PublicBreach.domain, PublicBreach.cause, PublicBreach.entity_type),
    row_url=lambda key: url_for("sector.show", breach_id=int(key)),
    views=(
        ("Began at a vendor", "vendor=yes"),
        ("Name a vendor of ours", "ours=yes"),
        ("Not counted yet", "placeholder=yes"),
    ),
)
