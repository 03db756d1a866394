"""What people type about a flow, an access or the use of a platform."""

from registry.core.kinds import PARTY, SYSTEM, VENDOR
from registry.domain.register.vocabulary import AccessKind, AccessOutcome, PlatformUseKind, Protection, Storage
from registry.facts.fields import (
    ChoiceField,
    CodesField,
    CountField,
    DayField,
    FactField,
    LongTextField,
    ShareField,
    TextField,
    YesNoField,
)
from registry.facts.forms import FactForm

__all__ = ["AccessForm", "FlowForm", "PlatformUseForm"]


class FlowForm(FactForm):
    """A dataset, or part of it, given to a vendor."""

    KIND = "flows"
    GROUPS = (
        ("What goes where", ("sender", "recipient", "dataset", "people_share", "people", "categories")),
        ("How it is kept", ("storage", "protection", "sender_reads_back", "mechanism", "frequency")),
        (
            "Why and where",
            ("purpose", "legal_basis", "transfer_safeguard", "countries_at_rest", "countries_processing"),
        ),
        ("Since when", ("starts", "ends", "deletion_certified")),
        ("Own chance", ("probability", "probability_reason")),
    )

    sender = FactField("From", PARTY, description="The system or vendor that gives the data; its code or name.")
    recipient = FactField("To vendor", VENDOR, description="The vendor that gets it; its code or name.")
    dataset = FactField("Dataset", ("datasets",), description="Which data; its code or name.")
    people_share = ShareField(
        "Share of its people",
        blank="all",
        description="Leave this and the number blank when all people of the dataset go along.",
    )
    people = CountField(
        "Number of people",
        blank="by share",
        description="Instead of a share. An unknown number is counted at its worst.",
    )
    categories = CodesField(
        "Categories passed",
        offers="categories",
        blank="all of the dataset",
        description="Blank: all of the dataset. Separate with semicolons.",
    )
    storage = ChoiceField("Storage", Storage, description="How the recipient keeps it; with none there is no copy.")
    protection = ChoiceField("Protection", Protection, description="What stands between a thief and the data.")
    sender_reads_back = YesNoField(
        "Sender can read it back", description="Then a breach of the sender reaches this copy."
    )
    mechanism = TextField("Mechanism")
    frequency = TextField("Frequency")
    purpose = LongTextField("Purpose")
    legal_basis = TextField("Legal basis")
    transfer_safeguard = TextField("Transfer safeguard")
    countries_at_rest = CodesField("Countries at rest", offers="countries", upper=True)
    countries_processing = CodesField("Countries of processing", offers="countries", upper=True)
    starts = DayField("Starts")
    ends = DayField("Ends", blank="no end set")
    deletion_certified = DayField(
        "Deletion certified",
        blank="not certified",
        description="A flow that ended keeps its copy in every blast radius until this day.",
    )
    probability = ShareField(
        "Chance that a breach reaches the copy",
        blank="by the parameters",
        description="Replaces the parameter; blank is usual.",
    )
    probability_reason = LongTextField("Reason for it", blank="none needed")


class AccessForm(FactForm):
    """A vendor's way into a system of ours."""

    KIND = "access"

    vendor = FactField("Vendor", VENDOR, description="Who can get in; its code or name.")
    system = FactField("System", SYSTEM, description="Into which system of ours.")
    kind = ChoiceField("Kind", AccessKind)
    last_review = DayField("Last review", blank="never reviewed")
    outcome = ChoiceField(
        "Outcome", AccessOutcome, empty="not reviewed", description="A revoked access leaves every blast radius."
    )
    probability = ShareField("Chance that a breach passes", blank="by the parameters")
    probability_reason = LongTextField("Reason for it", blank="none needed")


class PlatformUseForm(FactForm):
    """A vendor or system that uses a platform and shares its fate."""

    KIND = "platform_uses"

    platform = FactField("Platform", VENDOR, description="A vendor whose relationship is platform.")
    user = FactField("Used by", PARTY, description="The system or vendor that uses it.")
    kind = ChoiceField("Kind", PlatformUseKind)
    probability = ShareField("Chance that a breach passes", blank="by the parameters")
    probability_reason = LongTextField("Reason for it", blank="none needed")
