"""What the demo company gives to whom, and what they pass on: four levels deep, with ends that still have copies."""

from dataclasses import replace
from datetime import date, timedelta

from registry.demo.table import rows, words
from registry.demo.vendors import VENDORS
from registry.domain.register.facts import Flow
from registry.domain.register.vocabulary import Protection, Storage

__all__ = ["flows"]

# sender | recipient | datasets | share of their people, empty for all | storage | protection | use
FLOWS = """
# mail and its chain of senders
S-014 | V-0001 | D-004 D-029            |     | bulk      | none                 | campaign
S-003 | V-0001 | D-001                  |     | bulk      | none                 | campaign
S-009 | V-0001 | D-012                  | .8  | bulk      | none                 | service
S-012 | V-0001 | D-019                  | .8  | bulk      | none                 | service
S-010 | V-0001 | D-028                  | .6  | cached    | encrypted_vendor_key | letters
V-0001 | V-0045 | D-001 D-004           | .55 | cached    | none                 | messages
V-0045 | V-0046 | D-001 D-004           | .5  | bulk      | none                 | cleaning
V-0046 | V-0047 | D-004 D-001           | .4  | cached    | pseudonymised        | scoring
# contact centre and telephony
S-009 | V-0002 | D-012                  |     | cached    | none                 | service
S-003 | V-0002 | D-001                  |     | cached    | none                 | service
S-001 | V-0002 | D-002                  |     | cached    | none                 | service
S-022 | V-0002 | D-011                  | .7  | in_memory | none                 | service
S-002 | V-0002 | D-003                  | .5  | cached    | none                 | service
S-015 | V-0002 | D-023 D-007            | .2  | in_memory | none                 | service
V-0002 | V-0053 | D-012 D-001           | .3  | cached    | none                 | service
V-0002 | V-0053 | D-003                 | .1  | in_memory | none                 | service
S-009 | V-0021 | D-012                  | .9  | bulk      | encrypted_vendor_key | calls
S-022 | V-0021 | D-011                  |     | bulk      | encrypted_vendor_key | calls
V-0021 | V-0050 | D-011 D-012           | .4  | bulk      | none                 | transcripts
V-0050 | V-0051 | D-011 D-012           | .35 | cached    | none                 | transcripts
V-0051 | V-0052 | D-011                 | .05 | bulk      | none                 | labels
V-0051 | V-0052 | D-012                 | .02 | bulk      | pseudonymised        | labels
V-0053 | V-0021 | D-011                 | .2  | bulk      | encrypted_vendor_key | calls
# cloud homes of ours
S-001 | V-0003 | D-002 D-025            |     | bulk      | encrypted_our_key    | hosting
S-002 | V-0003 | D-003 D-014 D-024      |     | bulk      | encrypted_our_key    | hosting
S-004 | V-0003 | D-021 D-030            |     | bulk      | encrypted_vendor_key | hosting
S-012 | V-0003 | D-019                  |     | bulk      | encrypted_vendor_key | hosting
S-014 | V-0003 | D-004 D-022 D-029      |     | bulk      | encrypted_vendor_key | hosting
S-015 | V-0003 | D-007 D-023            |     | bulk      | encrypted_our_key    | hosting
S-016 | V-0003 | D-018                  |     | bulk      | encrypted_vendor_key | hosting
S-017 | V-0003 | D-015 D-026            |     | bulk      | encrypted_our_key    | hosting
S-024 | V-0003 | D-016                  |     | bulk      | encrypted_vendor_key | hosting
S-003 | V-0004 | D-001                  |     | bulk      | encrypted_vendor_key | service
S-012 | V-0004 | D-019                  |     | bulk      | encrypted_vendor_key | service
S-009 | V-0004 | D-012                  |     | bulk      | encrypted_vendor_key | service
S-001 | V-0004 | D-002                  | .9  | cached    | encrypted_vendor_key | service
S-014 | V-0004 | D-004                  | .8  | cached    | encrypted_vendor_key | campaign
V-0004 | V-0003 | D-001                 | 1   | bulk      | encrypted_vendor_key | hosting
V-0004 | V-0060 | D-001 D-019           | .5  | in_memory | none                 | sync
V-0060 | V-0001 | D-019                 | .4  | cached    | none                 | sync
S-003 | V-0060 | D-001                  | .6  | in_memory | none                 | sync
S-009 | V-0060 | D-012                  | .6  | in_memory | none                 | sync
# cards and savings
S-005 | V-0005 | D-005 D-006            |     | bulk      | tokenised            | payments
S-005 | V-0005 | D-008                  | .5  | cached    | encrypted_vendor_key | payments
S-015 | V-0005 | D-007                  | .3  | cached    | encrypted_vendor_key | payments
V-0005 | V-0013 | D-006                 | .9  | bulk      | pseudonymised        | fraud
V-0005 | V-0003 | D-006                 | .9  | bulk      | encrypted_vendor_key | hosting
S-005 | V-0038 | D-005                  | .4  | cached    | encrypted_our_key    | cards
S-010 | V-0038 | D-010                  | .05 | cached    | none                 | cards
S-005 | V-0039 | D-005 D-006 D-008      | .8  | bulk      | encrypted_vendor_key | statements
S-010 | V-0039 | D-028                  |     | bulk      | encrypted_vendor_key | statements
V-0039 | V-0054 | D-006 D-028           | .8  | bulk      | encrypted_vendor_key | hosting
S-011 | V-0026 | D-009                  |     | bulk      | encrypted_vendor_key | sign_on
S-010 | V-0010 | D-010                  |     | bulk      | encrypted_vendor_key | identity
S-005 | V-0010 | D-008                  | .3  | in_memory | none                 | identity
S-012 | V-0010 | D-019                  | .2  | in_memory | none                 | identity
V-0010 | V-0003 | D-010                 | .6  | bulk      | encrypted_vendor_key | hosting
S-017 | V-0011 | D-015                  |     | bulk      | none                 | credit
S-012 | V-0011 | D-019                  | .6  | cached    | none                 | credit
S-015 | V-0011 | D-023                  |     | bulk      | none                 | credit
S-005 | V-0011 | D-008                  | .4  | cached    | pseudonymised        | credit
V-0011 | V-0055 | D-015 D-019           | .5  | bulk      | pseudonymised        | scoring
V-0011 | V-0056 | D-023                 | .3  | cached    | none                 | tracing
S-016 | V-0013 | D-018                  |     | bulk      | pseudonymised        | fraud
S-005 | V-0013 | D-006                  |     | in_memory | pseudonymised        | fraud
S-011 | V-0013 | D-009                  | .6  | in_memory | pseudonymised        | fraud
V-0013 | V-0055 | D-018                 | .6  | cached    | pseudonymised        | scoring
V-0055 | V-0054 | D-015 D-018           | .4  | bulk      | encrypted_vendor_key | hosting
# claims
S-002 | V-0006 | D-003                  | .6  | bulk      | none                 | claims
S-001 | V-0006 | D-002                  | .35 | cached    | none                 | claims
S-010 | V-0006 | D-013                  | .25 | bulk      | none                 | claims
S-017 | V-0006 | D-026                  | .4  | cached    | none                 | claims
V-0006 | V-0048 | D-003 D-013           | .5  | bulk      | encrypted_vendor_key | hosting
V-0006 | V-0048 | D-002                 | .3  | bulk      | encrypted_vendor_key | hosting
V-0006 | V-0043 | D-003                 | .12 | bulk      | none                 | repairs
V-0006 | V-0056 | D-003                 | .03 | cached    | none                 | tracing
S-002 | V-0018 | D-014                  |     | bulk      | none                 | medical
S-002 | V-0018 | D-003                  | .08 | cached    | none                 | medical
V-0018 | V-0057 | D-014                 | 1   | bulk      | encrypted_vendor_key | medical
V-0057 | V-0054 | D-014                 | .9  | bulk      | encrypted_vendor_key | hosting
S-002 | V-0019 | D-003                  | .5  | cached    | none                 | assistance
S-017 | V-0019 | D-026                  | .9  | cached    | none                 | assistance
S-024 | V-0019 | D-016                  | .3  | in_memory | none                 | assistance
S-002 | V-0020 | D-024                  |     | bulk      | none                 | assistance
S-001 | V-0020 | D-002                  | .1  | cached    | none                 | assistance
V-0020 | V-0057 | D-024                 | .2  | cached    | none                 | medical
V-0020 | V-0006 | D-024                 | .4  | cached    | none                 | claims
S-002 | V-0043 | D-003                  | .2  | bulk      | none                 | repairs
S-001 | V-0043 | D-002                  | .1  | cached    | none                 | repairs
S-002 | V-0035 | D-003                  | .07 | bulk      | none                 | claims
S-001 | V-0035 | D-025                  | .15 | bulk      | none                 | claims
S-001 | V-0034 | D-025                  |     | bulk      | none                 | administration
S-002 | V-0034 | D-003 D-014            | .3  | bulk      | none                 | administration
S-015 | V-0034 | D-007                  | .1  | bulk      | none                 | administration
V-0034 | V-0035 | D-025                 | .2  | bulk      | none                 | claims
V-0034 | V-0003 | D-025                 | 1   | bulk      | encrypted_vendor_key | hosting
V-0034 | V-0001 | D-025                 | .5  | cached    | none                 | letters
V-0035 | V-0057 | D-025                 | .02 | cached    | none                 | medical
S-002 | V-0017 | D-003                  | .03 | bulk      | none                 | legal
S-010 | V-0017 | D-013                  | .02 | bulk      | none                 | legal
S-002 | V-0032 | D-003                  | .2  | bulk      | pseudonymised        | reinsurance
S-001 | V-0032 | D-002                  | .6  | bulk      | pseudonymised        | reinsurance
S-001 | V-0033 | D-025                  | .6  | bulk      | none                 | reinsurance
S-002 | V-0033 | D-014                  | .3  | bulk      | pseudonymised        | reinsurance
# data office and pricing
S-004 | V-0007 | D-021 D-030            |     | bulk      | none                 | analytics
S-016 | V-0007 | D-018                  |     | bulk      | pseudonymised        | analytics
S-023 | V-0007 | D-017                  |     | bulk      | pseudonymised        | analytics
S-024 | V-0007 | D-016                  |     | bulk      | pseudonymised        | analytics
V-0007 | V-0054 | D-021 D-030 D-016     | 1   | bulk      | encrypted_vendor_key | hosting
V-0007 | V-0036 | D-030                 | .5  | cached    | pseudonymised        | pricing
V-0007 | V-0029 | D-021                 | .3  | bulk      | none                 | enrichment
S-004 | V-0036 | D-030                  |     | bulk      | pseudonymised        | pricing
S-017 | V-0036 | D-026                  | .5  | cached    | pseudonymised        | pricing
S-024 | V-0012 | D-016                  |     | bulk      | none                 | telematics
S-017 | V-0012 | D-026                  | .3  | cached    | none                 | telematics
V-0012 | V-0003 | D-016                 | 1   | bulk      | encrypted_vendor_key | hosting
V-0012 | V-0042 | D-026                 | .2  | cached    | none                 | vehicles
S-017 | V-0042 | D-026                  |     | bulk      | none                 | vehicles
S-012 | V-0042 | D-019                  | .5  | in_memory | none                 | vehicles
S-012 | V-0029 | D-019                  | .7  | bulk      | none                 | enrichment
S-014 | V-0029 | D-004                  |     | bulk      | none                 | enrichment
V-0029 | V-0030 | D-019                 | .5  | cached    | pseudonymised        | audiences
# paper
S-010 | V-0008 | D-028 D-013            |     | cached    | none                 | letters
S-001 | V-0008 | D-002                  |     | cached    | none                 | letters
S-015 | V-0008 | D-023 D-007            |     | cached    | none                 | letters
S-005 | V-0008 | D-005                  | .9  | cached    | none                 | letters
V-0008 | V-0049 | D-028                 | 1   | none      | none                 | post
V-0008 | V-0049 | D-002                 | .9  | none      | none                 | post
S-010 | V-0014 | D-013 D-010 D-028      |     | bulk      | none                 | archive
S-002 | V-0014 | D-014                  | .5  | bulk      | none                 | archive
V-0014 | V-0058 | D-013 D-010           | .4  | bulk      | none                 | indexing
V-0014 | V-0058 | D-014                 | .2  | cached    | none                 | indexing
S-010 | V-0027 | D-010 D-013 D-028      |     | bulk      | encrypted_our_key    | backup
S-001 | V-0027 | D-002                  |     | bulk      | encrypted_our_key    | backup
S-002 | V-0027 | D-003                  |     | bulk      | encrypted_our_key    | backup
S-003 | V-0027 | D-001                  |     | bulk      | encrypted_our_key    | backup
S-004 | V-0027 | D-021                  |     | bulk      | encrypted_our_key    | backup
S-015 | V-0027 | D-007                  |     | bulk      | encrypted_our_key    | backup
V-0027 | V-0054 | D-010 D-013           | 1   | bulk      | encrypted_our_key    | hosting
S-010 | V-0062 | D-028                  | .9  | bulk      | none                 | ended
S-001 | V-0062 | D-002                  | .7  | bulk      | none                 | ended
S-015 | V-0062 | D-007                  | .4  | bulk      | none                 | ended_and_deleted
# the rest of the house
S-015 | V-0009 | D-023                  |     | bulk      | none                 | collection
S-005 | V-0009 | D-008                  | .02 | bulk      | none                 | collection
V-0009 | V-0056 | D-023                 | .6  | bulk      | none                 | tracing
V-0009 | V-0017 | D-023                 | .1  | bulk      | none                 | legal
S-014 | V-0015 | D-022                  |     | bulk      | none                 | surveys
S-003 | V-0015 | D-001                  | .1  | bulk      | none                 | surveys
V-0015 | V-0001 | D-022                 | 1   | cached    | none                 | surveys
S-020 | V-0016 | D-027                  |     | bulk      | encrypted_vendor_key | payroll
V-0016 | V-0054 | D-027                 | 1   | bulk      | encrypted_vendor_key | hosting
S-001 | V-0022 | D-002 D-025            | .3  | in_memory | none                 | support
S-017 | V-0022 | D-015                  | .2  | in_memory | none                 | support
S-001 | V-0037 | D-002                  | .15 | bulk      | none                 | testing
S-003 | V-0037 | D-001                  | .1  | bulk      | none                 | testing
S-002 | V-0023 | D-003                  | .5  | cached    | none                 | transfer
S-010 | V-0023 | D-028                  | .5  | cached    | none                 | transfer
S-015 | V-0023 | D-007                  | .4  | cached    | none                 | transfer
S-001 | V-0023 | D-025                  | .4  | cached    | none                 | transfer
S-009 | V-0028 | D-012                  | .15 | bulk      | none                 | chat
S-003 | V-0028 | D-001                  | .2  | cached    | none                 | chat
S-014 | V-0030 | D-004                  | .7  | cached    | pseudonymised        | audiences
S-023 | V-0030 | D-017                  | .9  | bulk      | none                 | audiences
S-018 | V-0031 | D-020                  |     | bulk      | encrypted_vendor_key | brokers
S-001 | V-0031 | D-002                  | .12 | cached    | none                 | brokers
V-0031 | V-0048 | D-020                 | 1   | bulk      | encrypted_vendor_key | hosting
S-004 | V-0040 | D-021                  | .05 | cached    | none                 | audit
S-020 | V-0040 | D-027                  |     | cached    | none                 | audit
S-014 | V-0041 | D-029                  |     | bulk      | none                 | loyalty
V-0041 | V-0001 | D-029                 | .9  | cached    | none                 | loyalty
V-0041 | V-0054 | D-029                 | 1   | bulk      | encrypted_vendor_key | hosting
S-023 | V-0044 | D-017                  |     | bulk      | none                 | measuring
S-013 | V-0059 | D-012                  | .3  | bulk      | encrypted_vendor_key | mail
S-013 | V-0059 | D-027                  | .8  | bulk      | encrypted_vendor_key | mail
S-002 | V-0061 | D-003                  | .05 | in_memory | none                 | trial
"""

