"""Flows of customer data to vendors."""

from datetime import date

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Date, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.domain.register.vocabulary import Protection, Storage
from registry.models.base import CodeList, FactRow, Share, enum_by_value

__all__ = ["Flow"]


class Flow(FactRow):
    """A dataset, or part of it, given to a vendor."""

    __tablename__ = "flow"
    __table_args__ = (
        CheckConstraint("people_share BETWEEN 0 AND 1000000000", name="people_share_range"),
        CheckConstraint("people >= 0", name="people_not_negative"),
        CheckConstraint("probability BETWEEN 0 AND 1000000000", name="probability_range"),
        CheckConstraint("sender <> recipient", name="not_to_itself"),
        CheckConstraint("people_share IS NULL OR people IS NULL", name="one_measure"),
        Index("ix_flow_sender", "sender"),  # dependents of a system or vendor
        # What a vendor holds; wide enough that the list of vendors is sorted by people without touching a flow. Texts
        # of any length stay out of it: PostgreSQL refuses entries beyond a third of a page.
        Index(
            "ix_flow_recipient",
            "recipient",
            "archived_at",
            "storage",
            "starts",
            "ends",
            "deletion_certified",
            "sender",
            "dataset",
            "people",
            "people_share",
        ),
        Index("ix_flow_archived_at", "archived_at", "code"),  # how many flows there are; any page of them
        Index("ix_flow_dataset", "dataset"),  # where a dataset goes
        {"comment": "A dataset, or part of it, given to a vendor."},
    )

    code: Mapped[str] = mapped_column(String(32), ForeignKey("fact_code.code"), primary_key=True, comment="F-001.")
    sender: Mapped[str] = mapped_column(
        String(32), ForeignKey("fact_code.code"), comment="System or vendor that gives it."
    )
    recipient: Mapped[str] = mapped_column(String(32), ForeignKey("vendor.code"), comment="Vendor that gets it.")
    dataset: Mapped[str] = mapped_column(String(32), ForeignKey("dataset.code"), comment="What is given.")
    people_share: Mapped[float | None] = mapped_column(
        Share, comment="Of the dataset's people; with people also empty: all."
    )
    people: Mapped[int | None] = mapped_column(
        BigInteger, comment="People, where a number is known instead of a share."
    )
    categories: Mapped[tuple[str, ...]] = mapped_column(
        CodeList, default=(), comment="Categories passed; empty: all of the dataset."
    )
    storage: Mapped[Storage] = mapped_column(
        enum_by_value(Storage, "storage"), default=Storage.BULK, comment="How the recipient keeps it."
    )
    protection: Mapped[Protection] = mapped_column(
        enum_by_value(Protection, "protection"), default=Protection.NONE, comment="How the copy is protected."
    )
    sender_reads_back: Mapped[bool] = mapped_column(
        Boolean, default=False, comment="Whether the sender can read the copy."
    )
    mechanism: Mapped[str | None] = mapped_column(Text, comment="How it travels.")
    frequency: Mapped[str | None] = mapped_column(Text, comment="How often.")
    purpose: Mapped[str | None] = mapped_column(Text, comment="What for.")
    countries_at_rest: Mapped[tuple[str, ...]] = mapped_column(CodeList, default=(), comment="Where it is kept.")
    countries_processing: Mapped[tuple[str, ...]] = mapped_column(CodeList, default=(), comment="Where it is used.")
    legal_basis: Mapped[str | None] = mapped_column(Text, comment="Why we may.")
    transfer_safeguard: Mapped[str | None] = mapped_column(Text, comment="What allows the transfer abroad.")
    starts: Mapped[date | None] = mapped_column(Date, comment="First day.")
    ends: Mapped[date | None] = mapped_column(Date, comment="Last day.")
    deletion_certified: Mapped[date | None] = mapped_column(
        Date, comment="Day of the vendor's certificate; until then an ended flow still counts."
    )
    probability: Mapped[float | None] = mapped_column(
        Share, comment="Replaces the base probability of the copy being taken."
    )
    probability_reason: Mapped[str | None] = mapped_column(Text, comment="Why.")
