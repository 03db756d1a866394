"""What a breach of one vendor would reach, for its page: asked as the blast radius page asks, so both say the same."""

from dataclasses import dataclass

from markupsafe import Markup

from registry.blast import queries
from registry.blast.asking import Subject, reach
from registry.blast.drawing import draw
from registry.blast.owed import OwedDuty, first_duty, owed_duties
from registry.blast.queries import Cuts
from registry.blast.question import FIRST_WORLDS, Question
from registry.blast.reached import ReachedThing
from registry.blast.svg import legends_svg, picture_svg
from registry.core.formats import THIN, money, spread
from registry.domain.impact.cost import CostFigures
from registry.domain.impact.people import PeopleFigures

__all__ = ["Breach", "Picture", "breach_of", "picture_of"]

THINGS_SHOWN = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """The figures of the sentence, and the first duty with the hours left after the vendor's own notice."""

    people: PeopleFigures
    cost: CostFigures
    duty: OwedDuty | None
    triage_hours: float

    @property
    def cost_range(self) -> str:
        """The range of the cost with its unit once."""
        low, high = self.cost.p05, self.cost.p95
        return money(high, self.cost.currency).partition(THIN)[0] + THIN + spread(low, high)


@dataclass(frozen=True, slots=True)
class Picture:
    """The rings, their legends, and the same things as rows."""

    svg: Markup
    legends: tuple[tuple[str, Markup], ...]
    things: tuple[ReachedThing, ...]
    left_out: int


def breach_of(code: str) -> Breach:
    """Ask what a breach would reach; raises DomainError when it cannot be asked."""
    subject = _ask(code)
    answered = subject.answered
    triage = answered.parameters.constant("own_triage_hours")
    owed = owed_duties(
        answered.register, reach(subject), answered.radius, on=answered.scenario.as_of, triage_hours=triage
    )
    return Breach(people=answered.radius.people, cost=answered.radius.cost, duty=first_duty(owed), triage_hours=triage)


def picture_of(code: str) -> Picture:
    """Return the picture of the same answer; raises DomainError."""
    subject = _ask(code)
    things = reach(subject)
    drawing = draw(subject, things)
    reached = [thing for thing in things if not thing.is_start]
    return Picture(
        picture_svg(drawing),
        legends_svg(drawing),
        tuple(reached[:THINGS_SHOWN]),
        max(0, len(reached) - THINGS_SHOWN),
    )


def _ask(code: str) -> Subject:
    question = Question(start=(code,))
    return Subject(
        question, queries.answer(queries.snapshot(), question, worlds=FIRST_WORLDS, cuts=Cuts.UNLESS_SLOW), None
    )
