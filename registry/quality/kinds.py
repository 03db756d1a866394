"""The kinds of what can be missing, doubtful or old in a register: one row each, worst first, with why it matters."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

__all__ = ["KINDS_OF_QUALITY", "Level", "QualityKind"]


class Level(StrEnum):
    """How much a shortcoming can bend an answer."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class QualityKind:
    """One kind of shortcoming: the code of its problems, what it is called, and what it spoils."""

    code: str
    level: Level
    label: str
    why: str


_H, _M, _L = Level.HIGH, Level.MEDIUM, Level.LOW
_TABLE: tuple[QualityKind, ...] = (
    QualityKind("unknown_people", _H, "Datasets without a count of people", "Everyone is assumed to be in them."),
    QualityKind("vendor_without_data", _H, "Vendors with neither flow nor access", "The blast radius cannot see them."),
    QualityKind("sender_without_dataset", _H, "Flows from somebody who does not hold the data", "A way the data took is not registered, so a breach there is missed."),
    QualityKind("deletion_not_certified", _H, "Ended flows whose copy still exists", "Data we think is gone is reached by a breach there."),
    QualityKind("access_left_open", _H, "Accesses of terminated vendors", "Somebody we no longer work with can still get in."),
    QualityKind("no_jurisdictions", _H, "Segments that live nowhere", "Which law applies, and whom to tell by when, cannot be said."),
    QualityKind("no_contract", _H, "Vendors with data and no contract", "They have promised nothing."),
    QualityKind("no_dpa", _H, "Contracts without a data processing agreement", "Personal data is there without the agreement the law asks for."),
    QualityKind("no_owner", _H, "Without an owner", "Nobody is asked about them and nobody is reminded."),
    QualityKind("no_legal_basis", _H, "Flows without a legal basis", "The record of processing has a hole an authority will ask about."),
    QualityKind("no_transfer_safeguard", _H, "Transfers without a safeguard", "Data leaves for a country without an adequacy decision, and nothing says what allows it."),
    QualityKind("access_not_reviewed", _H, "Accesses not reviewed for a year", "They may reach more than anybody knows."),
    QualityKind("contract_without_notice_hours", _H, "Contracts without notice hours", "In an incident nobody knows when the vendor has to speak."),
    QualityKind("no_incident_contact", _H, "Vendors without an incident contact", "The first hours go by looking for a telephone number."),
    QualityKind("relationship_disagrees", _M, "Relationships that disagree with the flows", "Rules and lists for direct vendors leave the wrong ones out."),
    QualityKind("unknown_margin", _M, "Processes whose stop has no price", "Their outage counts as costing nothing."),
    QualityKind("no_coverage", _M, "Datasets of unknown segments", "The same people are counted twice."),
    QualityKind("no_countries", _M, "Flows kept nobody knows where", "Transfers and local duties cannot be judged."),
    QualityKind("people_stale", _M, "Counts older than twelve months", "The number of people affected is told as it was, not as it is."),
    QualityKind("people_unsourced", _M, "Counts without source or date", "The number cannot be defended before a board or an authority."),
    QualityKind("certificate_expired", _M, "Certificates that have expired", "They prove nothing any more."),
    QualityKind("share_above_sender", _M, "Flows of more than the sender receives", "One of the two shares is wrong; the larger one counts."),
    QualityKind("category_not_in_dataset", _M, "Flows with categories their dataset lacks", "The dataset's own categories, and so its duties, are incomplete."),
    QualityKind("coverage_above_people", _M, "Coverage above the dataset’s people", "More people are counted than there are."),
    QualityKind("control_without_effect", _M, "Controls that act on nothing", "They look like protection and change no figure."),
    QualityKind("nth_party_without_introducer", _M, "Nth parties nobody brought in", "It is not clear whom to ask when they are breached."),
    QualityKind("not_a_platform", _M, "Platforms registered as something else", "Their own rate of events is left out of the year."),
    QualityKind("unknown_posture", _M, "Vendors of unknown posture", "They count as weak: an unknown is never read as safe."),
    QualityKind("no_revenue", _M, "Our revenue is not known", "Losses have no upper end."),
    QualityKind("no_risk_appetite", _L, "No risk appetite", "No loss can be called too large."),
    QualityKind("cycle_of_flows", _L, "Flows that go round in a circle", "Often a flow registered the wrong way round."),
    QualityKind("placement_twice", _L, "Controls placed twice", "They count twice."),
    QualityKind("unknown_revenue_band", _L, "Vendors of unknown size", "Their chance of a breach is taken as average."),
    QualityKind("unknown_sector", _L, "Sector not known", "Chance and cost are taken as average."),
)  # fmt: skip

# Code of the problem -> its kind, worst first.
KINDS_OF_QUALITY: Mapping[str, QualityKind] = MappingProxyType({kind.code: kind for kind in _TABLE})
