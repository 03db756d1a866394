"""The permission matrix: what may be done at all, and which role may do it; data, with no code that decides.

One row per permission. The Settings page shows these rows, `registry.core.access` obeys them, and a test walks every
endpoint with every role against them. A new feature adds its rows here and names them with `@needs`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from registry.core.actor import Role

__all__ = [
    "FUNCTION_PERMISSIONS",
    "PERMISSION_ROWS",
    "ROLES_WITH_SECOND_FACTOR",
    "ROLE_PERMISSIONS",
    "ROLE_WORDS",
    "Permission",
    "PermissionRow",
    "PersonFunction",
    "Scope",
]


class Permission(StrEnum):
    """One thing that may be allowed; the part before the dot is the area of the product."""

    ACCOUNT_OWN = "account.own"
    HOME_READ = "home.read"
    HELP_READ = "help.read"
    VIEWS_SAVE = "views.save"
    JOBS_READ = "jobs.read"
    JOBS_WRITE = "jobs.write"
    REMINDERS_READ = "reminders.read"

    FACTS_READ = "facts.read"
    FACTS_WRITE = "facts.write"
    CATALOGUE_WRITE = "catalogue.write"
    COMMENTS_WRITE = "comments.write"
    LISTS_EXPORT = "lists.export"
    REGISTER_EXPORT = "register.export"
    REGISTER_IMPORT = "register.import"
    INTAKE_READ = "intake.read"
    INTAKE_ASK = "intake.ask"
    EVIDENCE_READ = "evidence.read"
    EVIDENCE_WRITE = "evidence.write"

    BLAST_READ = "blast.read"
    SCENARIOS_READ = "scenarios.read"
    SCENARIOS_WRITE = "scenarios.write"
    SCENARIOS_REVIEW = "scenarios.review"
    PORTFOLIO_READ = "portfolio.read"
    PORTFOLIO_RUN = "portfolio.run"

    QUESTIONNAIRES_READ = "questionnaires.read"
    QUESTIONNAIRES_WRITE = "questionnaires.write"
    ASSESSMENTS_READ = "assessments.read"
    ASSESSMENTS_ANSWER = "assessments.answer"
    ASSESSMENTS_LAUNCH = "assessments.launch"
    ASSESSMENTS_REVIEW = "assessments.review"
    FINDINGS_READ = "findings.read"
    FINDINGS_WRITE = "findings.write"
    ACCEPTANCES_PROPOSE = "acceptances.propose"
    ACCEPTANCES_APPROVE = "acceptances.approve"

    INCIDENTS_READ = "incidents.read"
    INCIDENTS_DECLARE = "incidents.declare"
    INCIDENTS_WRITE = "incidents.write"
    INCIDENTS_LEGAL = "incidents.legal"
    SECTOR_READ = "sector.read"
    SECTOR_IMPORT = "sector.import"
    REPORTS_READ = "reports.read"
    REPORTS_MAKE = "reports.make"
    REPORTS_SIGN = "reports.sign"
    REPORTS_APPROVE = "reports.approve"

    SETTINGS_READ = "settings.read"
    SETTINGS_WRITE = "settings.write"
    PARAMETERS_READ = "parameters.read"
    PARAMETERS_WRITE = "parameters.write"
    OUTBOX_READ = "outbox.read"
    OUTBOX_WRITE = "outbox.write"
    METRICS_READ = "metrics.read"

    PERMISSIONS_READ = "permissions.read"
    PEOPLE_READ = "people.read"
    PEOPLE_WRITE = "people.write"
    AUDIT_READ = "audit.read"
    AUDIT_VERIFY = "audit.verify"


class Scope(StrEnum):
    """How far a permission reaches; own = vendors the person owns or stands in for."""

    ALL = "all"
    OWN = "own"


class PersonFunction(StrEnum):
    """What a person answers for beside the role; tasks and notes of an incident are granted by function."""

    LEGAL = "legal"
    OPERATIONS = "operations"
    CUSTOMER_SERVICE = "customer_service"
    COMMUNICATIONS = "communications"
    PRIVACY = "privacy"
    EXECUTIVE = "executive"


ROLE_WORDS: Mapping[Role, tuple[str, str]] = {
    Role.ADMINISTRATOR: ("Administrator", "Runs the registry: people, settings, imports."),
    Role.CISO: ("CISO", "Answers for the whole register, its scenarios, acceptances and incidents."),
    Role.VENDOR_MANAGER: ("Vendor manager", "Keeps the vendors they own, or stand in for, current."),
    Role.AUDITOR: ("Auditor", "Reads everything but legal-only notes, and changes nothing."),
    Role.CONTRIBUTOR: ("Contributor", "Answers the questions and findings handed to them."),
}

ROLES_WITH_SECOND_FACTOR: frozenset[Role] = frozenset({Role.ADMINISTRATOR, Role.CISO})


@dataclass(frozen=True, slots=True)
class PermissionRow:
    """One row of the matrix: the permission, in words, and how far it reaches for each role that has it."""

    permission: Permission
    area: str
    words: str
    changes: bool
    holders: Mapping[Role, Scope]


_A, _C, _V, _U, _O = Role.ADMINISTRATOR, Role.CISO, Role.VENDOR_MANAGER, Role.AUDITOR, Role.CONTRIBUTOR
_EVERYONE = (_A, _C, _V, _U, _O)
_STAFF = (_A, _C, _V, _U)


def _reads(permission: Permission, area: str, words: str, *holders: Role, own: tuple[Role, ...] = ()) -> PermissionRow:
    reach = dict.fromkeys(holders, Scope.ALL) | dict.fromkeys(own, Scope.OWN)
    return PermissionRow(permission, area, words, changes=False, holders=reach)


def _changes(
    permission: Permission, area: str, words: str, *holders: Role, own: tuple[Role, ...] = ()
) -> PermissionRow:
    reach = dict.fromkeys(holders, Scope.ALL) | dict.fromkeys(own, Scope.OWN)
    return PermissionRow(permission, area, words, changes=True, holders=reach)


_P = Permission

PERMISSION_ROWS: tuple[PermissionRow, ...] = (
    _reads(_P.HOME_READ, "Everyone", "See Home", *_EVERYONE),
    _reads(_P.HELP_READ, "Everyone", "Read the help", *_EVERYONE),
    _reads(_P.ACCOUNT_OWN, "Everyone", "Keep one's own profile, password, second factor and sessions", *_EVERYONE),
    _reads(_P.VIEWS_SAVE, "Everyone", "Save one's own views of a list", *_EVERYONE),
    _reads(_P.JOBS_READ, "Everyone", "See long work, such as simulations and packs", _A, _C, _U, own=(_V, _O)),
    _reads(_P.JOBS_WRITE, "Everyone", "Stop long work, or begin it again", _A, own=(_C, _V, _U, _O)),
    _reads(
        _P.REMINDERS_READ, "Everyone", "See reminders and what is due; one's own calendar", _A, _C, _U, own=(_V, _O)
    ),
    _reads(_P.PERMISSIONS_READ, "Everyone", "See this matrix", *_EVERYONE),
    _reads(_P.FACTS_READ, "Register", "See vendors, flows, systems, the data map and data quality", *_EVERYONE),
    _changes(_P.FACTS_WRITE, "Register", "Add, change and archive vendors and what belongs to them", _A, _C, own=(_V,)),
    _changes(
        _P.CATALOGUE_WRITE,
        "Register",
        "Change our own side: organisation, systems, segments, datasets, controls",
        _A,
        _C,
    ),
    _changes(_P.COMMENTS_WRITE, "Register", "Comment on a vendor", _A, _C, _V, _O),
    _reads(_P.LISTS_EXPORT, "Register", "Export what a list shows", *_STAFF),
    _reads(_P.REGISTER_EXPORT, "Register", "Export the whole register as a file", *_STAFF),
    _changes(_P.REGISTER_IMPORT, "Register", "Import a register file", _A, _C, own=(_V,)),
    _reads(_P.INTAKE_READ, "Register", "See requests for new vendors", *_EVERYONE),
    _changes(_P.INTAKE_ASK, "Register", "Ask for a new vendor, and take a request back", _A, _C, _V, _O),
    _reads(_P.EVIDENCE_READ, "Register", "Open evidence files", *_STAFF),
    _changes(_P.EVIDENCE_WRITE, "Register", "Attach evidence files", _A, _C, _O, own=(_V,)),
    _reads(_P.BLAST_READ, "Exposure", "Ask for a blast radius and try what-ifs", *_STAFF),
    _reads(_P.SCENARIOS_READ, "Exposure", "See and compare saved scenarios", *_STAFF),
    _changes(_P.SCENARIOS_WRITE, "Exposure", "Save and archive scenarios", _A, _C, _V),
    _changes(_P.SCENARIOS_REVIEW, "Exposure", "Comment on a scenario, and say that one has read it", _A, _C, _V),
    _reads(_P.PORTFOLIO_READ, "Exposure", "See the portfolio and its concentrations", *_STAFF),
    _changes(_P.PORTFOLIO_RUN, "Exposure", "Start a portfolio run or a plan within a budget", _A, _C),
    _reads(_P.QUESTIONNAIRES_READ, "Assessments", "See questionnaires", *_STAFF),
    _changes(_P.QUESTIONNAIRES_WRITE, "Assessments", "Write and publish questionnaires", _A, _C),
    _reads(_P.ASSESSMENTS_READ, "Assessments", "See assessments and their answers", *_STAFF),
    _changes(_P.ASSESSMENTS_ANSWER, "Assessments", "Answer the questions handed to one", _A, _C, _O, own=(_V,)),
    _changes(
        _P.ASSESSMENTS_LAUNCH, "Assessments", "Start assessments and campaigns, send reminders", _A, _C, own=(_V,)
    ),
    _changes(_P.ASSESSMENTS_REVIEW, "Assessments", "Review and close assessments", _A, _C, own=(_V,)),
    _reads(_P.FINDINGS_READ, "Assessments", "See findings and acceptances", *_STAFF, _O),
    _changes(_P.FINDINGS_WRITE, "Assessments", "Open, work on and close findings", _A, _C, _O, own=(_V,)),
    _changes(_P.ACCEPTANCES_PROPOSE, "Assessments", "Propose the acceptance of a risk", _A, _C, own=(_V,)),
    _changes(
        _P.ACCEPTANCES_APPROVE,
        "Assessments",
        "Accept a risk that somebody else proposed, up to one’s limit",
        _C,
        own=(_V,),
    ),
    _reads(_P.INCIDENTS_READ, "Incidents", "See incidents, their clocks and tasks", *_STAFF),
    _changes(_P.INCIDENTS_DECLARE, "Incidents", "Declare an incident", _A, _C, _V),
    _changes(_P.INCIDENTS_WRITE, "Incidents", "Work on an incident", _A, _C, _V),
    _changes(_P.INCIDENTS_LEGAL, "Incidents", "Read and write legal-only notes (people with the function legal)"),
    _reads(_P.SECTOR_READ, "Sector", "See public breaches of the sector", *_STAFF),
    _changes(_P.SECTOR_IMPORT, "Sector", "Import public breach records", _A, _C),
    _reads(_P.REPORTS_READ, "Reports", "See, take and verify audit packs", *_STAFF),
    _reads(_P.REPORTS_MAKE, "Reports", "Take reports about vendors, findings and the portfolio", *_STAFF),
    _changes(_P.REPORTS_SIGN, "Reports", "Ask for an audit pack; say that one prepared or reviewed it", _A, _C, _V),
    _changes(_P.REPORTS_APPROVE, "Reports", "Approve, seal and withdraw an audit pack", _A, _C),
    _reads(_P.SETTINGS_READ, "Settings", "See the settings", _A, _C, _U),
    _changes(_P.SETTINGS_WRITE, "Settings", "Change the settings and the reminder ladder", _A),
    _reads(_P.PARAMETERS_READ, "Settings", "See the parameters of the model and their sources", *_STAFF),
    _changes(_P.PARAMETERS_WRITE, "Settings", "Change parameters of the model", _A, _C),
    _reads(_P.OUTBOX_READ, "Settings", "See the outbox", _A, _C, _U),
    _changes(_P.OUTBOX_WRITE, "Settings", "Send again, pause or cancel mail", _A),
    _reads(_P.METRICS_READ, "Settings", "Read the operating figures", _A),
    _reads(_P.PEOPLE_READ, "People", "See people, their roles and functions", _A, _C, _U),
    _changes(_P.PEOPLE_WRITE, "People", "Add and disable people, change roles, end sessions", _A),
    _reads(_P.AUDIT_READ, "Audit", "Read the audit log", _A, _C, _U),
    _reads(_P.AUDIT_VERIFY, "Audit", "Verify the audit log", _A, _C, _U),
)

ROLE_PERMISSIONS: Mapping[Role, Mapping[Permission, Scope]] = {
    role: {row.permission: row.holders[role] for row in PERMISSION_ROWS if role in row.holders} for role in Role
}

FUNCTION_PERMISSIONS: Mapping[PersonFunction, frozenset[Permission]] = {
    PersonFunction.LEGAL: frozenset({_P.INCIDENTS_READ, _P.INCIDENTS_WRITE, _P.INCIDENTS_LEGAL}),
    PersonFunction.OPERATIONS: frozenset({_P.INCIDENTS_READ, _P.INCIDENTS_WRITE}),
    PersonFunction.CUSTOMER_SERVICE: frozenset({_P.INCIDENTS_READ, _P.INCIDENTS_WRITE}),
    PersonFunction.COMMUNICATIONS: frozenset({_P.INCIDENTS_READ, _P.INCIDENTS_WRITE}),
    PersonFunction.PRIVACY: frozenset({_P.INCIDENTS_READ, _P.INCIDENTS_WRITE}),
    PersonFunction.EXECUTIVE: frozenset(
        {
            _P.INCIDENTS_READ,
            _P.PORTFOLIO_READ,
            _P.BLAST_READ,
            _P.SCENARIOS_READ,
            _P.SCENARIOS_REVIEW,
            _P.FINDINGS_READ,
            _P.ACCEPTANCES_APPROVE,
        }
    ),
}
