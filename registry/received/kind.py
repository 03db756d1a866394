"""Filled-in questionnaires as a kind of import: answers and the file itself, for one vendor."""

from sqlalchemy import func, select

from importers.completed import CompletedFile
from registry.core.actor import Actor
from registry.core.db import reading, session
from registry.core.errors import NotFound
from registry.core.ownership import require_vendor
from registry.core.register import current_revision
from registry.core.work import Work
from registry.importing.answers import Answers
from registry.importing.kinds import ImportKind, Journal, Plan, Upload
from registry.importing.rowsplan import Row, RowsPlan, read_rows
from registry.models.received import ReceivedQuestionnaire
from registry.models.vendors import Vendor
from registry.received.service import keep, revert

__all__ = ["KIND"]

WORD = "answers"


def _look(actor: Actor, upload: Upload, answers: Answers) -> Plan:
    vendor = upload.vendor or ""
    with reading():
        require_vendor(actor, vendor)
        if session().get(Vendor, vendor) is None:
            raise NotFound("vendor", vendor)
    file = read_rows("completed", CompletedFile, upload, answers)
    with reading():
        known = select(func.count()).select_from(ReceivedQuestionnaire)
        asked = known.where(ReceivedQuestionnaire.vendor == vendor, ReceivedQuestionnaire.sha256 == file.sha256)
        is_known, revision = bool(session().scalar(asked)), current_revision()
    rows = [Row(each.sheet, each.row, f"{each.question_id}: {each.answer or 'left blank'}") for each in file.answers]

    def put(w: Work) -> Journal:
        return keep(w, upload, file)

    return RowsPlan(
        file=file,
        revision=revision,
        word=WORD,
        new=() if is_known else rows,
        same=len(rows) if is_known else 0,
        put=put,
    )


KIND = ImportKind(
    name="completed",
    title="Filled-in questionnaire",
    words="A CAIQ or HECVAT workbook that the vendor filled in, or any sheet with a column of ids and one of answers.",
    accept=".xlsx,.csv,.tsv",
    look=_look,
    revert=revert,
    is_about_vendor=True,
)
