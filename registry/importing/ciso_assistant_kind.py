"""The third-party workbook of CISO Assistant: vendors, contracts and contacts."""

from registry.core.actor import Actor
from registry.importing.answers import Answers
from registry.importing.factplan import look_at_facts
from registry.importing.journal import revert
from registry.importing.kinds import ImportKind, Plan, Upload

__all__ = ["KIND"]


def _look(actor: Actor, upload: Upload, answers: Answers) -> Plan:
    return look_at_facts(actor, upload, answers, reader="ciso_assistant")


KIND = ImportKind(
    name="ciso_assistant",
    title="CISO Assistant workbook",
    words="Its third-party workbook with the sheets Entities, Solutions, Contracts and Representatives.",
    accept=".xlsx",
    look=_look,
    revert=revert,
)
