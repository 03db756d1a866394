"""The plan of every import whose outcome is facts: compared with the register, written in bulk, undone by its journal."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select

from importers.base import Limits
from importers.register import ReadResult
from registry.core import clock, ownership
from registry.core.access import Permission, Scope, scope_of
from registry.core.actor import Actor
from registry.core.db import db, reading
from registry.core.insertion import PreparedRegister
from registry.core.register import Snapshot, current
from registry.core.work import Work
from registry.domain.register.errors import IllegalMove
from registry.domain.register.facts import Fact
from registry.domain.register.problems import Problem, Severity
from registry.importing.answers import Answers
from registry.importing.difference import Difference, compare
from registry.importing.journal import apply, prepare
from registry.importing.kinds import Journal, Upload
from registry.importing.preview import describe
from registry.importing.sandbox import read_apart
from registry.models.codes import CodeCounter, FactCode
from registry.models.organisation import Organisation
from registry.settings import current_settings
from reports.marked_file import mark

__all__ = ["FactPlan", "look_at_facts", "reaches_all"]


@dataclass(frozen=True, slots=True)
class FactPlan:
    """A file read against the register: what came out, what it would do, and what only the registry objects to."""

    result: ReadResult
    difference: Difference
    further: list[Problem]
    snapshot: Snapshot
    prepared: PreparedRegister | None = None

    def ready(self) -> "FactPlan":
        """Return the plan with its rows made ready, so that little is left to do while others wait for the writer."""
        return (
            self if self.is_empty or self.result.register is None else replace(self, prepared=prepare(self.difference))
        )

    @property
    def problems(self) -> list[Problem]:
        """Return everything wrong, from the file and from the registry."""
        return [*self.result.problems, *self.further]

    @property
    def sha256(self) -> str:
        """Return the hash of the file."""
        return self.result.sha256

    @property
    def revision(self) -> int:
        """Return the revision of the facts it was compared with."""
        return self.snapshot.revision

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        return self.difference.is_empty

    def describe(self) -> dict[str, Any]:
        """Return the preview."""
        return describe(self.result, self.difference, self.further)

    def write(self, w: Work) -> Journal:
        """Write what is new and what changed."""
        if self.result.register is None:
            raise IllegalMove("The file holds no register.")
        return apply(w, self.result.register, self.difference, self.prepared)

    def marked(self) -> bytes:
        """Return the sheets as they stood, with the cells that need mending marked."""
        sheets = {table.name: table.rows for table in self.result.tables.values()}
        return mark(sheets, self.result.positions, self.problems)


def look_at_facts(
    actor: Actor,
    upload: Upload,
    answers: Answers,
    *,
    reader: str = "register",
    options: Mapping[str, Any] | None = None,
) -> FactPlan:
    """Read a file against the register as it is, in a child process; writes nothing.

    `reader` is a row of `importers.readers` that takes the arguments of `importers.register.read`, besides `options`.
    """
    snapshot = current()
    with reading():
        counters = db.session.execute(select(CodeCounter.prefix, CodeCounter.last)).all()
        has_organisation = db.session.get(Organisation, 1) is not None
    result = read_apart(
        upload.source,
        reader=reader,
        name=upload.name,
        told=upload.told,
        base=snapshot.register,
        reserved=[f"{prefix}-{last}" for prefix, last in counters],
        day_order=answers.day_order,
        mended=answers.mended,
        keep_tables=upload.keep_tables,
        limits=Limits(rows_max=current_settings().import_max_rows),
        **(options or {}),
    )
    difference = compare(result, snapshot.register, has_organisation=has_organisation)
    with reading():
        further = [*_given_codes(difference), *_not_yours(actor, difference)]
    return FactPlan(result, difference, further, snapshot)


def reaches_all(actor: Actor) -> bool:
    """Whether somebody may import about everything, and see the imports of others."""
    return actor.is_system or scope_of(actor, Permission.REGISTER_IMPORT) is Scope.ALL


def _given_codes(difference: Difference) -> list[Problem]:
    """Return the codes of the file that archived facts carry: they are never given again."""
    facts = {getattr(fact, "code"): fact for found in difference.new.values() for fact in found if fact.PREFIX}  # noqa: B009
    codes = list(facts)
    taken: list[str] = []
    for start in range(0, len(codes), 500):
        taken.extend(db.session.scalars(select(FactCode.code).where(FactCode.code.in_(codes[start : start + 500]))))
    return [
        _problem(facts[code], "code", "archived_code", f"{code} is archived. Restore it, or leave the code blank.")
        for code in taken
    ]


def _not_yours(actor: Actor, difference: Difference) -> list[Problem]:
    """Return what somebody who imports for own vendors only may not write."""
    if reaches_all(actor):
        return []
    own = ownership.writable_vendors(actor) or frozenset()
    addresses = ownership.stood_in_for(actor, clock.today()) | {(actor.email or "").casefold()}
    added = {
        getattr(fact, "code")  # noqa: B009, vendors have one
        for fact in difference.new.get("vendors", ())
        if (getattr(fact, "owner_email", None) or "?").casefold() in addresses
    }
    touched = [(kind, fact) for kind, found in difference.new.items() for fact in found]
    touched += [(change.kind, change.before) for change in difference.changed]
    touched += [(change.kind, change.after) for change in difference.changed]
    return [
        _problem(fact, None, "not_yours", "This is not about a vendor of yours. Ask its owner, or leave the row out.")
        for kind, fact in touched
        if not any(getattr(fact, column) in own | added for column in ownership.VENDOR_COLUMNS.get(kind, ()))
    ]


def _problem(fact: Fact, column: str | None, code: str, message: str) -> Problem:
    return Problem(
        severity=Severity.ERROR, code=code, message=message, sheet=fact.SHEET, row=fact.row, column=column,
        subject=getattr(fact, "code", None),
    )  # fmt: skip
