"""The words around a picture that leaves the page: the answer, its ranges, its what-ifs, where the figures come from."""

from registry.blast import words
from registry.blast.asking import Subject
from registry.core.formats import money, short
from reports.picture import Caption

__all__ = ["caption_of"]


def caption_of(subject: Subject) -> Caption:
    """Return the caption of the picture of an answer; its figures are those with the what-ifs."""
    radius, question = subject.answered.radius, subject.question
    names = words.question_names(subject.answered.register, question)
    people, cost = radius.people.headline, radius.cost
    middle = people.p50 or people.mean
    title = f"{words.say_what(question.kind)} {names} would reach {short(round(middle))} people"
    title += f" and cost {money(cost.p50, cost.currency)}"
    subtitle = f"90 %: {short(round(people.p05))} to {short(round(people.p95))} people,"
    subtitle += f" {money(cost.p05, cost.currency)} to {money(cost.p95, cost.currency)}"
    clauses = [words.what_if_words(each) for each in question.parsed_what_ifs()]
    if clauses:
        subtitle += f". What if: {', '.join(clauses)}"
    source = f"{words.method_words(radius)}, seed {question.seed}, as of {subject.answered.scenario.as_of}"
    return Caption(title=title, subtitle=subtitle, source=f"{source}, register revision {subject.answered.revision}")
