"""The ways into the demo company's systems, what stops without whom, and the safeguards in place and planned."""

from collections.abc import Mapping
from datetime import date, timedelta

from registry.demo.people import address
from registry.demo.table import number, rows, words
from registry.domain.register.facts import Access, Control, Dependency, Flow, Placement, PlatformUse
from registry.domain.register.vocabulary import AccessKind, AccessOutcome, ControlState, PlatformUseKind

__all__ = ["access", "controls", "dependencies", "placements", "platform_uses"]

# access | vendor | system | kind | last review, days ago | outcome
ACCESS = """
A-001 | V-0022 | S-001 | admin        | 80   | confirmed
A-002 | V-0022 | S-017 | admin        | 80   | confirmed
A-003 | V-0022 | S-002 | support_tool | 420  | confirmed
A-004 | V-0002 | S-009 | sso_agent    | 45   | confirmed
A-005 | V-0002 | S-003 | sso_agent    | 45   | modified
A-006 | V-0053 | S-009 | sso_agent    |      |
A-007 | V-0001 | S-003 | api_read_all | 510  | confirmed
A-008 | V-0001 | S-014 | api_read_all | 510  | confirmed
A-009 | V-0006 | S-002 | network      | 380  | confirmed
A-010 | V-0006 | S-010 | network      | 380  | modified
A-011 | V-0034 | S-001 | api_scoped   | 120  | confirmed
A-012 | V-0034 | S-002 | network      | 120  | confirmed
A-013 | V-0007 | S-004 | api_read_all | 200  | confirmed
A-014 | V-0025 | S-013 | admin        |      |
A-015 | V-0024 | S-013 | admin        | 60   | confirmed
A-016 | V-0005 | S-006 | api_scoped   | 30   | confirmed
A-017 | V-0013 | S-016 | api_scoped   | 30   | confirmed
A-018 | V-0010 | S-005 | api_scoped   | 30   | confirmed
A-019 | V-0028 | S-007 | api_read_all |      |
A-020 | V-0028 | S-009 | api_read_all |      |
A-021 | V-0014 | S-010 | sftp_push    | 700  | confirmed
A-022 | V-0008 | S-019 | sftp_push    | 400  | confirmed
A-023 | V-0009 | S-015 | network      | 150  | confirmed
A-024 | V-0012 | S-024 | api_scoped   | 90   | confirmed
A-025 | V-0021 | S-022 | admin        | 170  | confirmed
A-026 | V-0031 | S-018 | admin        | 240  | confirmed
A-027 | V-0016 | S-020 | support_tool | 300  | confirmed
A-028 | V-0037 | S-001 | network      | 460  | confirmed
A-029 | V-0060 | S-003 | api_read_all | 190  | confirmed
A-030 | V-0060 | S-014 | api_read_all | 190  | modified
A-031 | V-0044 | S-023 | support_tool | 350  | confirmed
A-032 | V-0019 | S-002 | api_scoped   | 75   | confirmed
A-033 | V-0020 | S-002 | api_scoped   | 75   | confirmed
A-034 | V-0062 | S-019 | sftp_push    | 130  | revoked
A-035 | V-0027 | S-025 | admin        | 95   | confirmed
A-036 | V-0040 | S-021 | support_tool | 260  | confirmed
A-037 | V-0061 | S-002 | api_scoped   |      |
A-038 | V-0026 | S-011 | admin        | 110  | confirmed
"""

# platform use | platform | user | kind
PLATFORM_USES = """
P-001 | V-0003 | V-0001 | hosting
P-002 | V-0003 | V-0004 | hosting
P-003 | V-0003 | V-0010 | hosting
P-004 | V-0003 | V-0012 | hosting
P-005 | V-0003 | V-0034 | hosting
P-006 | V-0003 | V-0028 | hosting
P-007 | V-0003 | V-0060 | hosting
P-008 | V-0003 | V-0026 | hosting
P-009 | V-0023 | S-019  | file_transfer
P-010 | V-0023 | V-0006 | file_transfer
P-011 | V-0023 | V-0014 | file_transfer
P-012 | V-0023 | V-0034 | file_transfer
P-013 | V-0023 | V-0016 | file_transfer
P-014 | V-0024 | S-001  | software_update
P-015 | V-0024 | S-002  | software_update
P-016 | V-0024 | S-005  | software_update
P-017 | V-0024 | S-013  | software_update
P-018 | V-0024 | S-021  | software_update
P-019 | V-0025 | S-013  | remote_management
P-020 | V-0025 | V-0006 | remote_management
P-021 | V-0025 | V-0043 | remote_management
P-022 | V-0026 | S-003  | saas_mfa
P-023 | V-0026 | S-009  | saas_mfa
P-024 | V-0026 | S-007  | saas_no_mfa
P-025 | V-0026 | V-0002 | saas_no_mfa
P-026 | V-0059 | V-0017 | saas_mfa
P-027 | V-0059 | V-0036 | saas_no_mfa
P-028 | V-0059 | S-013  | saas_mfa
P-029 | V-0060 | V-0004 | saas_mfa
P-030 | V-0060 | V-0041 | saas_no_mfa
P-031 | V-0054 | V-0007 | hosting
P-032 | V-0054 | V-0016 | hosting
P-033 | V-0054 | V-0039 | hosting
P-034 | V-0054 | V-0041 | hosting
P-035 | V-0048 | V-0006 | hosting
P-036 | V-0048 | V-0031 | hosting
"""

