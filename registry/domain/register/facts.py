"""What people register, as values; a `Register` is all of it at one moment.

The same values come from a file, from the database and from tests, and go through the same rules
(`registry.domain.register.rules`) and into the same graph (`registry.domain.exposure.exposure`). References between
facts are codes. Names and spelling of the fields follow the sheets and columns of the register file.

Units: shares and probabilities are floats from 0 to 1; money is in the organisation's currency unless
the fact names one; people are whole numbers; dates are calendar dates in the organisation's zone.
`None` means "not known" unless said otherwise.
"""

from dataclasses import dataclass
from functools import cached_property

from registry.domain.register.fact import Fact
from registry.domain.register.facts_of_ours import (
    Control,
    Coverage,
    Currency,
    Dataset,
    Dependency,
    Jurisdiction,
    Link,
    Organisation,
    OrganisationRole,
    ParameterChange,
    Placement,
    Process,
    Segment,
    System,
)
from registry.domain.register.facts_of_vendors import (
    Access,
    Certificate,
    Contact,
    Contract,
    Flow,
    PlatformUse,
    Vendor,
)

__all__ = [
    "FACT_TYPES",
    "Access",
    "Certificate",
    "Contact",
    "Contract",
    "Control",
    "Coverage",
    "Currency",
    "Dataset",
    "Dependency",
    "Fact",
    "Flow",
    "Jurisdiction",
    "Link",
    "Organisation",
    "OrganisationRole",
    "ParameterChange",
    "Placement",
    "PlatformUse",
    "Process",
    "Register",
    "Segment",
    "System",
    "Vendor",
]


@dataclass(frozen=True, kw_only=True)
class Register:
    """Everything registered, without what is archived; field order is the order of the sheets.

    Built by `importers.register` from a file and by `registry.core.register` from the database.
    Codes are unique within a register and tell the kind of a fact by their prefix.
    """

    organisation: Organisation
    organisation_roles: tuple[OrganisationRole, ...] = ()
    currencies: tuple[Currency, ...] = ()
    parameters: tuple[ParameterChange, ...] = ()
    vendors: tuple[Vendor, ...] = ()
    systems: tuple[System, ...] = ()
    segments: tuple[Segment, ...] = ()
    jurisdictions: tuple[Jurisdiction, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    coverage: tuple[Coverage, ...] = ()
    flows: tuple[Flow, ...] = ()
    access: tuple[Access, ...] = ()
    links: tuple[Link, ...] = ()
    platform_uses: tuple[PlatformUse, ...] = ()
    processes: tuple[Process, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    controls: tuple[Control, ...] = ()
    placements: tuple[Placement, ...] = ()
    contracts: tuple[Contract, ...] = ()
    certificates: tuple[Certificate, ...] = ()
    contacts: tuple[Contact, ...] = ()

    @cached_property
    def vendor_by_code(self) -> dict[str, Vendor]:
        """Vendors by code."""
        return {vendor.code: vendor for vendor in self.vendors}

    @cached_property
    def system_by_code(self) -> dict[str, System]:
        """Systems by code."""
        return {system.code: system for system in self.systems}

    @cached_property
    def dataset_by_code(self) -> dict[str, Dataset]:
        """Datasets by code."""
        return {dataset.code: dataset for dataset in self.datasets}

    @cached_property
    def process_by_code(self) -> dict[str, Process]:
        """Business processes by code."""
        return {process.code: process for process in self.processes}

    @cached_property
    def control_by_code(self) -> dict[str, Control]:
        """Own controls by code; shipped ones are parameters and stand in no register."""
        return {control.code: control for control in self.controls}

    def facts(self, attribute: str) -> tuple[Fact, ...]:
        """Return the facts of one field of the register, such as `"flows"`."""
        value = getattr(self, attribute)
        return (value,) if isinstance(value, Organisation) else value


# One row per sheet of the register file: field of `Register` -> type of its facts, in sheet order.
FACT_TYPES: dict[str, type[Fact]] = {
    "organisation": Organisation,
    "organisation_roles": OrganisationRole,
    "currencies": Currency,
    "parameters": ParameterChange,
    "vendors": Vendor,
    "systems": System,
    "segments": Segment,
    "jurisdictions": Jurisdiction,
    "datasets": Dataset,
    "coverage": Coverage,
    "flows": Flow,
    "access": Access,
    "links": Link,
    "platform_uses": PlatformUse,
    "processes": Process,
    "dependencies": Dependency,
    "controls": Control,
    "placements": Placement,
    "contracts": Contract,
    "certificates": Certificate,
    "contacts": Contact,
}
