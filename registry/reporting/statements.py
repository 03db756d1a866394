"""The words people sign, and the sign-off block of a pack from the signatures it has."""

from collections.abc import Iterable, Mapping

from registry.models.packs import PackSignature, PackStep
from reports.audit_pack import SignOff

__all__ = ["STATEMENTS", "STEP_WORDS", "sign_off_block"]

STEP_WORDS: Mapping[PackStep, tuple[str, str]] = {
    PackStep.PREPARE: ("Preparer", "prepared"),
    PackStep.REVIEW: ("Reviewer", "reviewed"),
    PackStep.APPROVE: ("Approver", "approved"),
}
STATEMENTS: Mapping[PackStep, str] = {
    PackStep.PREPARE: "I prepared this pack. To my knowledge the register was complete and current at the cut-off, but for the exceptions stated.",
    PackStep.REVIEW: "I reviewed this pack, its data-quality sheet and its re-performance sheet. I did not prepare it.",
    PackStep.APPROVE: "I approve this pack as the record of the quarter. I neither prepared nor reviewed it.",
}
_FIELDS = {PackStep.PREPARE: "prepared_by", PackStep.REVIEW: "reviewed_by", PackStep.APPROVE: "approved_by"}
_ON_PAPER = (
    ("Data protection", "The personal data in this pack and its transfers are described as I know them."),
    ("Owner of the largest risk", "I know the residual risk of the vendors I answer for."),
    ("Auditor", "I received this pack and checked it with the means of the sheet 20 Manifest."),
)


def sign_off_block(signatures: Iterable[PackSignature]) -> list[SignOff]:
    """Return the block: signed lines filled, the others open, and lines that are signed on paper."""
    signed = {each.step: each for each in signatures}
    return [*(_line(step, signed.get(step)) for step in PackStep), *(SignOff(role, text) for role, text in _ON_PAPER)]


def _line(step: PackStep, found: PackSignature | None) -> SignOff:
    role, _ = STEP_WORDS[step]
    if found is None:
        return SignOff(role, STATEMENTS[step], step=_FIELDS[step])
    return SignOff(
        role, STATEMENTS[step], found.person_name, found.exceptions or "none", found.signed_at, "signed in the application",
        f"pack signature {step} of person {found.person_id} over {found.content_sha256[:16]}", _FIELDS[step],
    )  # fmt: skip
