"""What people type about a flow."""

from registry.core.kinds import PARTY, VENDOR
from registry.domain.vocabulary import Protection, Storage
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

__all__ = ["FlowForm"]


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
