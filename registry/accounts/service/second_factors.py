"""The second factor of a person: set up, used, renewed, removed."""

from sqlalchemy import select

from registry.accounts.second_factor import matching_step, new_recovery_codes, normal_code
from registry.accounts.service.refusals import Refused, WrongCredentials
from registry.core import throttle
from registry.core.actor import Actor, Role
from registry.core.permissions import ROLES_WITH_SECOND_FACTOR
from registry.core.secrets import keyring
from registry.core.work import Work, retried, work
from registry.models.accounts import Person, RecoveryCode, SecondFactor
from registry.settings import current_settings

__all__ = [
    "check_second_factor",
    "confirm_second_factor",
    "remove_second_factor",
    "renew_recovery_codes",
    "reset_second_factor",
]

SEED, CODE = "second-factor-seed", "recovery-code"  # purposes of keys


@retried
def confirm_second_factor(actor: Actor, seed: str, code: str) -> list[str]:
    """Keep the seed once a code proves that the app has it; return the recovery codes, told only now."""
    throttle.take("second_factor.account", actor.person_id)
    with work(actor, "second_factor.set_up", subject=f"person:{actor.person_id}") as w:
        person = w.get(Person, actor.person_id)  # locked: two browsers cannot set up two apps
        step = matching_step(seed, code, w.now)
        if step is None:
            raise Refused(
                "This code is not right. Check the clock of your phone and type the present code.", field="code"
            )
        factor = w.session.get(SecondFactor, person.id)
        if factor is not None:
            raise Refused("A second factor is already set up; remove it first.", field="code")
        sealed = keyring().seal(SEED, seed)
        w.add(SecondFactor(person_id=person.id, sealed_seed=sealed, confirmed_at=w.now, last_step=step))
        codes = _new_codes(w, person.id)
    throttle.forget("second_factor.account", actor.person_id)
    return codes


@retried
def check_second_factor(person_id: int, code: str) -> None:
    """Take a code of the app or a recovery code, once each.

    Raises
    ------
    WrongCredentials
        When it is neither, or was used before.
    """
    throttle.take("second_factor.account", person_id)
    actor = Actor(person_id=person_id, name=f"person:{person_id}")
    with work(actor, "second_factor.use", subject=f"person:{person_id}") as w:
        factor = w.get(SecondFactor, person_id)  # locked: one code, one use
        step = matching_step(keyring().unseal(SEED, factor.sealed_seed), code, w.now, after=factor.last_step)
        if step is not None:
            factor.last_step = step
        elif not _use_recovery_code(w, person_id, code):
            raise WrongCredentials("This code is not right, or it was used before.")
    throttle.forget("second_factor.account", person_id)


@retried
def renew_recovery_codes(actor: Actor) -> list[str]:
    """Replace all recovery codes; the old ones end. Told only now."""
    with work(actor, "second_factor.renew_codes", subject=f"person:{actor.person_id}") as w:
        if w.session.get(SecondFactor, actor.person_id) is None:
            raise Refused("Recovery codes belong to a second factor; set one up first.")
        assert actor.person_id is not None
        return _new_codes(w, actor.person_id)


@retried
def remove_second_factor(actor: Actor) -> None:
    """Remove one's own second factor, unless a role demands one."""
    with work(actor, "second_factor.remove", subject=f"person:{actor.person_id}") as w:
        person = w.get(Person, actor.person_id)
        demanding = {Role(role) for role in person.roles} & ROLES_WITH_SECOND_FACTOR
        if demanding and not current_settings().demo:
            raise Refused(
                "Your role demands a second factor. To move to another phone, ask an administrator to reset it."
            )
        _forget_factor(w, person.id)


@retried
def reset_second_factor(actor: Actor, person_id: int) -> None:
    """Take a lost second factor away, so that the person sets up a new one; never one's own."""
    if actor.person_id == person_id:
        raise Refused("Your own second factor is reset by another administrator or with ./run user reset-factor.")
    with work(actor, "second_factor.reset", subject=f"person:{person_id}") as w:
        w.get(Person, person_id)
        _forget_factor(w, person_id)
        w.note(reset=True)


def _new_codes(w: Work, person_id: int) -> list[str]:
    for old in w.session.scalars(select(RecoveryCode).where(RecoveryCode.person_id == person_id)):
        w.delete(old)
    codes = new_recovery_codes()
    for code in codes:
        w.add(RecoveryCode(person_id=person_id, mark=keyring().mark(CODE, normal_code(code))))
    return codes


def _use_recovery_code(w: Work, person_id: int, typed: str) -> bool:
    unused = select(RecoveryCode).where(RecoveryCode.person_id == person_id, RecoveryCode.used_at.is_(None))
    plain = normal_code(typed)
    for code in w.session.scalars(unused):
        if keyring().is_mark(CODE, plain, code.mark):
            code.used_at = w.now
            return True
    return False


def _forget_factor(w: Work, person_id: int) -> None:
    factor = w.session.get(SecondFactor, person_id)
    if factor is not None:
        w.delete(factor)
    for code in w.session.scalars(select(RecoveryCode).where(RecoveryCode.person_id == person_id)):
        w.delete(code)
