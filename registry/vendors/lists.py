"""The lists of vendors, contracts, certificates and contacts."""

from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, select

from registry.core.listing import Choice, Column, FilterKind, Format
from registry.domain.register.vocabulary import ContactRole, Lifecycle, Posture, Relationship, Tier
from registry.facts.lists import choices_of, code_column, fact_list, name_of
from registry.facts.picking import country_choices, sector_choices
from registry.models.accounts import Person
from registry.models.risk import VendorRisk
from registry.models.vendors import Certificate, Contact, Contract, Vendor
from registry.risk.queries import TIER_IN_FORCE
from registry.vendors import held

__all__ = ["CERTIFICATES", "CONTACTS", "CONTRACTS", "VENDORS"]

_OF_CONTRACT = (Contract.vendor, Vendor.code, Vendor.name)
_OF_CERTIFICATE = (Certificate.vendor, Vendor.code, Vendor.name)
_OF_CONTACT = (Contact.vendor, Vendor.code, Vendor.name)


def _pairs(choices: tuple[tuple[str, str], ...]) -> tuple[Choice, ...]:
    return tuple(Choice(value, label) for value, label in choices)


def _word(key: str, label: str, column: object, words: type, *, shown: bool = True) -> Column:
    return Column(
        key=key,
        label=label,
        expression=column,
        format=Format.WORD,
        filter=FilterKind.CHOICE,
        choices=choices_of(words),
        shown=shown,
    )


def _day(key: str, label: str, column: object) -> Column:
    return Column(key=key, label=label, expression=column, format=Format.DAY, filter=FilterKind.DAY)


def _flag(key: str, label: str, column: object, *, shown: bool = False, **options: object) -> Column:
    settings = {"format": Format.FLAG, "filter": FilterKind.FLAG, "shown": shown, "sortable": False, **options}
    return Column(key=key, label=label, expression=column, **settings)


def _number(key: str, label: str, column: object, *, written: Format = Format.COUNT, shown: bool = True) -> Column:
    return Column(key=key, label=label, expression=column, format=written, filter=FilterKind.NUMBER, shown=shown)


def _worked_out(column: Any) -> ColumnElement[Any]:
    found: ColumnElement[Any] = select(column).where(VendorRisk.vendor == Vendor.code).scalar_subquery()
    return found


# Lowest first, so that a descending order begins with the critical ones; words alone would sort by the alphabet.
_TIER_RANK = case({tier.value: -place for place, tier in enumerate(Tier)}, value=cast(TIER_IN_FORCE, String))
_OWNER_NAME = select(Person.name).where(Person.email == func.lower(Vendor.owner_email)).scalar_subquery()

VENDORS = fact_list(
    "vendors",
    (
        Column(
            key="name",
            label="Vendor",
            expression=Vendor.name,
            gloss=Vendor.service,
            format=Format.NAME,
            sort=Vendor.name_key,
        ),
        code_column("Code", Vendor.code),
        _word("relationship", "Relationship", Vendor.relationship, Relationship),
        Column(
            key="tier",
            label="Tier",
            expression=TIER_IN_FORCE,
            format=Format.BADGE,
            filter=FilterKind.CHOICE,
            choices=choices_of(Tier),
            sort=_TIER_RANK,
        ),
        Column(
            key="country",
            label="Where",
            expression=Vendor.country,
            filter=FilterKind.CHOICE,
            choices=lambda: _pairs(country_choices()),
        ),
        _word("lifecycle", "Lifecycle", Vendor.lifecycle, Lifecycle),
        Column(
            key="held",
            label="Data held",
            expression=held.CATEGORIES_HELD,
            format=Format.CATEGORIES,
            filter=FilterKind.WORDS,
            any_of=held.holders,
            sortable=False,
        ),
        _number("people", "People, at least", held.PEOPLE_HELD, written=Format.SHORT),
        _number("notice", "Notice, hours", held.NOTICE_HOURS),
        Column(
            key="owner",
            label="Owner",
            expression=func.coalesce(_OWNER_NAME, Vendor.owner_email),
            where=Vendor.owner_email,
            sort=Vendor.owner_email,
            filter=FilterKind.TEXT,
        ),
        Column(
            key="sector",
            label="Sector",
            expression=Vendor.sector,
            format=Format.WORD,
            filter=FilterKind.CHOICE,
            choices=lambda: _pairs(sector_choices()),
            shown=False,
        ),
        Column(key="rank", label="Rank", expression=held.RANK, format=Format.COUNT, shown=False, sortable=False),
        _word("posture", "Posture", Vendor.posture, Posture, shown=False),
        _number("inherent", "Inherent risk", _worked_out(VendorRisk.inherent), shown=False),
        _number("residual", "Residual risk", _worked_out(VendorRisk.residual), shown=False),
        Column(
            key="set_tier",
            label="Tier set by hand",
            expression=Vendor.tier_override,
            format=Format.BADGE,
            filter=FilterKind.CHOICE,
            choices=choices_of(Tier),
            shown=False,
        ),
        Column(
            key="tags",
            label="Tags",
            expression=Vendor.tags,
            format=Format.TAGS,
            filter=FilterKind.WORDS,
            shown=False,
            sortable=False,
        ),
        Column(key="unit", label="Used by", expression=Vendor.business_unit, filter=FilterKind.TEXT, shown=False),
        Column(key="domain", label="Domain", expression=Vendor.domain, shown=False),
        _flag("special", "Special categories", held.HOLDS_SPECIAL),
        _flag("incident", "Incident contact", held.HAS_INCIDENT_CONTACT),
        _flag("mine", "Mine to keep", held.IS_MINE),
    ),
    order="name",
    search=(Vendor.code, Vendor.name, Vendor.service, Vendor.domain, Vendor.legal_name),
    views=(
        ("Mine", "mine=yes"),
        ("Critical and high", "tier=critical&tier=high&sort=-tier"),
        ("Hold special categories", "special=yes"),
        ("No incident contact", "lifecycle=active&incident=no"),
        ("No owner", "owner=none"),
        ("Offboarding", "lifecycle=offboarding"),
    ),
)

