"""What an administrator does with people: add, change, disable, and name deputies."""

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import select

from registry.accounts.service.commands import AddDeputy, PersonDetails
from registry.accounts.service.links import new_link
from registry.accounts.service.refusals import Refused
from registry.core import websession
from registry.core.actor import Actor, Role
from registry.core.work import Work, retried, work
from registry.models.accounts import Deputy, LinkPurpose, Person

__all__ = ["add_deputy", "add_person", "change_person", "disable_person", "enable_person", "end_deputy", "normal_email"]


@retried
def add_person(actor: Actor, details: PersonDetails) -> tuple[int, str]:
    """Make an account and return its id and the token of the invitation, which is told only now."""
    with work(actor, "person.add") as w:
        person = w.add(new_person(w, details))
        token = new_link(w, person.id, LinkPurpose.INVITATION)
    return person.id, token


def new_person(w: Work, details: PersonDetails) -> Person:
    """Return a checked, not yet added person."""
    email = _free_email(w, details.email, person_id=None)
    _refuse_roles(details)
    return Person(
        name=details.name,
        email=email,
        password_hash=None,
        roles=_sorted(details.roles),
        functions=_sorted(details.functions),
        manager_id=details.manager_id,
        is_active=True,
        locale=details.locale,
        timezone=details.timezone,
        created_at=w.now,
    )


@retried
def change_person(actor: Actor, person_id: int, version: int | None, details: PersonDetails) -> int:
    """Change what the administrator decides; new rights or a new address end the person's sessions.

    The last administrator keeps the role, so that nobody is locked out of the settings.
    """
    with work(actor, "person.change") as w:
        person = w.get(Person, person_id, version)
        before = (person.roles, person.functions, person.email)
        _refuse_roles(details)
        if Role.ADMINISTRATOR not in details.roles:
            _keep_an_administrator(w, person)
        _refuse_circle(w, person_id, details.manager_id)
        person.name, person.email = details.name, _free_email(w, details.email, person_id=person_id)
        person.roles, person.functions = _sorted(details.roles), _sorted(details.functions)
        person.manager_id = details.manager_id
        person.locale, person.timezone = details.locale, details.timezone
        rights_changed = before != (person.roles, person.functions, person.email)
        if rights_changed:
            websession.end_sessions(person_id)
    return person_id


@retried
def disable_person(actor: Actor, person_id: int) -> None:
    """Close an account and end its sessions; the person stays in the audit log."""
    if actor.person_id == person_id:
        raise Refused("Nobody can disable their own account; ask another administrator.")
    with work(actor, "person.disable") as w:
        person = w.get(Person, person_id)
        _keep_an_administrator(w, person)
        person.is_active = False
        websession.end_sessions(person_id)


@retried
def enable_person(actor: Actor, person_id: int) -> None:
    """Open a closed account again, with the rights it had."""
    with work(actor, "person.enable") as w:
        w.get(Person, person_id).is_active = True


@retried
def add_deputy(actor: Actor, command: AddDeputy) -> int:
    """Let one person stand in for another from day to day."""
    if command.deputy_id == command.person_id:
        raise Refused("Nobody can stand in for themselves.", field="deputy_id")
    with work(actor, "person.add_deputy", subject=f"person:{command.person_id}") as w:
        w.get(Person, command.person_id)
        deputy = w.get(Person, command.deputy_id)
        if not deputy.is_active:
            raise Refused(f"{deputy.name} is disabled and cannot stand in.", field="deputy_id")
        row = w.add(
            Deputy(person_id=command.person_id, deputy_id=command.deputy_id, starts=command.starts, ends=command.ends)
        )
    return row.id


@retried
def end_deputy(actor: Actor, person_id: int, deputy_row_id: int) -> None:
    """Take a stand-in away at once."""
    with work(actor, "person.end_deputy", subject=f"person:{person_id}") as w:
        row = w.get(Deputy, deputy_row_id)
        if row.person_id != person_id:
            raise Refused("This stand-in belongs to somebody else.")
        w.delete(row)


def normal_email(typed: str) -> str:
    """Return an address as it is stored: checked, in lower case; refuse what is none."""
    try:
        return validate_email(typed, check_deliverability=False, test_environment=True).normalized.casefold()
    except EmailNotValidError as error:
        raise Refused(str(error), field="email") from error


def _free_email(w: Work, typed: str, *, person_id: int | None) -> str:
    email = normal_email(typed)
    holder = w.session.scalar(select(Person.id).where(Person.email == email))
    if holder is not None and holder != person_id:
        raise Refused("Somebody already signs in with this address.", field="email")
    return email


def _refuse_roles(details: PersonDetails) -> None:
    if not details.roles:
        raise Refused("Choose at least one role.", field="roles")
    if Role.AUDITOR in details.roles and len(details.roles) > 1:
        raise Refused("An auditor changes nothing, so the role cannot be joined with another.", field="roles")


def _keep_an_administrator(w: Work, person: Person) -> None:
    if Role.ADMINISTRATOR not in person.roles or not person.is_active:
        return
    others = w.session.scalars(select(Person).where(Person.is_active, Person.id != person.id)).all()
    if not any(Role.ADMINISTRATOR in other.roles for other in others):
        raise Refused(f"{person.name} is the only administrator; give the role to somebody else first.", field="roles")


def _refuse_circle(w: Work, person_id: int, manager_id: int | None) -> None:
    """Refuse managers in a circle: an escalation walks up and would never end."""
    above = dict(w.session.execute(select(Person.id, Person.manager_id)).all())
    step = manager_id
    while step is not None:
        if step == person_id:
            raise Refused(
                "This would make the person their own manager, directly or through others.", field="manager_id"
            )
        step = above.pop(step, None)


def _sorted(words: frozenset[str] | frozenset[Role]) -> tuple[str, ...]:
    return tuple(sorted(str(word) for word in words))
