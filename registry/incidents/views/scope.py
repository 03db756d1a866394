"""Requests about what is known of the reach."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core.access import Permission, current_actor, needs
from registry.domain.incidents.duty_board import KnownCount
from registry.domain.register.errors import DomainError
from registry.incidents import queries
from registry.incidents.board import board_of
from registry.incidents.forms import ScopeForm, given_file
from registry.incidents.scope import known_of, revisions_of, weigh
from registry.incidents.service import scope as service
from registry.incidents.show import tabs_of

__all__ = ["scope"]

BLANK_LINES = 4


@needs(Permission.INCIDENTS_READ)
def scope(incident_id: int) -> ResponseReturnValue:
    page = queries.incident_page(incident_id, current_actor())
    if request.method == "POST" and not page.may_write:
        abort(403)
    known = known_of(incident_id)
    form = ScopeForm(data={"told_at": page.now})
    lines = _typed() if request.method == "POST" else _lines(known.counts if known else ())
    if form.validate_on_submit():
        try:
            service.revise_scope(current_actor(), incident_id, _command(form, lines))
        except DomainError as refused:
            form.form_errors.append(str(refused))
        else:
            flash("Recorded; duties follow.", "success")
            return redirect(url_for("incidents.scope", incident_id=incident_id), 303)
    return _shown(page, form, lines), 422 if form.errors else 200


def _shown(page: queries.IncidentPage, form: ScopeForm, lines: list[dict[str, str]]) -> str:
    board, known = board_of(page.row), known_of(page.row.id)
    weighed = []
    if board.prediction and board.exposure:
        said = frozenset(each.jurisdiction for each in known.counts) if known else frozenset()
        weighed = weigh(board.prediction.exposure, board.exposure, said)
    return render_template(
        "incidents/scope.html", page=page, tabs=tabs_of(page, "scope"), form=form, lines=lines, known=known,
        weighed=weighed, revisions=revisions_of(page.row.id),
    )  # fmt: skip


def _lines(counts: tuple[KnownCount, ...]) -> list[dict[str, str]]:
    filled = [
        {
            "dataset": each.dataset, "place": each.jurisdiction or "",
            "people": "" if each.people is None else str(each.people), "protected": "yes" if each.is_protected else "",
        }
        for each in counts
    ]  # fmt: skip
    return filled + [{"dataset": "", "place": "", "people": "", "protected": ""} for _ in range(BLANK_LINES)]


def _typed() -> list[dict[str, str]]:
    columns = {name: request.form.getlist(name) for name in ("dataset", "place", "people")}
    ticked = set(request.form.getlist("protected"))
    count = min(service.COUNTS_MAX + 1, max((len(each) for each in columns.values()), default=0))
    return [
        {
            **{name: (each[place] if place < len(each) else "").strip()[:100] for name, each in columns.items()},
            "protected": "yes" if str(place) in ticked else "",
        }
        for place in range(count)
    ]


def _command(form: ScopeForm, lines: list[dict[str, str]]) -> service.ReviseScope:
    counts = tuple(
        _count(number, line)
        for number, line in enumerate(lines, 1)
        if any(line[name] for name in ("dataset", "place", "people"))
    )
    return service.ReviseScope(
        counts=counts,
        source=str(form.source.data),
        told_at=form.told_at.data,
        is_final=bool(form.is_final.data),
        file=given_file(),
    )


def _count(number: int, line: dict[str, str]) -> KnownCount:
    text = line["people"].replace(",", "").replace(" ", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < 16):
        raise service.BadScope(f"Line {number}: {line['people']!r} is no whole number of people.")
    code = line["dataset"].split(maxsplit=1)[0].upper() if line["dataset"] else ""
    return KnownCount(
        dataset=code,
        jurisdiction=line["place"].upper() or None,
        people=int(text) if text else None,
        is_protected=bool(line["protected"]),
    )
