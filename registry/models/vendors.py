"""Vendors and what belongs to one: contracts, certificates, contacts, comments, delegations."""

from datetime import date, datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, Double, ForeignKey, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.register.vocabulary import ContactRole, Lifecycle, Posture, Relationship, RevenueBand, Tier
from registry.models.base import (
    Base,
    CodeList,
    FactRow,
    Money,
    Named,
    Share,
    UtcDateTime,
    Versioned,
    enum_by_value,
    unique_when_live,
)

__all__ = ["Certificate", "Contact", "Contract", "Vendor", "VendorComment", "VendorDelegation"]

PERSONAL = {"personal": True}


class Vendor(Named, FactRow):
    """Any third party."""

    __tablename__ = "vendor"
    __table_args__ = (
        CheckConstraint("annual_breach_probability BETWEEN 0 AND 999999999", name="annual_breach_probability_range"),
        unique_when_live("vendor", "name_key"),
        Index(
            "ix_vendor_lifecycle", "lifecycle", "archived_at"
        ),  # whose flows do not count, asked by every list of holdings
        Index("ix_vendor_owner_email", "owner_email"),  # vendors of one manager
        {"comment": "Any third party."},
    )

    code: Mapped[str] = mapped_column(String(32), ForeignKey("fact_code.code"), primary_key=True, comment="V-0001.")
    legal_name: Mapped[str | None] = mapped_column(String(200), comment="Name of the company.")
    relationship: Mapped[Relationship] = mapped_column(
        enum_by_value(Relationship, "relationship"), default=Relationship.DIRECT, comment="How it stands to us."
    )
    sector: Mapped[str | None] = mapped_column(String(64), comment="Key of the sector list.")
    country: Mapped[str | None] = mapped_column(String(2), comment="ISO 3166-1 alpha-2.")
    revenue_band: Mapped[RevenueBand | None] = mapped_column(
        enum_by_value(RevenueBand, "revenue_band"), comment="Annual revenue in USD; moves the chance of a breach."
    )
    annual_breach_probability: Mapped[float | None] = mapped_column(Share, comment="Replaces the computed chance.")
    annual_breach_probability_reason: Mapped[str | None] = mapped_column(Text, comment="Why.")
    posture: Mapped[Posture] = mapped_column(
        enum_by_value(Posture, "posture"), default=Posture.UNKNOWN, comment="Band of its security posture."
    )
    tags: Mapped[tuple[str, ...]] = mapped_column(CodeList, default=(), comment="Free words to find it by.")
    introduced_by: Mapped[str | None] = mapped_column(Text, comment="Nth party: how we know it, with date.")
    domain: Mapped[str | None] = mapped_column(String(253), comment="Its internet domain.")
    service: Mapped[str | None] = mapped_column(Text, comment="What it does for us.")
    owner_email: Mapped[str | None] = mapped_column(String(254), comment="Our vendor manager.")
    business_unit: Mapped[str | None] = mapped_column(String(200), comment="Who uses it.")
    lifecycle: Mapped[Lifecycle] = mapped_column(
        enum_by_value(Lifecycle, "lifecycle"), default=Lifecycle.ACTIVE, comment="From first talk to last deletion."
    )
    tier_override: Mapped[Tier | None] = mapped_column(
        enum_by_value(Tier, "tier_override"), comment="Replaces the computed tier."
    )
    tier_override_reason: Mapped[str | None] = mapped_column(Text, comment="Why.")


