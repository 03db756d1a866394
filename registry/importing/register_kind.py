"""A register file: its sheets are ours already."""

from registry.core.actor import Actor
from registry.importing.answers import Answers
from registry.importing.factplan import look_at_facts
from registry.importing.journal import revert
from registry.importing.kinds import ImportKind, Plan, Upload

__all__ = ["KIND"]


def _look(actor: Actor, upload: Upload, answers: Answers) -> Plan:
    return look_at_facts(actor, upload, answers)


KIND = ImportKind(
    name="register",
    title="Register file",
    words="A workbook with the sheets of our template, a zip of .csv files, or a single sheet of it.",
    accept=".xlsx,.csv,.tsv,.zip",
    look=_look,
    revert=revert,
)
