"""Saved views of lists: filters, order and columns under a name."""

from sqlalchemy import Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from registry.models.base import Base, Versioned

__all__ = ["SavedView"]


class SavedView(Versioned, Base):
    """A list as somebody likes to see it."""

    __tablename__ = "saved_view"
    __table_args__ = (
        Index("ix_saved_view_list_name_person_id", "list_name", "person_id"),  # the menu of one list
        {"comment": "Filters, order and columns of a list under a name."},
    )

    id: Mapped[int] = mapped_column(Integer, primary_key=True, comment="Given by the database.")
    person_id: Mapped[int] = mapped_column(Integer, comment="Whose view it is.")
    list_name: Mapped[str] = mapped_column(String(64), comment="Which list.")
    name: Mapped[str] = mapped_column(String(200), comment="What the person calls it.")
    query: Mapped[str] = mapped_column(Text, comment="Query string of the list.")
    shared: Mapped[bool] = mapped_column(Boolean, default=False, comment="Whether everybody sees it.")