# dependency | process | vendor or system it needs
DEPENDENCIES = """
B-001 | Q-01 | S-001
B-002 | Q-01 | S-017
B-003 | Q-01 | V-0042
B-004 | Q-02 | S-002
B-005 | Q-02 | V-0006
B-006 | Q-02 | V-0018
B-007 | Q-03 | S-005
B-008 | Q-03 | V-0005
B-009 | Q-03 | S-006
B-010 | Q-03 | V-0026
B-011 | Q-04 | S-009
B-012 | Q-04 | V-0002
B-013 | Q-04 | V-0021
B-014 | Q-05 | S-015
B-015 | Q-05 | S-006
B-016 | Q-06 | V-0019
B-017 | Q-06 | V-0020
B-018 | Q-07 | V-0008
B-019 | Q-07 | V-0039
B-020 | Q-08 | V-0016
"""

# control | name | acts on | efficacy; the shipped controls need no row
CONTROLS = """
C-001 | Export of claims files only by two people        | exposure    | .4
C-002 | Alarm on mass reading through keys               | exposure    | .35
C-003 | Contact-centre desktops without copy and print   | exposure    | .5
C-004 | Rehearsed switch to the second contact centre    | availability | .5
"""

# control | on: a code, or sender>recipient:dataset | coverage | state | cost once | cost a year | due in days | owner
PLACEMENTS = """
MFA               | A-001                 | 1  | in_place         |      | 6k   |     | it.security
MFA               | A-004                 | 1  | in_place         |      | 15k  |     | it.security
MFA               | A-005                 | 1  | in_place         |      |      |     | it.security
MFA               | A-025                 | 1  | in_place         |      |      |     | it.security
PRIV_ACCESS       | A-001                 | 1  | in_place         | 80k  | 20k  |     | it.security
PRIV_ACCESS       | A-002                 | .8 | in_place         |      |      |     | it.security
ACCESS_REVIEW     | A-004                 | 1  | in_place         |      | 8k   |     | it.security
SEGMENTATION      | L-012                 | .9 | in_place         |      |      |     | it.security
EDR               | S-001                 | .9 | in_place         |      | 120k |     | it.security
EDR               | S-002                 | .9 | in_place         |      |      |     | it.security
PATCHING          | S-005                 | 1  | in_place         |      |      |     | banking.it
ENC_OUR_KEY       | S-002>V-0027:D-003    | 1  | in_place         |      |      |     | workplace
EXPORT_LIMIT      | S-003>V-0004:D-001    | 1  | in_place         |      | 4k   |     | sales.it
WRITE_ONLY        | S-010>V-0014:D-010    | 1  | in_place         | 5k   |      |     | policy.it
UPDATE_STAGING    | P-014                 | 1  | in_place         |      | 30k  |     | it.security
UPDATE_STAGING    | P-016                 | 1  | in_place         |      |      |     | it.security
BACKUP_RECOVERY   | B-007                 | .7 | in_place         |      | 90k  |     | banking.it
C-001             | S-002>V-0006:D-003    | 1  | in_place         |      |      |     | claims.it
C-003             | S-009>V-0002:D-012    | .8 | in_place         |      | 40k  |     | service.it
SUBPROCESSOR_CONTROL | V-0001>V-0045:D-001 | 1 | in_place         |      | 6k   |     | vendor.manager
SCOPED_TOKEN      | A-007                 | 1  | planned_funded   | 40k  |      | 90  | sales.it
SCOPED_TOKEN      | A-008                 | 1  | planned_funded   | 25k  |      | 90  | marketing
TOKEN_BINDING     | A-007                 | 1  | planned_unfunded | 60k  | 5k   |     | it.security
TOKEN_BINDING     | A-029                 | 1  | planned_unfunded | 35k  | 5k   |     | it.security
FIELD_MINIMISATION | S-014>V-0001:D-004   | 1  | planned_funded   | 30k  |      | 60  | marketing
RETENTION_LIMIT   | S-014>V-0001:D-029    | 1  | planned_funded   | 12k  | 4k   | -20 | marketing
ENC_OUR_KEY       | S-010>V-0014:D-013    | 1  | planned_unfunded | 180k | 45k  |     | policy.it
TOKENISATION      | S-015>V-0034:D-007    | 1  | planned_unfunded | 210k | 30k  |     | finance.it
PSEUDONYMISATION  | S-004>V-0007:D-021    | 1  | planned_funded   | 150k | 25k  | 180 | data.office
TRANSFER_PURGE    | P-009                 | 1  | planned_funded   | 20k  | 2k   | 45  | workplace
SEGMENTATION      | A-009                 | 1  | planned_unfunded | 95k  | 10k  |     | claims.it
SEGMENTATION      | L-001                 | 1  | planned_funded   | 70k  |      | 120 | workplace
JIT_ACCESS        | A-014                 | 1  | planned_unfunded | 45k  | 9k   |     |
SUPPORT_APPROVAL  | A-003                 | 1  | planned_funded   | 15k  |      | 30  | claims.it
MFA               | P-024                 | 1  | planned_funded   | 60k  | 20k  | 75  | digital
MFA               | P-025                 | 1  | planned_unfunded | 20k  | 8k   |     | service.it
DLP               | S-002>V-0006:D-003    | .7 | planned_unfunded | 130k | 40k  |     | claims.it
RETENTION_LIMIT   | S-017>V-0011:D-015    | 1  | planned_unfunded | 25k  |      |     | policy.it
ALT_SUPPLIER      | B-016                 | .6 | planned_unfunded |      | 220k |     | head.of.claims
C-002             | S-003>V-0060:D-001    | 1  | planned_funded   | 18k  | 6k   | 100 | sales.it
C-004             | B-012                 | 1  | planned_funded   | 50k  | 30k  | 150 | head.of.service
"""


