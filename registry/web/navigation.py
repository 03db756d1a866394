"""What stands in the sidebar, as data: group, label, endpoint and the permission an entry needs.

An entry appears when its endpoint exists and the person may open it, so a feature brings its own entry into view by
registering its blueprint. Entries of one feature stay marked while any page of its blueprints is open.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass

from registry.core.permissions import Permission

__all__ = ["NAVIGATION", "NavEntry", "NavGroup", "ShownEntry", "ShownGroup", "shown_groups"]


@dataclass(frozen=True, slots=True)
class NavEntry:
    """One line of the sidebar; `also` names further blueprints whose pages belong to it."""

    label: str
    endpoint: str
    permission: Permission
    also: tuple[str, ...] = ()
    is_whole: bool = True  # whether every page of its blueprint belongs to it


@dataclass(frozen=True, slots=True)
class NavGroup:
    """Lines under one heading; the first group has none."""

    title: str | None
    entries: tuple[NavEntry, ...]


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """A line as one person sees it on one page."""

    label: str
    url: str
    is_current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ShownGroup:
    """A heading and the lines one person sees under it."""

    title: str | None
    entries: tuple[ShownEntry, ...]


NAVIGATION: tuple[NavGroup, ...] = (
    NavGroup(
        None,
        (
            NavEntry("Home", "home.index", Permission.HOME_READ, is_whole=False),
            NavEntry("My work", "mywork.index", Permission.HOME_READ),
        ),
    ),
    NavGroup(
        "Register",
        (
            NavEntry(
                "Vendors", "vendors.index", Permission.FACTS_READ, ("contracts", "certificates", "contacts", "received")
            ),
            NavEntry("Flows", "flows.index", Permission.FACTS_READ, ("access", "platform_uses")),
            NavEntry(
                "Systems and data",
                "systems.index",
                Permission.FACTS_READ,
                ("datasets", "segments", "links", "processes", "dependencies", "coverage", "jurisdictions"),
            ),
            NavEntry("Controls", "placements.index", Permission.FACTS_READ, ("controls",)),
            NavEntry("Data map", "datamap.index", Permission.FACTS_READ),
            NavEntry("Data quality", "quality.index", Permission.FACTS_READ),
            NavEntry("Assessments", "assessments.index", Permission.ASSESSMENTS_READ, ("campaigns", "evidenced")),
            NavEntry("Questionnaires", "questionnaires.index", Permission.QUESTIONNAIRES_READ),
            NavEntry("Access reviews", "accessreviews.index", Permission.FACTS_READ),
            NavEntry("Come and go", "intake.index", Permission.INTAKE_READ),
            NavEntry("What runs out", "expiring.index", Permission.FACTS_READ),
            NavEntry("Findings", "findings.index", Permission.FINDINGS_READ, ("acceptances",)),
        ),
    ),
    NavGroup(
        "Risk",
        (
            NavEntry("Blast radius", "blast.index", Permission.BLAST_READ),
            NavEntry("Scenarios", "scenarios.index", Permission.SCENARIOS_READ),
            NavEntry("Portfolio", "portfolio.index", Permission.PORTFOLIO_READ),
            NavEntry("Sector breaches", "sector.index", Permission.SECTOR_READ),
        ),
    ),
    NavGroup("Respond", (NavEntry("Incidents", "incidents.index", Permission.INCIDENTS_READ),)),
    NavGroup(
        "Evidence",
        (
            NavEntry("Reports", "reporting.index", Permission.REPORTS_READ),
            NavEntry("Imports", "importing.index", Permission.REGISTER_IMPORT),
            NavEntry("Reminders", "reminders.index", Permission.REMINDERS_READ),
            NavEntry("Outbox", "outbox.index", Permission.OUTBOX_READ),
            NavEntry("Jobs", "jobs.index", Permission.JOBS_READ),
            NavEntry("Audit log", "auditlog.index", Permission.AUDIT_READ),
            NavEntry("People", "people.index", Permission.PEOPLE_READ),
            NavEntry(
                "Settings",
                "administration.index",
                Permission.SETTINGS_READ,
                ("organisation", "organisation_roles", "currencies"),
            ),
            NavEntry("Help", "help.index", Permission.HELP_READ),
        ),
    ),
)


def shown_groups(
    groups: tuple[NavGroup, ...],
    *,
    held: Collection[Permission],
    endpoint: str,
    url_of: Callable[[str], str | None],
) -> tuple[ShownGroup, ...]:
    """Return what a person who holds these permissions sees on the page of an endpoint.

    `url_of` returns None for an endpoint that does not exist; groups without a line are left out.
    """
    shown = []
    for group in groups:
        urls = [(entry, url_of(entry.endpoint)) for entry in group.entries if entry.permission in held]
        entries = tuple(
            ShownEntry(entry.label, url, is_current=_belongs(entry, group, endpoint)) for entry, url in urls if url
        )
        if entries:
            shown.append(ShownGroup(group.title, entries))
    return tuple(shown)


def _belongs(entry: NavEntry, group: NavGroup, endpoint: str) -> bool:
    if endpoint == entry.endpoint:
        return True
    blueprint = endpoint.partition(".")[0]
    if blueprint in entry.also:
        return True
    if not entry.is_whole:
        return False
    # Of two entries of one blueprint (people and settings may share one) only the exact one is marked.
    if any(other.endpoint == endpoint for other in group.entries):
        return False
    return entry.endpoint.partition(".")[0] == blueprint
