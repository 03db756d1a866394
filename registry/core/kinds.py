"""The kinds of facts as one table: which rows hold them, what they refer to, and what goes along when one is archived."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any

from registry import models
from registry.domain.register.facts import FACT_TYPES, Fact
from registry.models.base import FactRow, Named

__all__ = ["KINDS", "FactKind", "Reference", "kind_of"]

VENDOR, SYSTEM = ("vendors",), ("systems",)
PARTY = ("systems", "vendors")
PLACEABLE = ("flows", "access", "links", "platform_uses", "dependencies", "systems")


@dataclass(frozen=True, slots=True)
class Reference:
    """A field that names another fact.

    `phrase` says in words what the fact does to the one it names: "flow F-001 gives data to it".
    `is_part`: the fact means nothing without the one it names, so it is archived and restored together with it.
    """

    field: str
    to: tuple[str, ...]
    phrase: str
    is_part: bool = False
    shipped_too: bool = False  # may name something that ships with the product and has no row


@dataclass(frozen=True)
class FactKind:
    """All that the store needs to know of one kind of fact; `name` is the field of `Register`."""

    name: str
    word: str
    fact_type: type[Fact]
    model: type[FactRow]
    digits: int = 0
    references: tuple[Reference, ...] = ()
    unique: tuple[str, ...] = ()

    @property
    def prefix(self) -> str | None:
        """Return what the codes begin with; None for facts numbered by the database."""
        return self.fact_type.PREFIX

    @property
    def table_name(self) -> str:
        """Return the name of the table, as in the audit log."""
        return str(self.model.__tablename__)

    @property
    def key_field(self) -> str:
        """Return `code` or `id`."""
        return "code" if self.prefix else "id"

    @property
    def has_name(self) -> bool:
        """Whether people call it by a name that is unique among its kind."""
        return issubclass(self.model, Named)

    @cached_property
    def field_names(self) -> tuple[str, ...]:
        """Return the fields of the fact, which are attributes of the row as well."""
        return tuple(item.name for item in fields(self.fact_type) if item.name != "row")

    def fact_of(self, row: Any) -> Fact:
        """Return a row as a fact."""
        return self.fact_type(**{name: getattr(row, name) for name in self.field_names})

    def values_of(self, fact: Fact) -> dict[str, Any]:
        """Return a fact as the values of its row."""
        return {name: getattr(fact, name) for name in self.field_names}


_TABLE: tuple[FactKind, ...] = (
    FactKind("organisation", "organisation", FACT_TYPES["organisation"], models.Organisation),
    FactKind("organisation_roles", "role", FACT_TYPES["organisation_roles"], models.OrganisationRole, unique=("role",)),
    FactKind("currencies", "currency", FACT_TYPES["currencies"], models.Currency, unique=("currency",)),
    FactKind("parameters", "changed parameter", FACT_TYPES["parameters"], models.ParameterChange, unique=("key",)),
    FactKind("vendors", "vendor", FACT_TYPES["vendors"], models.Vendor, digits=4),
    FactKind(
        "systems",
        "system",
        FACT_TYPES["systems"],
        models.System,
        digits=3,
        references=(Reference("hosted_by", VENDOR, "is hosted by it"),),
    ),
    FactKind("segments", "segment", FACT_TYPES["segments"], models.Segment, digits=2),
    FactKind(
        "jurisdictions",
        "jurisdiction share",
        FACT_TYPES["jurisdictions"],
        models.Jurisdiction,
        references=(Reference("segment", ("segments",), "says where its people live", is_part=True),),
        unique=("segment", "jurisdiction"),
    ),
    FactKind(
        "datasets",
        "dataset",
        FACT_TYPES["datasets"],
        models.Dataset,
        digits=3,
        references=(Reference("system", SYSTEM, "lives in it"),),
    ),
    FactKind(
        "coverage",
        "coverage",
        FACT_TYPES["coverage"],
        models.Coverage,
        references=(
            Reference("dataset", ("datasets",), "says whom it covers", is_part=True),
            Reference("segment", ("segments",), "counts its people"),
        ),
        unique=("dataset", "segment"),
    ),
    FactKind(
        "flows",
        "flow",
        FACT_TYPES["flows"],
        models.Flow,
        digits=3,
        references=(
            Reference("sender", PARTY, "sends data from it"),
            Reference("recipient", VENDOR, "gives data to it"),
            Reference("dataset", ("datasets",), "passes it on"),
        ),
    ),
    FactKind(
        "access",
        "access",
        FACT_TYPES["access"],
        models.Access,
        digits=3,
        references=(Reference("vendor", VENDOR, "is its way in"), Reference("system", SYSTEM, "opens it")),
    ),
    FactKind(
        "links",
        "link",
        FACT_TYPES["links"],
        models.Link,
        digits=3,
        references=(
            Reference("from_system", SYSTEM, "starts from it"),
            Reference("to_system", SYSTEM, "leads into it"),
        ),
    ),
    FactKind(
        "platform_uses",
        "platform use",
        FACT_TYPES["platform_uses"],
        models.PlatformUse,
        digits=3,
        references=(Reference("platform", VENDOR, "rests on it"), Reference("user", PARTY, "says what it rests on")),
    ),
    FactKind("processes", "process", FACT_TYPES["processes"], models.Process, digits=2),
    FactKind(
        "dependencies",
        "dependency",
        FACT_TYPES["dependencies"],
        models.Dependency,
        digits=3,
        references=(
            Reference("process", ("processes",), "says what it needs", is_part=True),
            Reference("depends_on", PARTY, "needs it"),
        ),
    ),
    FactKind("controls", "control", FACT_TYPES["controls"], models.Control, digits=3),
    FactKind(
        "placements",
        "placement",
        FACT_TYPES["placements"],
        models.Placement,
        references=(
            Reference("control", ("controls",), "puts it in place", shipped_too=True),
            Reference("fact", PLACEABLE, "stands on it", is_part=True),
        ),
    ),
    FactKind(
        "contracts",
        "contract",
        FACT_TYPES["contracts"],
        models.Contract,
        digits=3,
        references=(Reference("vendor", VENDOR, "is agreed with it", is_part=True),),
    ),
    FactKind(
        "certificates",
        "certificate",
        FACT_TYPES["certificates"],
        models.Certificate,
        references=(Reference("vendor", VENDOR, "is held by it", is_part=True),),
    ),
    FactKind(
        "contacts",
        "contact",
        FACT_TYPES["contacts"],
        models.Contact,
        references=(Reference("vendor", VENDOR, "works there", is_part=True),),
    ),
)

# Field of `Register` -> its kind, in the order of the sheets; what is referred to comes before what refers to it.
KINDS: Mapping[str, FactKind] = MappingProxyType({kind.name: kind for kind in _TABLE})
_BY_PREFIX = {kind.prefix: kind for kind in _TABLE if kind.prefix}


def kind_of(code: str) -> FactKind | None:
    """Return the kind a code belongs to, by its prefix; None when no kind has such codes."""
    return _BY_PREFIX.get(code.partition("-")[0])
