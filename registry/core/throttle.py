"""Counted limits that hold over several workers: one row per limit and subject.

An attempt is counted before the work it guards is done, in a transaction of its own, so that many attempts at once
cannot all look at the same old count. Subjects are ids, addresses of the network, or keyed hashes; never a name.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.core import clock
from registry.core.db import engine_name
from registry.core.errors import CoreError
from registry.core.logs import get_logger
from registry.core.work import bookkeeping
from registry.models.accounts import Throttle

__all__ = ["LIMITS", "Limit", "State", "TooManyAttempts", "advance", "forget", "forget_old", "forgive", "take"]


log = get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """So many attempts in a window; then a wait until the window ends, or a lock that doubles each time."""

    count: int
    window: timedelta
    first_lock: timedelta | None = None
    longest_lock: timedelta | None = None


_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_LOCKING = Limit(count=5, window=5 * _MINUTE, first_lock=_MINUTE, longest_lock=15 * _MINUTE)

LIMITS: dict[str, Limit] = {
    "sign_in.account": _LOCKING,
    "sign_in.known_browser": _LOCKING,
    "sign_in.address": Limit(count=20, window=5 * _MINUTE),
    "sign_in.all": Limit(count=200, window=_MINUTE),
    "second_factor.account": Limit(count=5, window=10 * _MINUTE),
    "link.account": Limit(count=3, window=_HOUR),
    "link.address": Limit(count=10, window=_HOUR),
    "blast.person": Limit(count=60, window=_MINUTE),
    "export.person": Limit(count=20, window=_HOUR),
    "workbook.person": Limit(count=10, window=_HOUR),
    "import.person": Limit(count=10, window=_HOUR),
    "link.open": Limit(count=60, window=_MINUTE),
    "portal.open": Limit(count=30, window=_MINUTE),
    "portal.unknown": Limit(count=10, window=10 * _MINUTE),
    "portal.all": Limit(count=600, window=_MINUTE),
    "portal.codes": Limit(count=5, window=24 * _HOUR),
    "portal.save": Limit(count=120, window=_MINUTE),
    "portal.files": Limit(count=20, window=_HOUR),
    "portal.hand_on": Limit(count=10, window=24 * _HOUR),
    "mail.domain": Limit(count=30, window=_MINUTE),
}


class TooManyAttempts(CoreError):
    """A limit is reached; `wait` says how long until another attempt may be made."""

    def __init__(self, name: str, wait: timedelta) -> None:
        """Keep the name of the limit and the wait."""
        super().__init__(f"Too many attempts. Try again in {_in_words(wait)}.")
        self.name = name
        self.wait = wait


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is stored of one limit and subject."""

    window_started_at: datetime
    count: int = 0
    locks: int = 0
    locked_until: datetime | None = None


def advance(state: State, limit: Limit, now: datetime) -> tuple[State, timedelta | None]:
    """Count one attempt and return the new state, with the wait when it is refused.

    >>> from datetime import UTC
    >>> noon = datetime(2026, 6, 1, 12, tzinfo=UTC)
    >>> twice = Limit(count=2, window=timedelta(minutes=5))
    >>> state, waits = State(window_started_at=noon), []
    >>> for _ in range(3):
    ...     state, wait = advance(state, twice, noon)
    ...     waits.append(wait)
    >>> waits
    [None, None, datetime.timedelta(seconds=300)]
    """
    if state.locked_until and now < state.locked_until:
        return state, state.locked_until - now
    if state.locked_until or now >= state.window_started_at + limit.window:
        quiet = now >= (state.locked_until or state.window_started_at) + _forgotten_after(limit)
        state = State(window_started_at=now, locks=0 if quiet else state.locks)
    if state.count < limit.count:
        return replace(state, count=state.count + 1), None
    if limit.first_lock is None or limit.longest_lock is None:
        return state, state.window_started_at + limit.window - now
    wait = min(limit.first_lock * 2 ** min(state.locks, _DOUBLINGS), limit.longest_lock)
    return replace(state, locks=state.locks + 1, locked_until=now + wait), wait


_DOUBLINGS = 16  # enough to pass any longest lock without an absurd number


def _forgotten_after(limit: Limit) -> timedelta:
    """Return how long it must be quiet until the next lock is a short one again."""
    return max(limit.window, limit.longest_lock or limit.window) * 4


def _in_words(wait: timedelta) -> str:
    seconds = max(1, round(wait.total_seconds()))
    if seconds < 120:
        return f"{seconds} seconds"
    return f"{-(-seconds // 60)} minutes"


def take(name: str, subject: object) -> None:
    """Count one attempt under a limit, in a short transaction of its own.

    Raises
    ------
    TooManyAttempts
        When the limit is reached; the attempt was not made.
    """
    limit, now, key = LIMITS[name], clock.now(), f"{name}:{subject}"
    with bookkeeping() as session:
        insert = postgresql.insert if engine_name() == "postgresql" else sqlite.insert
        fresh = {"key": key, "window_started_at": now, "count": 0, "locks": 0}
        session.execute(insert(Throttle).values(fresh).on_conflict_do_nothing())
        # The row is locked, so that attempts at the same moment are counted one after the other.
        row = session.execute(select(Throttle).where(Throttle.key == key).with_for_update()).scalar_one()
        before = State(
            window_started_at=row.window_started_at, count=row.count, locks=row.locks, locked_until=row.locked_until
        )
        after, wait = advance(before, limit, now)
        row.window_started_at, row.count = after.window_started_at, after.count
        row.locks, row.locked_until = after.locks, after.locked_until
    if wait is not None:
        log.warning("limit_reached", limit=name, wait_seconds=round(wait.total_seconds()))
        raise TooManyAttempts(name, wait)


def forget(name: str, subject: object) -> None:
    """Start counting anew: after a success, or when an administrator unlocks an account."""
    with bookkeeping() as session:
        session.execute(delete(Throttle).where(Throttle.key == f"{name}:{subject}"))


def forgive(name: str, subject: object) -> None:
    """Take one attempt back: a right password is no sign of guessing."""
    key = f"{name}:{subject}"
    with bookkeeping() as session:
        session.execute(
            update(Throttle).where(Throttle.key == key, Throttle.count > 0).values(count=Throttle.count - 1)
        )


def forget_old() -> int:
    """Delete rows that no longer change any answer; return how many."""
    keep = {name: _forgotten_after(limit) + limit.window for name, limit in LIMITS.items()}
    own = [and_(Throttle.key.startswith(f"{name}:", autoescape=True), _is_over(kept)) for name, kept in keep.items()]
    with bookkeeping() as session:
        which = or_(_is_over(max(keep.values())), *own)  # the longest for limits that are no more
        return session.execute(delete(Throttle).where(which)).rowcount  # type: ignore[attr-defined,no-any-return]


def _is_over(kept: timedelta) -> ColumnElement[bool]:
    quiet = clock.now() - kept
    return and_(Throttle.window_started_at < quiet, or_(Throttle.locked_until.is_(None), Throttle.locked_until < quiet))
