"""The forecast for customer service, from what an incident reaches and what a person plans."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from werkzeug.datastructures import MultiDict

from registry.core.register import current
from registry.domain.incidents.service_forecast import Band, Channel, Forecast, Plan, ServiceLevel, forecast
from registry.incidents.board import Board
from registry.reference.load import read_rows

__all__ = ["Desk", "bands", "desk_of", "read_plan"]

# Name in the address -> what it is called, smallest, largest, usual.
_NUMBERS: Mapping[str, tuple[str, float, float, float]] = {
    "waves": ("Waves", 1, 60, 1),
    "days": ("Days between waves", 1, 60, 5),
    "hours": ("Hours open a day", 1, 24, 10),
    "level": ("Answered, %", 1, 99, 80),
    "seconds": ("Within seconds", 1, 3_600, 20),
    "absent": ("Away from the line, %", 0, 90, 30),
    "mail": ("Told by mail, %", 0, 100, 0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A forecast with what it rests on; `price_currency` is that of the costs, which may be dollars."""

    plan: Plan
    numbers: Mapping[str, float]
    forecast: Forecast
    is_known: bool
    currency: str
    price_currency: str
    problems: tuple[str, ...]


@cache
def bands() -> Mapping[str, Band]:
    """Return the published bands by parameter."""
    return {
        row["parameter"]: Band(float(row["low"]), float(row["mid"]), float(row["high"]))
        for row in read_rows("customer_service")
    }


def read_plan(arguments: MultiDict[str, str]) -> tuple[Plan, dict[str, float], tuple[str, ...]]:
    """Return the plan an address asks for, its numbers, and what in it cannot be; that is taken as usual."""
    problems = []
    numbers = {}
    for name, (label, low, high, usual) in _NUMBERS.items():
        text = arguments.get(name, "").strip()[:20]
        numbers[name] = usual
        if not text:
            continue
        number = float(text) if text.isascii() and text.isdigit() else -1.0
        if low <= number <= high:
            numbers[name] = number
        else:
            problems.append(f"{label}: {text!r} is not possible; give a whole number from {low:g} to {high:g}.")
    asked = arguments.get("channel", "")
    channel = Channel(asked) if asked in set(Channel) else Channel.LETTER_AND_NEWS
    if asked and asked != channel:
        problems.append(f"Channel: {asked[:40]!r} is none of {', '.join(Channel)}.")
    plan = Plan(
        channel=channel,
        waves=round(numbers["waves"]),
        days_between=round(numbers["days"]),
        hours_open=numbers["hours"],
        shrinkage=numbers["absent"] / 100,
        level=ServiceLevel(share=numbers["level"] / 100, seconds=numbers["seconds"]),
        share_by_mail=numbers["mail"] / 100,
    )
    return plan, numbers, tuple(problems)


def desk_of(board: Board, arguments: MultiDict[str, str]) -> Desk | None:
    """Return the forecast, None while nothing was worked out."""
    people = _people(board)
    if people is None:
        return None
    plan, numbers, problems = read_plan(arguments)
    register = current().register
    organisation = register.organisation
    rates = {row.currency: row.usd_per_unit for row in register.currencies} | {"USD": 1.0}
    rate = rates.get(organisation.currency)
    made = forecast(
        people, plan, bands(), revenue_per_customer=organisation.revenue_per_customer, usd_per_unit=rate or 1.0
    )
    return Desk(
        plan=plan,
        numbers=numbers,
        forecast=made,
        is_known=board.is_known,
        currency=organisation.currency,
        price_currency=organisation.currency if rate else "USD",
        problems=problems,
    )


def _people(board: Board) -> Band | None:
    """Return how many people are reached: what is known once a source said so, else what is expected."""
    if board.is_known and board.exposure:
        low = sum(count.mean for count in board.exposure.people.values())
        high = sum(count.high for count in board.exposure.people.values())
        return Band(low, (low + high) / 2, high)
    if board.prediction is None:
        return None
    people = board.prediction.result["people"]
    low, high = people["p05"] or 0.0, people["p95"] or people["mean"]
    return Band(min(low, people["mean"]), people["mean"], max(high, people["mean"]))
