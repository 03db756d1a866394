"""The measures of the summary: what is counted where, as a rule from which both the figure and its live formula come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reports.cells import Plain
from reports.pack_plan import planned_sheets

__all__ = [
    "MEASURES",
    "NOTHING",
    "Amount",
    "Condition",
    "Measure",
    "Tables",
    "Test",
    "amount_formula",
    "amount_of",
    "column_letter",
]

NOTHING = "Nothing of this kind is recorded at the cut-off."

Row = Sequence[Plain]
Tables = Mapping[str, Sequence[Row]]


class Test(StrEnum):
    """What a cell is tested for."""

    IS = "is"
    FILLED = "filled"
    BLANK = "blank"
    ABOVE = "above"


@dataclass(frozen=True, slots=True)
class Condition:
    """One test of one column."""

    column: str
    test: Test
    value: str | float = ""

    def holds(self, cell: Plain) -> bool:
        """Tell whether a cell passes."""
        if self.test is Test.FILLED:
            return cell is not None
        if self.test is Test.BLANK:
            return cell is None
        if self.test is Test.ABOVE:
            return isinstance(cell, int | float) and cell > float(self.value)
        return cell == self.value

    def criterion(self) -> str:
        """Return it as a spreadsheet writes it."""
        if self.test is Test.FILLED:
            return '"<>"'
        if self.test is Test.BLANK:
            return '"="'
        return (
            f'">{self.value:g}"' if self.test is Test.ABOVE and not isinstance(self.value, str) else f'"{self.value}"'
        )


@dataclass(frozen=True, slots=True)
class Amount:
    """How many rows of a sheet pass all conditions, or the sum of a column over them."""

    sheet: str
    conditions: tuple[Condition, ...] = ()
    summed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One line of the summary."""

    name: str
    definition: str
    numerator: Amount
    denominator: Amount | None = None
    unit: str = "count"
    target: str = ""


def amount_of(amount: Amount, tables: Tables) -> float:
    """Return an amount from the rows; linear in them."""
    names = planned_sheets()[amount.sheet].names
    tests = [(names.index(each.column), each) for each in amount.conditions]
    rows = [row for row in tables[amount.sheet] if all(test.holds(row[place]) for place, test in tests)]
    if amount.summed is None:
        return len(rows)
    place = names.index(amount.summed)
    return sum(value for row in rows if isinstance(value := row[place], int | float))


def amount_formula(amount: Amount, tables: Tables) -> str:
    """Return the same amount as a formula without its equals sign; the line that says "nothing" does not count."""
    last = max(2, len(tables[amount.sheet]) + 1)
    names = planned_sheets()[amount.sheet].names

    def span(column: str) -> str:
        letter = column_letter(names.index(column))
        return f"'{amount.sheet}'!{letter}2:{letter}{last}"

    first = span(names[0])
    tests = [
        f'{first},"<>"',
        f'{first},"<>{NOTHING}"',
        *(f"{span(each.column)},{each.criterion()}" for each in amount.conditions),
    ]
    if amount.summed is not None:
        return f"SUMIFS({span(amount.summed)},{','.join(tests)})"
    return f"COUNTIFS({','.join(tests)})"


def column_letter(index: int) -> str:
    """Return the letters of a column counted from 0.

    >>> column_letter(0), column_letter(27)
    ('A', 'AB')
    """
    letters, index = "", index + 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _is(column: str, value: str) -> Condition:
    return Condition(column, Test.IS, value)


def _all(sheet: str, *conditions: Condition) -> Amount:
    return Amount(sheet, conditions)


_ACTIVE = _is("lifecycle", "active")
_V, _D, _F, _A, _E = "02 Vendors", "03 Data access", "04 Data flows", "06 Assessments", "08 Evidence"
_ACCESS = _is("route", "has access into")

