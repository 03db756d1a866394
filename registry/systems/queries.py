"""The lists of systems, links, processes and dependencies."""

from registry.core.listing import Column, FilterKind, Format
from registry.domain.register.vocabulary import LinkKind
from registry.facts.lists import choices_of, code_column, fact_list, name_of, party_of
from registry.models.links import Link
from registry.models.processes import Dependency, Process
from registry.models.systems import System
from registry.models.vendors import Vendor

__all__ = ["DEPENDENCIES", "LINKS", "PROCESSES", "SYSTEMS"]

_HOST = (System.hosted_by, Vendor.code, Vendor.name)
_FROM = (Link.from_system, System.code, System.name)
_PROCESS = (Dependency.process, Process.code, Process.name)

SYSTEMS = fact_list(
    "systems",
    (
        code_column("System", System.code),
        Column(key="name", label="Name", expression=System.name, format=Format.NAME, sort=System.name_key),
        Column(key="hosted_by", label="Hosted by", expression=name_of(Vendor, System.hosted_by), sort_through=_HOST),
        Column(key="owner", label="Owner", expression=System.owner_email, filter=FilterKind.TEXT),
        Column(
            key="rto",
            label="Back within, hours",
            expression=System.rto_hours,
            format=Format.COUNT,
            filter=FilterKind.NUMBER,
        ),
    ),
    search=(System.code, System.name, System.owner_email),
    search_through=(_HOST,),
)

LINKS = fact_list(
    "links",
    (
        code_column("Link", Link.code),
        Column(
            key="from",
            label="From",
            expression=name_of(System, Link.from_system),
            format=Format.NAME,
            sort_through=_FROM,
        ),
        Column(key="to", label="To", expression=name_of(System, Link.to_system), sortable=False),
        Column(
            key="kind",
            label="Kind",
            expression=Link.kind,
            format=Format.WORD,
            filter=FilterKind.CHOICE,
            choices=choices_of(LinkKind),
        ),
    ),
    search=(Link.code,),
    search_through=(_FROM, (Link.to_system, System.code, System.name)),
)

PROCESSES = fact_list(
    "processes",
    (
        code_column("Process", Process.code),
        Column(key="name", label="Name", expression=Process.name, format=Format.NAME, sort=Process.name_key),
        Column(key="owner", label="Owner", expression=Process.owner_email, filter=FilterKind.TEXT),
        Column(
            key="rto",
            label="Back within, hours",
            expression=Process.rto_hours,
            format=Format.COUNT,
            filter=FilterKind.NUMBER,
        ),
        Column(
            key="margin",
            label="Margin lost per day",
            expression=Process.margin_per_day,
            format=Format.MONEY,
            filter=FilterKind.NUMBER,
        ),
    ),
    search=(Process.code, Process.name, Process.owner_email),
)

DEPENDENCIES = fact_list(
    "dependencies",
    (
        code_column("Dependency", Dependency.code),
        Column(
            key="process",
            label="Process",
            expression=name_of(Process, Dependency.process),
            format=Format.NAME,
            sort_through=_PROCESS,
        ),
        Column(key="depends_on", label="Depends on", expression=party_of(Dependency.depends_on), sortable=False),
    ),
    search=(Dependency.code,),
    search_through=(_PROCESS,),
)
