"""Codes of facts: which exist, of what kind, and the last number given for each prefix."""

from sqlalchemy import Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base

__all__ = ["CodeCounter", "FactCode"]


class FactCode(Base):
    """Every code ever given, so that a reference to "a system or a vendor" can be a foreign key."""

    __tablename__ = "fact_code"
    __table_args__ = ({"comment": "Every code ever given and the kind of its fact; codes are unique across kinds."},)

    code: Mapped[str] = mapped_column(String(32), primary_key=True, comment="V-0001.")
    kind: Mapped[str] = mapped_column(String(32), comment="Kind of the fact, as the field of the register: vendors.")


class CodeCounter(Base):
    """The last number given for a prefix; numbers are never given twice."""

    __tablename__ = "code_counter"
    __table_args__ = ({"comment": "Last number given for each prefix of a code."},)

    prefix: Mapped[str] = mapped_column(String(4), primary_key=True, comment="V, F, ...")
    last: Mapped[int] = mapped_column(Integer, comment="Last number given.")
