"""What the accounts pages show; frozen values, never rows."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Row, Select, func, or_, select

from registry.accounts import passwords
from registry.core import clock
from registry.core.actor import Role
from registry.core.db import reading, session
from registry.core.errors import NotFound
from registry.core.permissions import PERMISSION_ROWS, ROLE_WORDS, Scope
from registry.core.secrets import fingerprint
from registry.models.accounts import Deputy, LinkPurpose, OneTimeLink, Person, RecoveryCode, SecondFactor
from registry.settings import current_settings

__all__ = [
    "DeputyView",
    "LinkHolder",
    "MatrixRow",
    "PersonView",
    "deputies_of",
    "link_holder",
    "matrix",
    "open_recovery_codes",
    "pending_person",
    "people",
    "people_choices",
    "person",
    "person_id_of",
    "refusals_for",
]

_REFUSED_FILE = "refused-passwords.txt"
_PRODUCT_WORDS = ("registry", "vendor", "blast", "radius")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonView:
    """A person as the pages show them."""

    id: int
    version: int
    name: str
    email: str
    roles: tuple[Role, ...]
    functions: tuple[str, ...]
    manager_id: int | None
    manager: str | None
    is_active: bool
    locale: str
    timezone: str
    has_password: bool
    has_second_factor: bool
    created_at: datetime

    @property
    def role_words(self) -> str:
        """The roles, in words."""
        return ", ".join(ROLE_WORDS[role][0] for role in self.roles)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputyView:
    """Somebody who stands in for a person."""

    id: int
    name: str
    starts: date
    ends: date | None
    is_current: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHolder:
    """For whom an open one-time link is."""

    link_id: int
    person_id: int
    name: str
    email: str
    purpose: LinkPurpose


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One permission and, for each role in order, how far it reaches."""

    area: str
    words: str
    permission: str
    reach: tuple[Scope | None, ...]


def people(*, text: str = "", with_disabled: bool = False) -> list[PersonView]:
    """Return people by name; costs one query. A registry has hundreds of people at most, so there is no paging."""
    question = _people_question()
    if text:
        like = f"%{_escaped(text.casefold())}%"
        question = question.where(
            or_(func.lower(Person.name).like(like, escape="\\"), Person.email.like(like, escape="\\"))
        )
    if not with_disabled:
        question = question.where(Person.is_active)
    return [_view(row) for row in session().execute(question.order_by(func.lower(Person.name), Person.id))]


def person(person_id: int) -> PersonView:
    """Return one person; costs one query."""
    row = session().execute(_people_question().where(Person.id == person_id)).one_or_none()
    if row is None:
        raise NotFound("person", person_id)
    return _view(row)


def person_id_of(email: str) -> int:
    """Return the id behind an address."""
    found = session().scalar(select(Person.id).where(Person.email == email.strip().casefold()))
    if found is None:
        raise NotFound("person with the address", email)
    return found


def people_choices(*, without: int | None = None) -> list[tuple[int, str]]:
    """Return id and name of everybody who can sign in, for pickers."""
    rows = session().execute(
        select(Person.id, Person.name).where(Person.is_active, Person.id != without).order_by(func.lower(Person.name))
        if without is not None
        else select(Person.id, Person.name).where(Person.is_active).order_by(func.lower(Person.name))
    )
    return [(key, name) for key, name in rows]


def deputies_of(person_id: int) -> list[DeputyView]:
    """Return who stands in for a person, now or later."""
    today = clock.today()
    rows = session().execute(
        select(Deputy, Person.name)
        .join(Person, Person.id == Deputy.deputy_id)
        .where(Deputy.person_id == person_id, or_(Deputy.ends.is_(None), Deputy.ends >= today))
        .order_by(Deputy.starts, Deputy.id)
    )
    return [
        DeputyView(id=row.id, name=name, starts=row.starts, ends=row.ends, is_current=row.starts <= today)
        for row, name in rows
    ]


def open_recovery_codes(person_id: int) -> int:
    """Return how many recovery codes are left."""
    unused = select(func.count()).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    return session().scalar(unused) or 0


def link_holder(token: str) -> LinkHolder | None:
    """Return for whom a link is, or None when it is unknown, used or over; costs one query."""
    with reading():
        row = (
            session()
            .execute(
                select(OneTimeLink.id, OneTimeLink.purpose, Person.id.label("person_id"), Person.name, Person.email)
                .join(Person, Person.id == OneTimeLink.person_id)
                .where(
                    OneTimeLink.token_hash == fingerprint(token),
                    OneTimeLink.used_at.is_(None),
                    OneTimeLink.expires_at > clock.now(),
                    Person.is_active,
                )
            )
            .one_or_none()
        )
    if row is None:
        return None
    return LinkHolder(link_id=row.id, person_id=row.person_id, name=row.name, email=row.email, purpose=row.purpose)


def pending_person(person_id: int) -> PersonView | None:
    """Return a person who gave the password and still owes the second factor."""
    with reading():
        row = session().execute(_people_question().where(Person.id == person_id, Person.is_active)).one_or_none()
    return _view(row) if row else None


def refusals_for(password: str, name: str, email: str) -> list[str]:
    """Return every reason against a new password of this person in this installation."""
    path = current_settings().data_dir / _REFUSED_FILE
    also = frozenset(path.read_text(encoding="utf-8").casefold().split()) if path.is_file() else frozenset[str]()
    return passwords.refusals(password, names=(*_PRODUCT_WORDS, name, email), also=also)


def matrix() -> list[MatrixRow]:
    """Return the permission matrix as the Settings page shows it."""
    return [
        MatrixRow(
            area=row.area,
            words=row.words,
            permission=row.permission.value,
            reach=tuple(row.holders.get(role) for role in Role),
        )
        for row in PERMISSION_ROWS
    ]


def _people_question() -> Select[Person, str | None, int | None]:
    manager = select(Person.id, Person.name).subquery("manager")
    return (
        select(Person, manager.c.name, SecondFactor.person_id)
        .outerjoin(manager, manager.c.id == Person.manager_id)
        .outerjoin(SecondFactor, SecondFactor.person_id == Person.id)
    )


def _view(found: Row[Person, str | None, int | None]) -> PersonView:
    row, manager, factor = found
    return PersonView(
        id=row.id,
        version=row.version,
        name=row.name,
        email=row.email,
        roles=tuple(Role(role) for role in row.roles),
        functions=row.functions,
        manager_id=row.manager_id,
        manager=manager,
        is_active=row.is_active,
        locale=row.locale,
        timezone=row.timezone,
        has_password=row.password_hash is not None,
        has_second_factor=factor is not None,
        created_at=row.created_at,
    )


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