class Contract(FactRow):
    """What was agreed with a vendor."""

    __tablename__ = "contract"
    __table_args__ = (
        CheckConstraint("notice_days >= 0", name="notice_days_not_negative"),
        CheckConstraint("breach_notice_hours >= 0", name="breach_notice_hours_not_negative"),
        CheckConstraint("value_per_year >= 0", name="value_per_year_not_negative"),
        CheckConstraint("liability_cap >= 0", name="liability_cap_not_negative"),
        CheckConstraint("insurance >= 0", name="insurance_not_negative"),
        CheckConstraint("ends >= starts", name="ends_after_start"),
        Index("ix_contract_vendor", "vendor"),  # contracts of a vendor
        {"comment": "What was agreed with a vendor."},
    )

    code: Mapped[str] = mapped_column(String(32), ForeignKey("fact_code.code"), primary_key=True, comment="K-001.")
    vendor: Mapped[str] = mapped_column(String(32), ForeignKey("vendor.code"), comment="With whom.")
    reference: Mapped[str] = mapped_column(Text, comment="Number or title of the document.")
    starts: Mapped[date | None] = mapped_column(Date, comment="First day.")
    ends: Mapped[date | None] = mapped_column(Date, comment="Last day.")
    notice_days: Mapped[float | None] = mapped_column(Double, comment="Days of notice to end it.")
    value_per_year: Mapped[float | None] = mapped_column(Money, comment="In the contract's currency.")
    currency: Mapped[str | None] = mapped_column(String(3), comment="ISO 4217; empty: the organisation's.")
    breach_notice_hours: Mapped[float | None] = mapped_column(Double, comment="Hours within which it must tell us.")
    right_to_audit: Mapped[bool | None] = mapped_column(Boolean, comment="Whether we may audit.")
    dpa_signed: Mapped[bool | None] = mapped_column(Boolean, comment="Whether data processing is agreed.")
    liability_cap: Mapped[float | None] = mapped_column(Money, comment="Most it pays.")
    insurance: Mapped[float | None] = mapped_column(Money, comment="Sum its insurance covers.")


class Certificate(FactRow):
    """A certificate or other evidence a vendor holds."""

    __tablename__ = "certificate"
    __table_args__ = (
        CheckConstraint("expires >= issued", name="expires_after_issue"),
        Index("ix_certificate_vendor", "vendor"),  # certificates of a vendor
        {"comment": "A certificate or other evidence a vendor holds."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    vendor: Mapped[str] = mapped_column(String(32), ForeignKey("vendor.code"), comment="Who holds it.")
    certificate: Mapped[str] = mapped_column(String(200), comment="Kind, from the list of certificates.")
    issued: Mapped[date | None] = mapped_column(Date, comment="First day.")
    expires: Mapped[date | None] = mapped_column(Date, comment="Last day.")
    evidence: Mapped[str | None] = mapped_column(Text, comment="Reference to the document.")


class Contact(FactRow):
    """A person at a vendor."""

    __tablename__ = "contact"
    __table_args__ = (
        Index("ix_contact_vendor", "vendor"),  # contacts of a vendor
        {"comment": "A person at a vendor; personal data."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    vendor: Mapped[str] = mapped_column(String(32), ForeignKey("vendor.code"), comment="Where the person works.")
    role: Mapped[ContactRole] = mapped_column(
        enum_by_value(ContactRole, "role"), default=ContactRole.PRIMARY, comment="What the person is there for."
    )
    name: Mapped[str | None] = mapped_column(String(200), comment="Name.", info=PERSONAL)
    email: Mapped[str | None] = mapped_column(String(254), comment="Address for mail.", info=PERSONAL)
    phone: Mapped[str | None] = mapped_column(Text, comment="Number to call.", info=PERSONAL)


class VendorComment(Versioned, Base):
    """What somebody wrote about a vendor."""

    __tablename__ = "vendor_comment"
    __table_args__ = (
        Index("ix_vendor_comment_vendor", "vendor"),  # the vendor's page
        {"comment": "What somebody wrote about a vendor."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    vendor: Mapped[str] = mapped_column(String(32), ForeignKey("vendor.code"), comment="About whom.")
    author_id: Mapped[int | None] = mapped_column(BigInteger, comment="Person who wrote it.")
    author: Mapped[str] = mapped_column(String(200), comment="Name of the author at that time.")
    body: Mapped[str] = mapped_column(Text, comment="Plain text.", info=PERSONAL)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When it was last edited.")


class VendorDelegation(Versioned, Base):
    """Leave for somebody else to keep a vendor current, beside its owner."""

    __tablename__ = "vendor_delegation"
    __table_args__ = (
        CheckConstraint("until >= since", name="until_after_since"),
        Index("ix_vendor_delegation_vendor_delegate_email", "vendor", "delegate_email", unique=True),
        Index("ix_vendor_delegation_delegate_email", "delegate_email"),  # vendors one person may write
        {"comment": "Who may write a vendor beside its owner, and until when."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    vendor: Mapped[str] = mapped_column(String(32), ForeignKey("vendor.code"), comment="Which vendor.")
    delegate_email: Mapped[str] = mapped_column(String(254), comment="Address of the person who may write it.")
    granted_by: Mapped[str] = mapped_column(String(200), comment="Who gave leave.")
    since: Mapped[date] = mapped_column(Date, comment="First day.")
    until: Mapped[date | None] = mapped_column(Date, comment="Last day; empty: until withdrawn.")
