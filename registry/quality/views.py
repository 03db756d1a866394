"""Requests for the data-quality page."""

from itertools import groupby
from typing import Any

from flask import Response, render_template, request, url_for

from registry.core import clock
from registry.core.access import current_actor, needs
from registry.core.listviews import send_sheet
from registry.core.permissions import Permission
from registry.quality import queries
from registry.quality.files import sheet_of
from registry.quality.kinds import Level
from registry.quality.mends import names_of_people, shown_lines

__all__ = ["export", "index"]

OWNERS_OFFERED = 200


@needs(Permission.FACTS_READ)
def index() -> str:
    """Show what is missing, doubtful or old, by kind."""
    actor, today = current_actor(), clock.today()
    seen = queries.survey_seen(today)
    survey = seen.survey
    question = queries.QualityQuestion.of_arguments(request.args)
    found = queries.narrow(survey, question, actor, page=request.args.get("page"))
    lines = shown_lines(survey, found.lines, actor, back=_url(question, page=_page_number(found.page.number)))
    return render_template(
        "quality/index.html",
        question=question,
        found=found,
        groups=[list(group) for _, group in groupby(lines, lambda each: each.line.kind.code)],
        owners=_owners_offered(survey.owners),
        can_mend=any(each.mend_url for each in lines),
        levels=tuple(Level),
        is_clean=not survey.lines,
        vendor_name=survey.names.get(question.vendor or "", question.vendor),
        url=lambda **changed: _url(question, **changed),
        today=today,
        seen=seen,
    )


@needs(Permission.LISTS_EXPORT)
def export() -> Response:
    """Send every line the page shows, over all its pages, as a file."""
    actor, today = current_actor(), clock.today()
    question = queries.QualityQuestion.of_arguments(request.args)

    def read() -> tuple[Any, dict[str, str], int]:
        survey = queries.survey_of(today)
        lines = queries.lines_of(survey, question, actor)
        return sheet_of(survey, lines), question.arguments(), len(lines)

    return send_sheet("data-quality", read)


def _url(question: queries.QualityQuestion, **changed: str | None) -> str:
    return url_for("quality.index", **question.arguments(**changed))  # type: ignore[arg-type]  # texts only


def _page_number(number: int) -> str | None:
    return str(number) if number > 1 else None


def _owners_offered(owners: tuple[tuple[str, int], ...]) -> list[tuple[str, str, int]]:
    """Return those who have most to mend: address, name, how much."""
    most = owners[:OWNERS_OFFERED]
    names = names_of_people({address for address, _ in most})
    return [(address, names.get(address, address), count) for address, count in most]
