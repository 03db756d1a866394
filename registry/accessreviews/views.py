"""Requests about reviews of accesses."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.accessreviews import queries, service
from registry.core.access import Permission, current_actor, may, needs
from registry.core.errors import NotFound, StaleVersion
from registry.core.given import whole_number
from registry.domain.register.errors import DomainError
from registry.domain.register.vocabulary import AccessKind, AccessOutcome

__all__ = ["index", "past"]

WHY_MAX = 4_000


@needs(Permission.FACTS_READ)
def index() -> ResponseReturnValue:
    """Show what is to be reviewed; keep the verdicts that are sent."""
    actor, problem = current_actor(), None
    if request.method == "POST":
        if not may(actor, Permission.FACTS_WRITE):
            raise NotFound("access for you to review,", "here")
        try:
            count = service.review(actor, _verdicts())
        except StaleVersion:
            problem = "Somebody changed one of these accesses meanwhile. Nothing was kept; look again and send anew."
        except DomainError as wrong:
            problem = str(wrong)
        else:
            flash(f"Kept {count} verdict{'' if count == 1 else 's'}.", "success" if count else "error")
            return redirect(f"{url_for('accessreviews.index')}?{request.query_string.decode('ascii', 'ignore')}", 303)
    return _page(problem)


def _page(problem: str | None) -> ResponseReturnValue:
    everything, mine = request.args.get("all") == "yes", request.args.get("mine") == "yes"
    rows, page = queries.due_accesses(current_actor(), everything=everything, mine=mine, page=request.args.get("page"))
    shown = render_template(
        "accessreviews/index.html", rows=rows, page=page, everything=everything, mine=mine, problem=problem,
        kinds=AccessKind, outcomes=AccessOutcome, typed=request.form if problem else {},
    )  # fmt: skip
    return shown, 422 if problem else 200


@needs(Permission.FACTS_READ)
def past() -> str:
    return render_template("accessreviews/past.html", rows=queries.past_reviews())


def _verdicts() -> list[service.Verdict]:
    """Return what was decided; a row without a verdict is left alone."""
    found = []
    for key, given in request.form.items():
        if not key.startswith("o-") or given not in {each.value for each in AccessOutcome}:
            continue
        code = key.removeprefix("o-")
        kind = request.form.get(f"k-{code}", "")
        found.append(
            service.Verdict(
                access=code,
                version=whole_number(request.form.get(f"v-{code}")),
                outcome=AccessOutcome(given),
                kind=AccessKind(kind) if kind in {each.value for each in AccessKind} else None,
                why=request.form.get(f"w-{code}", "").strip()[:WHY_MAX] or None,
            )
        )
    return found