def access(today: date) -> tuple[Access, ...]:
    """Return the vendors' ways into systems; some were never reviewed."""
    return tuple(
        Access(
            code=code,
            vendor=vendor,
            system=system,
            kind=AccessKind(kind),
            last_review=today - timedelta(days=int(age)) if age else None,
            outcome=AccessOutcome(outcome) if outcome else None,
        )
        for code, vendor, system, kind, age, outcome in rows(ACCESS, 6)
    )


def platform_uses() -> tuple[PlatformUse, ...]:
    """Return who uses which platform."""
    return tuple(
        PlatformUse(code=code, platform=platform, user=user, kind=PlatformUseKind(kind))
        for code, platform, user, kind in rows(PLATFORM_USES, 4)
    )


def dependencies() -> tuple[Dependency, ...]:
    """Return what each process needs."""
    return tuple(
        Dependency(code=code, process=process, depends_on=needed) for code, process, needed in rows(DEPENDENCIES, 3)
    )


def controls() -> tuple[Control, ...]:
    """Return the company's own kinds of safeguards."""
    return tuple(
        Control(code=code, name=name, acts_on=words(acts_on), efficacy=number(efficacy))
        for code, name, acts_on, efficacy in rows(CONTROLS, 4)
    )


def placements(today: date, flows: tuple[Flow, ...]) -> tuple[Placement, ...]:
    """Return where safeguards stand or are planned."""
    code_of = {f"{flow.sender}>{flow.recipient}:{flow.dataset}": flow.code for flow in flows}
    return tuple(placement(cells, code_of, today) for cells in rows(PLACEMENTS, 8))


def placement(cells: list[str], code_of: Mapping[str, str], today: date) -> Placement:
    """Return one placement; a flow is found by its ends and dataset."""
    control, place, covered, state, once, per_year, due, owner = cells
    return Placement(
        control=control,
        fact=code_of[place] if ">" in place else place,
        coverage=float(covered),
        state=ControlState(state),
        cost_once=number(once),
        cost_per_year=number(per_year),
        due=today + timedelta(days=int(due)) if due else None,
        owner_email=address(owner),
    )