MEASURES: tuple[Measure, ...] = (
    Measure(name="Vendors in the register", definition="Rows of 02 Vendors, whatever their lifecycle", numerator=_all(_V)),
    Measure(
        name="Active vendors", definition="Vendors with lifecycle active", numerator=_all(_V, _ACTIVE), denominator=_all(_V), unit="share",
    ),
    Measure(
        name="Critical vendors", definition="Active vendors of tier critical", numerator=_all(_V, _ACTIVE, _is("tier", "critical")),
        denominator=_all(_V, _ACTIVE), unit="share",
    ),
    Measure(
        name="Tiers overridden", definition="Vendors whose tier in force was set by a person",
        numerator=_all(_V, Condition("tier_override_reason", Test.FILLED)), denominator=_all(_V), unit="share",
    ),
    Measure(
        name="Active vendors with an owner", definition="Active vendors for which somebody of ours answers",
        numerator=_all(_V, _ACTIVE, Condition("owner", Test.FILLED)), denominator=_all(_V, _ACTIVE), unit="share", target="1",
    ),
    Measure(
        name="Active vendors with a data-processing agreement", definition="Active vendors whose contract in force says so",
        numerator=_all(_V, _ACTIVE, _is("dpa_signed", "yes")), denominator=_all(_V, _ACTIVE), unit="share",
    ),
    Measure(
        name="Active vendors assessed", definition="Active vendors with a decided assessment",
        numerator=_all(_V, _ACTIVE, Condition("last_assessment", Test.FILLED)), denominator=_all(_V, _ACTIVE), unit="share",
    ),
    Measure(
        name="Expected loss a year", definition="Sum of expected_loss_per_year of all vendors, from the last portfolio run",
        numerator=Amount(_V, (), "expected_loss_per_year"), unit="money",
    ),
    Measure(name="Rows of data access", definition="Category by category, what vendors hold, read back or can enter", numerator=_all(_D)),
    Measure(
        name="Accesses never reviewed", definition="Rows of route access without a review date",
        numerator=_all(_D, _ACCESS, Condition("last_review", Test.BLANK)), denominator=_all(_D, _ACCESS), unit="share", target="0",
    ),
    Measure(name="Data flows", definition="Flows in the register, ended ones included", numerator=_all(_F)),
    Measure(
        name="Flows without a transfer safeguard", definition="Flows on which no safeguard for transfers is named",
        numerator=_all(_F, Condition("transfer_safeguard", Test.BLANK)), denominator=_all(_F), unit="share",
    ),
    Measure(
        name="Ended flows without a deletion certificate", definition="Flows with an end whose copy still counts",
        numerator=_all(_F, Condition("ends", Test.FILLED), Condition("deletion_certified", Test.BLANK)),
        denominator=_all(_F, Condition("ends", Test.FILLED)), unit="share", target="0",
    ),
    Measure(name="Sub-processor relations", definition="Pairs of direct vendor and sub-processor", numerator=_all("05 Sub-processors")),
    Measure(name="Assessments", definition="All assessments in the register", numerator=_all(_A)),
    Measure(
        name="Assessments handed in late", definition="Submitted after the due date, of those submitted",
        numerator=_all(_A, Condition("days_late", Test.ABOVE, 0)), denominator=_all(_A, Condition("submitted", Test.FILLED)), unit="share",
    ),
    Measure(
        name="Decisions without a rationale", definition="Decided assessments with nothing under rationale",
        numerator=_all(_A, Condition("decision", Test.FILLED), Condition("rationale", Test.BLANK)),
        denominator=_all(_A, Condition("decision", Test.FILLED)), unit="share", target="0",
    ),
    Measure(
        name="Evidence expired", definition="Evidence and certificates past their last day at the cut-off",
        numerator=_all(_E, _is("status_at_cut_off", "expired")), denominator=_all(_E), unit="share", target="0",
    ),
    Measure(name="Findings", definition="All findings in the register", numerator=_all("09 Findings")),
    Measure(name="Acceptances", definition="All acceptances in the register", numerator=_all("10 Acceptances")),
    Measure(name="Reminders planned", definition="Steps of reminder ladders planned in the period", numerator=_all("11 Reminders")),
    Measure(name="Saved scenarios with a result", definition="Newest run of each scenario that is not archived", numerator=_all("12 Scenarios")),
    Measure(
        name="Data quality: severe shortcomings", definition="Rows of 17 Data quality of severity error",
        numerator=_all("17 Data quality", _is("severity", "error")), denominator=_all("17 Data quality"), unit="share",
    ),
    Measure(
        name="Parameters that differ from the shipped ones", definition="Rows of 16 Method with changed_by",
        numerator=_all("16 Method", Condition("changed_by", Test.FILLED)), denominator=_all("16 Method"), unit="share",
    ),
)  # fmt: skip
