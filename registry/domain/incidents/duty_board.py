"""The duties of an incident as one board: what binds, which clock runs, what became of it, when to warn.

A duty that was on the board once stays there until somebody does it or waives it: when the scope shrinks it is shown as
no longer reached, never taken away.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from registry.domain.duties.clocks import Clock
from registry.domain.duties.obligations import Bearer, Duty, DutyRule, Exposure, Headcount, Standing

__all__ = [
    "BoardLine",
    "Decision",
    "KnownCount",
    "LineState",
    "WarningStep",
    "board",
    "kept_duties",
    "known_exposure",
    "next_due",
    "warnings_due",
]


class LineState(StrEnum):
    """Where a line of the board stands, in the order they are shown."""

    RUNNING = "running"
    AT_ONCE = "at_once"
    NOT_STARTED = "not_started"
    DONE = "done"
    WAIVED = "waived"


class WarningStep(StrEnum):
    """How far a clock has run."""

    HALF = "half"
    FOUR_FIFTHS = "four_fifths"
    END = "end"


_FAR = datetime.max.replace(tzinfo=UTC)
_SHARE = {WarningStep.HALF: 0.5, WarningStep.FOUR_FIFTHS: 0.8, WarningStep.END: 1.0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person said of a duty."""

    is_done: bool
    at: datetime
    person: str
    words: str
    file_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLine:
    """One duty of an incident.

    `standing` is None for a duty that was on the board and is no longer reached; its clock then rests on what was known
    of it last.
    """

    rule: DutyRule
    standing: Standing | None
    bearer: Bearer
    people: Headcount
    jurisdictions: tuple[str, ...]
    reasons: tuple[str, ...]
    started: datetime | None
    due: datetime | None
    is_assumed: bool
    decision: Decision | None

    @property
    def state(self) -> LineState:
        """Where it stands."""
        if self.decision is not None:
            return LineState.DONE if self.decision.is_done else LineState.WAIVED
        if self.started is None:
            return LineState.NOT_STARTED
        return LineState.RUNNING if self.due else LineState.AT_ONCE

    @property
    def is_ours(self) -> bool:
        """Whether we have to tell, and not the vendor."""
        return self.bearer is Bearer.ORGANISATION

    @property
    def is_open(self) -> bool:
        """Whether somebody must still do or waive it."""
        return self.decision is None and self.is_ours

    def is_late(self, now: datetime) -> bool:
        """Whether its time has run out and nobody did it."""
        return self.decision is None and self.due is not None and self.due < now

    def left(self, now: datetime) -> float | None:
        """Return the hours left, negative when late; None without a clock."""
        return None if self.due is None else (self.due - now).total_seconds() / 3600


def board(
    running: Iterable[Clock],
    decisions: Mapping[str, Decision],
    *,
    seen: Collection[str],
) -> list[BoardLine]:
    """Return the board, next deadline first.

    Parameters
    ----------
    running
        Clocks of what was measured and of `kept_duties`; what is not reached stays out unless it was seen before.
    decisions
        Code of a rule -> what a person said.
    seen
        Codes that were on the board before.
    """
    lines = {}
    for clock in running:
        duty = clock.duty
        code = duty.rule.code
        is_reached = duty.standing is not Standing.NOT_REACHED
        if not is_reached and code not in seen:
            continue
        lines[code] = BoardLine(
            rule=duty.rule,
            standing=duty.standing if is_reached else None,
            bearer=duty.bearer,
            people=duty.people,
            jurisdictions=duty.jurisdictions,
            reasons=duty.reasons,
            started=clock.started,
            due=clock.due,
            is_assumed=clock.assumed,
            decision=decisions.get(code),
        )
    return sorted(lines.values(), key=_order)


def _order(line: BoardLine) -> tuple[int, float, int, str]:
    states = list(LineState)
    standings: list[Standing | None] = [Standing.APPLIES, Standing.MAY_APPLY, Standing.NOT_REACHED, None]
    due = line.due.timestamp() if line.due else float("inf")
    return states.index(line.state), due, standings.index(line.standing), line.rule.code


def kept_duties(measured: Iterable[Duty], seen: Collection[str], rules: Mapping[str, DutyRule]) -> list[Duty]:
    """Return what was measured and, as not reached, what was on the board before and is measured no more."""
    found = list(measured)
    there = {duty.rule.code for duty in found}
    return found + [
        Duty(
            rule=rules[code],
            standing=Standing.NOT_REACHED,
            bearer=Bearer.ORGANISATION,
            people=Headcount(0, 0),
            jurisdictions=(),
            reasons=("no longer reached by what is known now",),
        )
        for code in sorted(set(seen) - there)
        if code in rules
    ]


def next_due(lines: Sequence[BoardLine]) -> BoardLine | None:
    """Return the open duty of ours whose time runs out first; certain ones before those that may apply."""
    timed = [line for line in lines if line.is_open and line.due]
    certain = [line for line in timed if line.standing is Standing.APPLIES]
    return min(certain or timed, key=lambda line: line.due or _FAR, default=None)


def warnings_due(
    lines: Iterable[BoardLine], now: datetime, planned: Collection[tuple[str, datetime, WarningStep]]
) -> list[tuple[BoardLine, WarningStep]]:
    """Return which clocks have come to a step nobody was warned of; of several steps of one clock only the furthest.

    It is level-triggered: after an outage the next look finds everything, and planning what it returned gives nothing
    more. A clock that moved is another one.

    Parameters
    ----------
    planned
        (code, due, step) of what was planned.
    """
    found = []
    for line in lines:
        if not line.is_open or line.due is None or line.started is None:
            continue
        length = line.due - line.started
        passed = [step for step in WarningStep if line.started + length * _SHARE[step] <= now]
        if passed and (line.rule.code, line.due, passed[-1]) not in planned:
            found.append((line, passed[-1]))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCount:
    """People of one dataset in one jurisdiction, as a source told them; None where it does not know."""

    dataset: str
    jurisdiction: str | None
    people: int | None
    is_protected: bool = False


def known_exposure(
    counts: Sequence[KnownCount], data_kinds: Collection[str], predicted: Exposure, *, is_final: bool
) -> Exposure:
    """Return what duties are measured against when counts came in.

    In one jurisdiction the people of several datasets may be the same: the largest dataset is what is certain, the sum
    is the most it can be. Until the source says its counts are final, what was predicted stays possible where nothing
    was said, and no threshold is missed.

    Parameters
    ----------
    data_kinds
        Kinds of data of the datasets that were named.
    """
    by_place: dict[str | None, list[int | None]] = {}
    for count in counts:
        by_place.setdefault(count.jurisdiction, []).append(count.people)
    people = {} if is_final else dict(predicted.people)
    for place, numbers in by_place.items():
        given = [number for number in numbers if number is not None]
        expected = predicted.people.get(place, Headcount(0, 0))
        low, high = float(max(given, default=0)), float(sum(given))
        if len(given) < len(numbers):
            low, high = max(low, expected.mean), max(high, expected.high)
        people[place] = Headcount(low, high)
    is_whole = all(count.people is not None for count in counts)
    return Exposure(
        people=people,
        data_kinds=frozenset(data_kinds) | (frozenset() if is_final else frozenset(predicted.data_kinds)),
        all_protected=bool(counts)
        and all(count.is_protected for count in counts)
        and (is_final or predicted.all_protected),
        counts_known=is_final and is_whole and bool(counts),
    )
