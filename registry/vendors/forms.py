"""What people type about a vendor, its contracts, certificates and contacts, and beside them."""

from flask_wtf import FlaskForm
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from registry.core.kinds import VENDOR
from registry.domain.register.vocabulary import ContactRole, Lifecycle, Posture, Relationship, RevenueBand, Tier
from registry.facts.fields import (
    ChoiceField,
    CodesField,
    DayField,
    FactField,
    LongTextField,
    NumberField,
    PersonField,
    ShareField,
    TextField,
    YesNoField,
)
from registry.facts.forms import FactForm
from registry.facts.picking import country_choices, currency_choices, sector_choices
from registry.reference.load import read_rows

__all__ = [
    "COMMENT_MAX",
    "CertificateForm",
    "CommentForm",
    "ContactForm",
    "ContractForm",
    "DelegationForm",
    "VendorForm",
]

COMMENT_MAX = 4_000
_BANDS = (
    (RevenueBand.UNDER_10M, "under $ 10 M"),
    (RevenueBand.FROM_10M, "$ 10–100 M"),
    (RevenueBand.FROM_100M, "$ 100 M–1 bn"),
    (RevenueBand.FROM_1B, "$ 1–10 bn"),
    (RevenueBand.FROM_10B, "$ 10–100 bn"),
    (RevenueBand.OVER_100B, "over $ 100 bn"),
)


class VendorForm(FactForm):
    """Any third party."""

    KIND = "vendors"
    GROUPS = (
        ("Who it is", ("name", "legal_name", "country", "domain", "relationship", "introduced_by", "lifecycle")),
        ("What it does", ("service", "business_unit", "tags", "tier_override", "tier_override_reason")),
        (
            "How likely a breach is",
            (
                "sector",
                "revenue_band",
                "posture",
                "annual_breach_probability",
                "annual_breach_probability_reason",
            ),
        ),
        ("Who looks after it", ("owner_email",)),
    )

    name = TextField("Name", description="As people here call it; no two vendors share one.")
    legal_name = TextField("Legal name")
    relationship = ChoiceField(
        "Relationship",
        Relationship,
        default=Relationship.DIRECT,
        description="Direct: we contract with it. Nth party: a vendor of a vendor. Platform: many rest on it.",
    )
    sector = ChoiceField("Sector", sector_choices(), empty="not known", description="Blank counts as average.")
    country = ChoiceField("Country", country_choices(), empty="not known")
    revenue_band = ChoiceField(
        "Annual revenue",
        [(band.value, label) for band, label in _BANDS],
        empty="not known",
        description="Moves the chance of a breach, not its cost.",
    )
    annual_breach_probability = ShareField(
        "Chance of a breach in a year",
        blank="computed",
        description="Replaces the chance computed from sector, revenue and posture; needs its reason.",
    )
    annual_breach_probability_reason = LongTextField("Reason for this chance", blank="none needed")
    posture = ChoiceField(
        "Security posture", Posture, default=Posture.UNKNOWN, description="Unknown counts worse than fair."
    )
    tags = CodesField("Tags", blank="none", description="Free words to find it by; separate with semicolons.")
    introduced_by = LongTextField(
        "How we know of it", description="For an nth party: the answer or document that named it, with its date."
    )
    domain = TextField("Internet domain")
    service = TextField("Service", description="What it does for us, in a few words: customer e-mail.")
    owner_email = PersonField("Owner", blank="nobody", description="Our vendor manager; may change the vendor.")
    business_unit = TextField("Used by", description="The business unit that uses it.")
    lifecycle = ChoiceField(
        "Lifecycle",
        Lifecycle,
        default=Lifecycle.ACTIVE,
        description="A prospect counts in no sum; a terminated vendor counts until its deletions are certified.",
    )
    tier_override = ChoiceField(
        "Tier set by hand",
        Tier,
        empty="none",
        blank="none",
        description="Needs its reason; kept beside the computed tier.",
    )
    tier_override_reason = LongTextField("Reason for this tier", blank="none needed")

    def values(self) -> dict[str, object]:
        """Return what was typed; the band as the fact holds it."""
        found = super().values()
        band = found.get("revenue_band")
        return found | {"revenue_band": RevenueBand(band) if band else None}


class ContractForm(FactForm):
    """What was agreed with a vendor."""

    KIND = "contracts"
    GROUPS = (
        ("The contract", ("vendor", "reference", "starts", "ends", "notice_days", "value_per_year", "currency")),
        ("In case of a breach", ("breach_notice_hours", "dpa_signed", "right_to_audit", "liability_cap", "insurance")),
    )

    vendor = FactField("Vendor", VENDOR, description="With whom; its code or name.")
    reference = TextField("Reference", description="Number or title of the document.")
    starts = DayField("Starts")
    ends = DayField("Ends", blank="no end set")
    notice_days = NumberField("Notice to end it, days")
    value_per_year = NumberField("Value per year")
    currency = ChoiceField("Currency", currency_choices(), empty="the organisation's", blank="the organisation's")
    breach_notice_hours = NumberField(
        "Must tell us of a breach within, hours", description="What the duty clocks of an incident count with."
    )
    right_to_audit = YesNoField("We may audit")
    dpa_signed = YesNoField("Data processing agreed")
    liability_cap = NumberField("Liability, at most")
    insurance = NumberField("Insured for")


class CertificateForm(FactForm):
    """A certificate or other evidence a vendor holds."""

    KIND = "certificates"

    vendor = FactField("Vendor", VENDOR, description="Who holds it; its code or name.")
    certificate = TextField(
        "Certificate",
        render_kw={"data-pick": "certificates"},
        description="; ".join(row["code"] for row in read_rows("certificates")[:6]) + ", or what its title says.",
    )
    issued = DayField("Issued")
    expires = DayField("Expires", blank="no end stated")
    evidence = TextField("Evidence", description="Where the document is kept.")


class ContactForm(FactForm):
    """A person at a vendor."""

    KIND = "contacts"

    vendor = FactField("Vendor", VENDOR, description="Where the person works; its code or name.")
    role = ChoiceField(
        "Role", ContactRole, default=ContactRole.PRIMARY, description="Incident: who is called when something happens."
    )
    name = TextField("Name")
    email = TextField("E-mail")
    phone = TextField("Telephone")


class CommentForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """What somebody says about a vendor."""

    body = TextAreaField(
        "Comment",
        filters=[lambda text: (text or "").strip()],
        validators=[DataRequired("Write something first."), Length(max=COMMENT_MAX)],
    )


class DelegationForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """Leave for a colleague to keep a vendor current."""

    delegate_email = ChoiceField("Colleague", [], empty="choose a colleague")
    until = DayField("Until", blank="withdrawn", description="Last day; blank: until it is withdrawn.")