# use: mechanism, frequency, purpose, legal basis
USES = {
    "administration": ("SFTP", "daily", "Administration of US policies", "contract"),
    "analytics": ("SFTP", "daily", "Analytics and reporting", "legitimate interest"),
    "archive": ("SFTP", "weekly", "Scanning and archive", "legal obligation"),
    "assistance": ("API", "on demand", "Help on the road and abroad", "contract"),
    "audiences": ("API", "daily", "Advertising audiences", "consent"),
    "audit": ("file exchange", "yearly", "Audit samples", "legal obligation"),
    "backup": ("replication", "hourly", "Backup", "legitimate interest"),
    "brokers": ("API", "continuous", "Business through brokers", "contract"),
    "calls": ("API", "continuous", "Recording of calls", "contract"),
    "campaign": ("API", "daily", "Campaigns", "consent"),
    "cards": ("SFTP", "daily", "Making and sending cards", "contract"),
    "chat": ("API", "continuous", "Chat assistant", None),
    "claims": ("file exchange", "daily", "Handling of claims", "contract"),
    "cleaning": ("API", "daily", "Cleaning of address lists", None),
    "collection": ("SFTP", "daily", "Collection of debts", "contract"),
    "credit": ("API", "on demand", "Credit checks", "contract"),
    "ended": ("SFTP", "daily", "Letters (ended)", "contract"),
    "ended_and_deleted": ("SFTP", "daily", "Letters (ended)", "contract"),
    "enrichment": ("SFTP", "monthly", "Enrichment of profiles", None),
    "fraud": ("API", "continuous", "Fraud prevention", "legitimate interest"),
    "hosting": ("hosting", "continuous", "Hosting", "contract"),
    "identity": ("API", "on demand", "Identity checks", "legal obligation"),
    "indexing": ("SFTP", "weekly", "Indexing of pages", "contract"),
    "labels": ("file exchange", "monthly", "Training data", None),
    "legal": ("file exchange", "on demand", "Legal advice", "legal claims"),
    "letters": ("SFTP", "daily", "Letters", "contract"),
    "loyalty": ("API", "daily", "Loyalty programme", "consent"),
    "mail": ("mail", "continuous", "Mail and files of staff", "legitimate interest"),
    "measuring": ("web tag", "continuous", "Measuring of use", "consent"),
    "medical": ("file exchange", "weekly", "Medical assessment", "explicit consent"),
    "messages": ("API", "continuous", "Text messages", "contract"),
    "payments": ("API", "continuous", "Payments", "contract"),
    "payroll": ("SFTP", "monthly", "Payroll", "contract"),
    "post": ("handover", "daily", "Delivery of letters", "contract"),
    "pricing": ("file exchange", "quarterly", "Pricing models", "legitimate interest"),
    "reinsurance": ("file exchange", "quarterly", "Reinsurance", "contract"),
    "repairs": ("mail", "on demand", "Repairs at home", "contract"),
    "scoring": ("API", "daily", "Scores", "legitimate interest"),
    "service": ("API", "continuous", "Customer service", "contract"),
    "sign_on": ("API", "continuous", "Sign-on of customers", "contract"),
    "statements": ("SFTP", "monthly", "Statements", "contract"),
    "support": ("remote access", "on demand", "Support of policy systems", "contract"),
    "surveys": ("API", "weekly", "Surveys", "consent"),
    "sync": ("API", "continuous", "Keeping services in step", "contract"),
    "telematics": ("API", "continuous", "Driving score", "consent"),
    "testing": ("file exchange", "monthly", "Test data", None),
    "tracing": ("SFTP", "weekly", "Finding people who moved", "legitimate interest"),
    "transcripts": ("API", "daily", "Transcripts of calls", "legitimate interest"),
    "transfer": ("file exchange", "daily", "Exchange of files", "contract"),
    "trial": ("API", "on demand", "Trial of an assistant", None),
    "vehicles": ("API", "on demand", "Vehicle and driver checks", "contract"),
}

