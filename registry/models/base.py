"""What all tables share: names of constraints, and types that behave the same on SQLite and PostgreSQL."""

import math
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Index, Integer, MetaData, String, Text, event, text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, validates
from sqlalchemy.types import TypeDecorator

__all__ = [
    "Base",
    "CodeList",
    "FactRow",
    "Money",
    "Named",
    "Share",
    "UtcDateTime",
    "Versioned",
    "enum_by_value",
    "name_key",
    "unique_when_live",
]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
INT64_MAX = 2**63 - 1


class Base(DeclarativeBase):
    """Root of all tables; knows nothing of Flask."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[Any, Any]] = {}


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _remember_old_values(_class: type, _key: str, attribute: Any) -> None:
    """Load the old value before a new one replaces it: the audit log needs both, also of an expired row."""
    if hasattr(attribute.impl, "active_history") and not attribute.impl.collection:
        attribute.impl.active_history = True


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC; refuses a naive one, gives back an aware one on both engines."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn any zone into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A moment needs its zone; give an aware datetime.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Mark what comes back as UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class _FixedPoint(TypeDecorator[float]):
    """A float kept as a whole number of small units, so that both engines compare and sum it exactly."""

    impl = BigInteger
    cache_ok = True
    UNITS: ClassVar[int] = 1

    def process_bind_param(self, value: float | None, dialect: Dialect) -> int | None:  # noqa: ARG002 -- SQLAlchemy's signature
        """Round to the nearest unit."""
        if value is None:
            return None
        if not math.isfinite(value) or abs(value) * self.UNITS > INT64_MAX:
            raise ValueError(f"{value} cannot be stored.")
        return round(value * self.UNITS)

    def process_result_value(self, value: int | None, dialect: Dialect) -> float | None:  # noqa: ARG002 -- see above
        """Return the float nearest to the stored units."""
        return None if value is None else value / self.UNITS


class Share(_FixedPoint):
    """A share or probability, in units of 1e-9."""

    cache_ok = True
    UNITS = 1_000_000_000


class Money(_FixedPoint):
    """An amount, in hundredths of its currency."""

    cache_ok = True
    UNITS = 100


class CodeList(TypeDecorator[tuple[str, ...]]):
    """A short list of words as text, `;a;b;`: the leading mark lets a filter look for `%;a;%` and never meet `;aa;`."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Dialect) -> str | None:  # noqa: ARG002 -- see above
        """Join; a word that holds the separator is refused, since it would come back as two."""
        if value is None:
            return None
        if any(";" in word or not word for word in value):
            raise ValueError("A word of a list is not empty and holds no semicolon.")
        return f";{';'.join(value)};" if value else ""

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[str, ...] | None:  # noqa: ARG002 -- see above
        """Split."""
        if value is None:
            return None
        return tuple(value.strip(";").split(";")) if value else ()


def enum_by_value(words: type[StrEnum], name: str) -> Enum:
    """Return the column type of a closed list: text by value, with a CHECK that names the list."""
    return Enum(
        words,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def unique_when_live(table: str, *columns: str) -> Index:
    """Return the index that keeps two live facts apart; an archived one may have a successor of the same name."""
    live = text("archived_at IS NULL")
    name = f"uq_{table}_{'_'.join(columns)}"
    return Index(name, *columns, unique=True, sqlite_where=live, postgresql_where=live)


class Versioned:
    """A row two people may edit: the version refuses to overwrite what one of them has not seen."""

    version: Mapped[int] = mapped_column(
        Integer, nullable=False, comment="Rises with each change; a form sends it back.", info={"audited": False}
    )

    @declared_attr.directive
    @classmethod
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


def name_key(name: str) -> str:
    """Return a name as it is compared: without case, and with single spaces only.

    >>> name_key("  Corvid  MAIL ")
    'corvid mail'
    """
    return " ".join(name.split()).casefold()


class Named:
    """A fact that people call by a name, one live fact of its kind a name."""

    name: Mapped[str] = mapped_column(String(200), comment="What people call it.")
    name_key: Mapped[str] = mapped_column(
        String(600),  # folding case can make a name three times as long
        comment="The name as it is compared: no case, single spaces.",
        info={"audited": False, "derived_from": ("name", name_key)},
    )

    @validates("name")
    def _follow_the_name(self, _field: str, name: str) -> str:
        self.name_key = name_key(name)
        return name


class FactRow(Versioned, Base):
    """Columns of every registered fact beside its own; the moments are set by `work()`."""

    __abstract__ = True

    created_at: Mapped[datetime] = mapped_column(
        UtcDateTime, nullable=False, comment="When it was registered.", info={"audited": False}
    )
    updated_at: Mapped[datetime] = mapped_column(
        UtcDateTime, nullable=False, comment="When it was last changed.", info={"audited": False}
    )
    archived_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="When it was archived; empty while it is part of the register."
    )
