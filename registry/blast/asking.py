"""Asks one question with its what-ifs and without them, on the same draws; or says why it cannot be asked."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from registry.blast import queries
from registry.blast.queries import Answered, Cuts
from registry.blast.question import Question
from registry.blast.reached import ReachedThing, Roads, chances_of, reached_things
from registry.core.register import Snapshot
from registry.domain.register.errors import DomainError
from registry.domain.scenario.whatif import WhatIfKind

__all__ = ["CannotAsk", "Subject", "ask", "is_coarse", "reach"]

_SUGGESTED = 12


class CannotAsk(Exception):
    """A question that cannot be asked; carries what to say, and starts that may be meant as (code, name)."""

    def __init__(
        self, problems: Sequence[str], question: Question, near: Sequence[tuple[str, str]] = (), status: int = 422
    ) -> None:
        super().__init__("; ".join(problems))
        self.problems, self.question, self.near, self.status = tuple(problems), question, tuple(near), status


@dataclass(frozen=True, slots=True)
class Subject:
    """What a page is about: the question, its answer, the answer without the what-ifs (None when none are asked)."""

    question: Question
    answered: Answered
    before: Answered | None

    @property
    def shown(self) -> Answered:
        """The answer whose graph is drawn: the one before the what-ifs, so that what they keep safe is still seen."""
        return self.before or self.answered

    @property
    def cut_facts(self) -> frozenset[str]:
        """Codes of facts that the what-ifs take away."""
        return frozenset(each.subject for each in self.question.parsed_what_ifs() if each.kind is WhatIfKind.CUT)


def ask(facts: Snapshot, asked: Question, *, first_worlds: int | None, is_hasty: bool = False) -> Subject:
    """Answer a question; `first_worlds` are computed when it names no number, None lets the target error decide.

    `is_hasty`: only what a page shows, and on a large register without the single cuts until a number of worlds is
    named.

    Raises
    ------
    CannotAsk
        With one sentence per reason.
    """
    question, unknown = queries.named(facts.register, asked)
    if question.problems or unknown:
        near = [found for text in unknown for found in queries.find_starts(facts.register, text[:80], count=_SUGGESTED)]
        problems = [*question.problems]
        problems += [f"There is no vendor or system called {text[:80]!r}, by name or by code." for text in unknown]
        raise CannotAsk(problems, question, near, 404 if unknown and not question.problems else 422)
    if question.users_of and not question.users:
        products = ", ".join(question.users_of)
        raise CannotAsk([f"Nobody is registered as a user of {products}. Register platform uses first."], question)
    if not question.starts:
        raise CannotAsk(["Name at least one vendor or system to start from."], question)
    try:
        cuts = Cuts.ALWAYS if not is_hasty else Cuts.UNLESS_SLOW if question.iterations is None else Cuts.AND_CONTROLS
        shown = Cuts.NEVER if is_hasty and question.what_ifs else cuts  # the page tries cuts on the facts as they are
        answered = queries.answer(facts, question, worlds=first_worlds, cuts=shown)
        before = None
        if question.what_ifs:
            plain = replace(question.without_what_ifs(), iterations=answered.radius.iterations)
            before = queries.answer(facts, plain, worlds=None, cuts=cuts)
    except DomainError as error:
        raise CannotAsk(str(error).splitlines(), question) from error
    return Subject(question, answered, before)


def is_coarse(subject: Subject) -> bool:
    """Whether more worlds would narrow the answer: it was cut off before the target error."""
    radius = subject.answered.radius
    target = subject.answered.parameters.constant("target_relative_standard_error")
    return radius.error_reached is not None and radius.error_reached > target


def reach(subject: Subject) -> list[ReachedThing]:
    """Return everything the breach reaches, with and without the what-ifs."""
    chances = chances_of(subject.answered.radius)
    before = chances_of(subject.before.radius) if subject.before else None
    shown, answered = subject.shown, subject.answered
    things = reached_things(Roads(shown.graph, shown.radius.ways), shown.start, chances, before)
    if subject.before is None:
        return things
    known = {thing.key for thing in things}
    # a what-if may also open ways: what a replacing vendor brings is reached only with it
    added = reached_things(Roads(answered.graph, answered.radius.ways), answered.start, chances)
    return things + [thing for thing in added if thing.key not in known]