READS_BACK = {"campaign", "service", "transfer", "claims", "archive", "brokers", "administration"}
# Where data of people in the EU may go without more, in the eyes of the demo company's privacy office.
WITHOUT_SAFEGUARD = frozenset(words("IE DE FR NL AT ES IT PT EE SE DK FI PL BG GB CH CA"))
SAFEGUARD_MISSING = {"V-0028", "V-0029", "V-0047", "V-0052", "V-0058"}


def flows(today: date) -> tuple[Flow, ...]:
    """Return the flows; their codes count up in the order of the table."""
    country = {cells[0]: cells[4] for cells in rows(VENDORS, 12)}
    lines = [(cells, dataset) for cells in rows(FLOWS, 7) for dataset in words(cells[2])]
    return tuple(
        flow(position, [*cells, dataset, country[cells[1]]], today)
        for position, (cells, dataset) in enumerate(lines, start=1)
    )


def flow(position: int, cells: list[str], today: date) -> Flow:
    """Return one flow with what its use and its recipient's country bring along."""
    sender, recipient, _, share, storage, protection, use, dataset, place = cells
    mechanism, frequency, purpose, legal_basis = USES[use]
    needs_safeguard = place not in WITHOUT_SAFEGUARD and recipient not in SAFEGUARD_MISSING
    found = Flow(
        code=f"F-{position:03}",
        sender=sender,
        recipient=recipient,
        dataset=dataset,
        people_share=float(share) if share else None,
        storage=Storage(storage),
        protection=Protection(protection),
        sender_reads_back=use in READS_BACK and sender.startswith("S") and storage != "none",
        mechanism=mechanism,
        frequency=frequency,
        purpose=purpose,
        countries_at_rest=(place,) if storage in {"bulk", "cached"} else (),
        countries_processing=(place,),
        legal_basis=legal_basis,
        transfer_safeguard="standard contractual clauses" if needs_safeguard else None,
        starts=today - timedelta(days=300 + 37 * position % 1800),
    )
    if use.startswith("ended"):
        deleted = today - timedelta(days=60) if use == "ended_and_deleted" else None
        return replace(found, ends=today - timedelta(days=140), deletion_certified=deleted)
    return found