CONTRACTS = fact_list(
    "contracts",
    (
        code_column("Contract", Contract.code),
        Column(key="reference", label="Reference", expression=Contract.reference, format=Format.NAME),
        Column(key="vendor", label="Vendor", expression=name_of(Vendor, Contract.vendor), sort_through=_OF_CONTRACT),
        _day("starts", "Starts", Contract.starts),
        _day("ends", "Ends", Contract.ends),
        _number("notice_days", "Notice, days", Contract.notice_days),
        _number("breach_notice_hours", "Breach notice, hours", Contract.breach_notice_hours),
        Column(
            key="dpa",
            label="Data processing agreed",
            expression=Contract.dpa_signed,
            format=Format.FLAG,
            filter=FilterKind.FLAG,
        ),
        Column(
            key="audit",
            label="We may audit",
            expression=Contract.right_to_audit,
            format=Format.FLAG,
            filter=FilterKind.FLAG,
            shown=False,
        ),
        _number("value_per_year", "Value per year", Contract.value_per_year, written=Format.MONEY, shown=False),
        _number("liability", "Liability, at most", Contract.liability_cap, written=Format.MONEY, shown=False),
    ),
    search=(Contract.code, Contract.reference),
    search_through=(_OF_CONTRACT,),
    extra={"currency": Contract.currency},
)

CERTIFICATES = fact_list(
    "certificates",
    (
        Column(key="certificate", label="Certificate", expression=Certificate.certificate, format=Format.NAME),
        Column(
            key="vendor", label="Vendor", expression=name_of(Vendor, Certificate.vendor), sort_through=_OF_CERTIFICATE
        ),
        _day("issued", "Issued", Certificate.issued),
        _day("expires", "Expires", Certificate.expires),
        Column(key="evidence", label="Evidence", expression=Certificate.evidence, filter=FilterKind.TEXT),
    ),
    search=(Certificate.certificate, Certificate.evidence),
    search_through=(_OF_CERTIFICATE,),
)

CONTACTS = fact_list(
    "contacts",
    (
        Column(
            key="name",
            label="Name",
            expression=func.coalesce(Contact.name, Contact.email, Contact.phone, "no name"),
            format=Format.NAME,
            sort=Contact.name,
        ),
        _word("role", "Role", Contact.role, ContactRole),
        Column(key="vendor", label="Vendor", expression=name_of(Vendor, Contact.vendor), sort_through=_OF_CONTACT),
        Column(key="email", label="E-mail", expression=Contact.email, filter=FilterKind.TEXT),
        Column(key="phone", label="Telephone", expression=Contact.phone),
    ),
    search=(Contact.name, Contact.email),
    search_through=(_OF_CONTACT,),
)
