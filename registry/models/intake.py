"""Vendors that come and go: requests for new ones, what is left to do at the end, notices of new sub-processors."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Date, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.assessment.intake import RequestState
from registry.models.base import Base, UtcDateTime, Versioned, enum_by_value

__all__ = ["LeavingCheck", "NoticeState", "SubprocessorNotice", "VendorRequest"]


class VendorRequest(Versioned, Base):
    """Somebody in the business asks for a new vendor."""

    __tablename__ = "vendor_request"
    __table_args__ = (
        CheckConstraint("people >= 0", name="people_not_negative"),
        Index("ix_vendor_request_vendor", "vendor"),  # the vendor's page
        Index("ix_vendor_request_state", "state"),  # what waits
        {"comment": "Requests for new vendors, from being asked to going live."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    name: Mapped[str] = mapped_column(String(200), comment="Who is wanted.")
    service: Mapped[str] = mapped_column(String(300), comment="What it would do.")
    why: Mapped[str] = mapped_column(Text, comment="What the business needs it for.")
    data: Mapped[str] = mapped_column(Text, comment="Which data it would get, in words of who asks.")
    people: Mapped[int | None] = mapped_column(BigInteger, comment="People concerned, as far as who asks knows.")
    business_unit: Mapped[str | None] = mapped_column(String(200), comment="Who would use it.")
    wanted_by: Mapped[date | None] = mapped_column(Date, comment="When it is needed.")
    state: Mapped[RequestState] = mapped_column(
        enum_by_value(RequestState, "request_state"), comment="Where it stands."
    )
    requested_by: Mapped[str] = mapped_column(String(254), comment="Who asked.")
    requested_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")
    vendor: Mapped[str | None] = mapped_column(
        ForeignKey("vendor.code"), comment="The prospect that triage registered."
    )
    triaged_by: Mapped[str | None] = mapped_column(String(254), comment="Who did.")
    triaged_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When.")
    decided_by: Mapped[str | None] = mapped_column(String(254), comment="Who decided; never who asked.")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When.")
    rationale: Mapped[str | None] = mapped_column(Text, comment="Why it was decided so.")
    conditions: Mapped[str | None] = mapped_column(Text, comment="What must hold before it goes live.")
    active_by: Mapped[str | None] = mapped_column(String(254), comment="Who let it go live.")
    active_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When.")


class LeavingCheck(Base):
    """Something about a leaving vendor that no fact of the register says, confirmed by somebody."""

    __tablename__ = "leaving_check"
    __table_args__ = (
        UniqueConstraint("vendor", "what", name="uq_leaving_check_vendor_what"),
        {"comment": "What was confirmed about a leaving vendor: keys, equipment."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    vendor: Mapped[str] = mapped_column(ForeignKey("vendor.code"), comment="Which vendor.")
    what: Mapped[str] = mapped_column(String(20), comment="keys or equipment.")
    note: Mapped[str] = mapped_column(Text, comment="How it is known.")
    by: Mapped[str] = mapped_column(String(254), comment="Who confirmed it.")
    at: Mapped[datetime] = mapped_column(UtcDateTime, comment="When.")


class NoticeState(StrEnum):
    """What became of a notice."""

    OPEN = "open"
    OBJECTED = "objected"
    AGREED = "agreed"


class SubprocessorNotice(Versioned, Base):
    """A vendor tells us that it will pass our data on to somebody new."""

    __tablename__ = "subprocessor_notice"
    __table_args__ = (
        CheckConstraint("object_by >= received", name="days_in_order"),
        Index("ix_subprocessor_notice_vendor", "vendor"),  # the vendor's page
        Index("ix_subprocessor_notice_newcomer", "newcomer"),  # the newcomer's page
        Index("ix_subprocessor_notice_state_object_by", "state", "object_by"),  # what must be decided
        {"comment": "Notices of new sub-processors with their window for objecting."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    vendor: Mapped[str] = mapped_column(ForeignKey("vendor.code"), comment="Who tells us.")
    newcomer: Mapped[str] = mapped_column(
        ForeignKey("vendor.code"), comment="Who would get our data; a prospect until agreed."
    )
    received: Mapped[date] = mapped_column(Date, comment="When we were told.")
    object_by: Mapped[date] = mapped_column(Date, comment="Last day to object.")
    said: Mapped[str] = mapped_column(Text, comment="What the notice says.")
    state: Mapped[NoticeState] = mapped_column(enum_by_value(NoticeState, "notice_state"), comment="What became of it.")
    by: Mapped[str] = mapped_column(String(254), comment="Who recorded it.")
    decided_by: Mapped[str | None] = mapped_column(String(254), comment="Who decided.")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="When.")
    why: Mapped[str | None] = mapped_column(Text, comment="Why.")
