"""Lists of public breaches as a kind of import: read apart, compared with what is known, written as one act."""

from importers.sector import BreachFile
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.db import reading, session
from registry.core.register import current_revision
from registry.core.work import Work
from registry.domain.breaches.public_breaches import PublicBreach
from registry.importing.answers import Answers
from registry.importing.kinds import ImportKind, Journal, Plan, Upload
from registry.importing.preview import shown_value
from registry.importing.rowsplan import Row, RowChange, RowsPlan, read_rows
from registry.sector.store import Change, compare, revert, write

__all__ = ["KIND", "WORD"]

WORD = "public breaches"


def _look(_actor: Actor, upload: Upload, answers: Answers) -> Plan:
    file = read_rows("breaches", BreachFile, upload, answers, day_order=answers.day_order)
    with reading():
        difference, revision = compare(session(), file.records), current_revision()

    def put(w: Work) -> Journal:
        return write(w, file.records, file.sha256)

    return RowsPlan(
        file=file,
        revision=revision,
        word=WORD,
        new=[_row(record) for record in difference.new],
        changes=[_change(change) for change in difference.changed],
        same=difference.same,
        put=put,
    )


def _row(record: PublicBreach) -> Row:
    return Row(record.source.value, record.row, record.name)


def _change(change: Change) -> RowChange:
    fields = [(name, shown_value(before), shown_value(after)) for name, (before, after) in change.fields.items()]
    return RowChange(_row(change.record), fields)


KIND = ImportKind(
    name="breaches",
    title="Public breaches",
    words=(
        "The list of the HHS breach portal or of the Attorney General of Washington (.csv), "
        "of Have I Been Pwned or VERIS (.json), or any table of breaches."
    ),
    accept=".csv,.tsv,.xlsx,.json,.zip",
    look=_look,
    revert=revert,
    permission=Permission.SECTOR_IMPORT,
)
