"""Requests about the plan within a budget."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from registry.core import jobs
from registry.core.access import Permission, current_actor, may, needs
from registry.core.register import current
from registry.portfolio import budget
from registry.portfolio.curve import plan_curve_of
from registry.portfolio.views import job_shown

__all__ = ["ask", "show"]


@needs(Permission.PORTFOLIO_READ)
def show() -> ResponseReturnValue:
    """Show the plan worked out last, and ask for an amount."""
    return _page("")


@needs(Permission.PORTFOLIO_RUN)
def ask() -> ResponseReturnValue:
    """Have the best set for an amount worked out."""
    text = request.form.get("amount", "").strip()[:40]
    amount = _amount(text)
    if amount is None:
        wrong = "Amount: give a number from 0 to 1,000,000,000,000, such as 250000."
        return _page(text, wrong=wrong), 422
    try:
        budget.ask_plan(current_actor(), amount)
    except jobs.TooManyWaiting as refused:
        flash(str(refused), "error")
    else:
        flash("The plan is being worked out; you can leave this page.", "success")
    return redirect(url_for("portfolio.budget"), 303)


def _page(typed: str, *, wrong: str = "") -> str:
    actor, found = current_actor(), budget.latest_plan()
    controls = budget.planned_controls()
    return render_template(
        "portfolio/budget.html",
        plan=found,
        curve=plan_curve_of(found) if found else "",
        controls=controls,
        without_cost=[row for row in controls if row.cost is None],
        whole=sum(row.cost or 0.0 for row in controls),
        currency=current().register.organisation.currency,
        typed=typed or (f"{found.result['amount']:.0f}" if found else ""),
        wrong=wrong,
        job=job_shown(actor, budget.open_plan_job()),
        may_run=may(actor, Permission.PORTFOLIO_RUN),
    )


def _amount(text: str) -> float | None:
    """Read an amount of money; spaces and commas between its digits are let be.

    >>> _amount("250,000"), _amount("-1"), _amount("much")
    (250000.0, None, None)
    """
    plain = "".join(text.replace(",", "").split())
    if not plain.isascii() or not plain.replace(".", "", 1).isdigit():
        return None
    amount = float(plain)
    return amount if amount <= budget.AMOUNT_MAX else None
