"""The organisation itself, its legal roles and the currencies it uses."""

from datetime import date

from sqlalchemy import BigInteger, CheckConstraint, Date, Double, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import FactRow, Money, unique_when_live

__all__ = ["Currency", "Organisation", "OrganisationRole"]


class Organisation(FactRow):
    """Us; one row."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint("id = 1", name="single"),
        CheckConstraint("annual_revenue >= 0", name="annual_revenue_not_negative"),
        CheckConstraint("customers >= 0", name="customers_not_negative"),
        CheckConstraint("revenue_per_customer >= 0", name="revenue_per_customer_not_negative"),
        CheckConstraint("risk_appetite >= 0", name="risk_appetite_not_negative"),
        {"comment": "Us; one row."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False, comment="Always 1.")
    name: Mapped[str] = mapped_column(String(200), comment="Our name.")
    sector: Mapped[str | None] = mapped_column(String(64), comment="Key of the sector list.")
    country: Mapped[str | None] = mapped_column(String(2), comment="ISO 3166-1 alpha-2.")
    annual_revenue: Mapped[float | None] = mapped_column(
        Money, comment="Per year, in the currency; also the default cap of one event."
    )
    currency: Mapped[str] = mapped_column(
        String(3), default="USD", comment="ISO 4217; amounts without a currency of their own are in this one."
    )
    customers: Mapped[int | None] = mapped_column(
        BigInteger, comment="People who are customers; stands in for unknown counts."
    )
    revenue_per_customer: Mapped[float | None] = mapped_column(Money, comment="Per year.")
    risk_appetite: Mapped[float | None] = mapped_column(Money, comment="Loss in one year the board accepts.")


class OrganisationRole(FactRow):
    """A role of ours that brings legal duties."""

    __tablename__ = "organisation_role"
    __table_args__ = (
        unique_when_live("organisation_role", "role"),
        {"comment": "A role of ours that brings legal duties."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    role: Mapped[str] = mapped_column(String(64), comment="Key of applies_to in the notification rules.")
    since: Mapped[date | None] = mapped_column(Date, comment="Since when.")
    source: Mapped[str | None] = mapped_column(Text, comment="Where this is written.")


class Currency(FactRow):
    """What one unit of a currency is worth in USD."""

    __tablename__ = "currency"
    __table_args__ = (
        unique_when_live("currency", "currency"),
        CheckConstraint("usd_per_unit > 0", name="rate_positive"),
        {"comment": "What one unit of a currency is worth in USD."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    currency: Mapped[str] = mapped_column(String(3), comment="ISO 4217.")
    usd_per_unit: Mapped[float] = mapped_column(Double, comment="USD for one unit.")
    as_of: Mapped[date | None] = mapped_column(Date, comment="Date of the rate.")
    source: Mapped[str | None] = mapped_column(Text, comment="Where the rate is from.")
