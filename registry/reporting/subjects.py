"""Packs that wait for a signature, as matters people are reminded of."""

from collections.abc import Collection, Iterator
from datetime import date

from sqlalchemy import select

from registry.core.actor import Role
from registry.core.db import session
from registry.core.permissions import ROLE_PERMISSIONS, Permission
from registry.core.reminding import OpenMatter, Subject
from registry.models.accounts import Person
from registry.models.packs import AuditPack, PackSignature, PackState

__all__ = ["SUBJECTS"]

_WAITING = (PackState.DRAFT, PackState.PREPARED, PackState.REVIEWED)
_WORDS = {PackState.DRAFT: "prepare", PackState.PREPARED: "review", PackState.REVIEWED: "approve"}


def waiting_packs(_today: date, only: Collection[str] | None) -> Iterator[OpenMatter]:
    """Return packs that somebody must sign; those who signed are not asked again."""
    asked = select(AuditPack).where(AuditPack.state.in_(_WAITING))
    if only is not None:
        asked = asked.where(AuditPack.id.in_([int(key) for key in only if key.isdecimal()]))
    rows = list(session().scalars(asked))
    if not rows:
        return
    people = list(session().scalars(select(Person).where(Person.is_active).order_by(Person.id)))
    for row in rows:
        signed = set(session().scalars(select(PackSignature.person_id).where(PackSignature.pack_id == row.id)))
        needed = Permission.REPORTS_APPROVE if row.state is PackState.REVIEWED else Permission.REPORTS_SIGN
        signers = tuple(person.email for person in people if person.id not in signed and _may(person, needed))
        title = f"Audit pack {row.quarter}-{row.number}: {_WORDS[row.state]} it"
        yield OpenMatter(key=str(row.id), due=row.sign_by, title=title, roles={"preparer": signers, "signer": signers})


def _may(person: Person, permission: Permission) -> bool:
    return any(permission in ROLE_PERMISSIONS[Role(role)] for role in person.roles)


SUBJECTS: tuple[Subject, ...] = (
    Subject(name="audit_pack", words="Audit pack", matters=waiting_packs, page=lambda key: f"/reports/packs/{key}"),
)
