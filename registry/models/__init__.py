"""Tables, one aggregate per file; no rules and no queries. Importing this package knows the whole schema."""

from registry.models.access import Access, AccessReview
from registry.models.accounts import (
    Deputy,
    OneTimeLink,
    Person,
    RecoveryCode,
    SecondFactor,
    Throttle,
    WebSession,
)
from registry.models.assessments import (
    AnswerEvidence,
    AskedQuestionnaire,
    Assessment,
    AssessmentAnswer,
    Evidence,
    QuestionNote,
)
from registry.models.audit import AuditChange, AuditEntry, AuditHead, AuditText, GraphRevision
from registry.models.base import Base
from registry.models.campaigns import Campaign, CampaignAssessment
from registry.models.codes import CodeCounter, FactCode
from registry.models.controls import Control, Placement, PlacementSource
from registry.models.datasets import Coverage, Dataset
from registry.models.duties import DutyRuleRow, DutyWarning, IncidentDuty
from registry.models.findings import Acceptance, Finding, FindingDueMove, FindingEvidence
from registry.models.flows import Flow
from registry.models.importing import ColumnMeaning, ImportRun
from registry.models.incidents import (
    Incident,
    IncidentEntry,
    IncidentFile,
    IncidentLegalReader,
    IncidentMoment,
    IncidentStart,
)
from registry.models.intake import LeavingCheck, SubprocessorNotice, VendorRequest
from registry.models.jobs import Heartbeat, Job, JobProgress, Lease
from registry.models.links import Link
from registry.models.mail import CalendarLink, LadderStep, Mail, MailOptOut, MailRules, MailWording, Reminder, Webhook
from registry.models.organisation import Currency, Organisation, OrganisationRole
from registry.models.packs import AuditPack, PackSignature
from registry.models.parameters import ParameterChange
from registry.models.platform_use import PlatformUse
from registry.models.portal import PortalCode, PortalLink, PortalSession
from registry.models.portfolio import PortfolioRun
from registry.models.processes import Dependency, Process
from registry.models.questionnaires import Questionnaire
from registry.models.received import ReceivedAnswer, ReceivedQuestionnaire
from registry.models.risk import VendorRisk
from registry.models.saved_views import SavedView
from registry.models.scenarios import RegisterCopy, SavedScenario, ScenarioComment, ScenarioReviewer, ScenarioRun
from registry.models.scope import IncidentScope, IncidentScopeCount
from registry.models.sector import BreachAlert, BreachChain, PublicBreach, PublicBreachRevision
from registry.models.segments import Jurisdiction, Segment
from registry.models.systems import System
from registry.models.telling import IncidentContact, IncidentTelling
from registry.models.tour import TourProgress
from registry.models.vendors import Certificate, Contact, Contract, Vendor, VendorComment, VendorDelegation

__all__ = [
    "Acceptance",
    "Access",
    "AccessReview",
    "AnswerEvidence",
    "AskedQuestionnaire",
    "Assessment",
    "AssessmentAnswer",
    "AuditChange",
    "AuditEntry",
    "AuditHead",
    "AuditPack",
    "AuditText",
    "Base",
    "BreachAlert",
    "BreachChain",
    "CalendarLink",
    "Campaign",
    "CampaignAssessment",
    "Certificate",
    "CodeCounter",
    "ColumnMeaning",
    "Contact",
    "Contract",
    "Control",
    "Coverage",
    "Currency",
    "Dataset",
    "Dependency",
    "Deputy",
    "DutyRuleRow",
    "DutyWarning",
    "Evidence",
    "FactCode",
    "Finding",
    "FindingDueMove",
    "FindingEvidence",
    "Flow",
    "GraphRevision",
    "Heartbeat",
    "ImportRun",
    "Incident",
    "IncidentContact",
    "IncidentDuty",
    "IncidentEntry",
    "IncidentFile",
    "IncidentLegalReader",
    "IncidentMoment",
    "IncidentScope",
    "IncidentScopeCount",
    "IncidentStart",
    "IncidentTelling",
    "Job",
    "JobProgress",
    "Jurisdiction",
    "LadderStep",
    "Lease",
    "LeavingCheck",
    "Link",
    "Mail",
    "MailOptOut",
    "MailRules",
    "MailWording",
    "OneTimeLink",
    "Organisation",
    "OrganisationRole",
    "PackSignature",
    "ParameterChange",
    "Person",
    "Placement",
    "PlacementSource",
    "PlatformUse",
    "PortalCode",
    "PortalLink",
    "PortalSession",
    "PortfolioRun",
    "Process",
    "PublicBreach",
    "PublicBreachRevision",
    "QuestionNote",
    "Questionnaire",
    "ReceivedAnswer",
    "ReceivedQuestionnaire",
    "RecoveryCode",
    "RegisterCopy",
    "Reminder",
    "SavedScenario",
    "SavedView",
    "ScenarioComment",
    "ScenarioReviewer",
    "ScenarioRun",
    "SecondFactor",
    "Segment",
    "SubprocessorNotice",
    "System",
    "Throttle",
    "TourProgress",
    "Vendor",
    "VendorComment",
    "VendorDelegation",
    "VendorRequest",
    "VendorRisk",
    "WebSession",
    "Webhook",
]
