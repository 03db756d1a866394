"""Parameters of the model that differ from the shipped values."""

from sqlalchemy import Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import FactRow, unique_when_live

__all__ = ["ParameterChange"]


class ParameterChange(FactRow):
    """A changed parameter and why; the shipped value stays in the package."""

    __tablename__ = "parameter_change"
    __table_args__ = (
        unique_when_live("parameter_change", "key"),
        {"comment": "A changed parameter and why; the shipped value stays in the package."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    key: Mapped[str] = mapped_column(String(200), comment="Key of the parameter, as in the --set option.")
    value: Mapped[str] = mapped_column(Text, comment="Value in place of the shipped one.")
    reason: Mapped[str] = mapped_column(Text, comment="Why it differs.")
