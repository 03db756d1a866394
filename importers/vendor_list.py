"""Reads any spreadsheet of vendors: guesses what its columns mean, and finds vendors that are registered already.

Nothing doubtful is decided here: a row that may be a vendor under another spelling is asked about (`asks["same"]`), a
date that can be read in two ways is asked about, and what is not understood is a problem with its place.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from importers.base import Cell, Limits, plain_name
from importers.column_names import VENDOR_COLUMNS
from importers.dates import DayOrder
from importers.likeness import Candidate, Likeness
from importers.list_file import ListFile, RegisterRows, open_list
from importers.misfit import Misfit
from importers.register_rows import Mended
from importers.result import ReadResult
from importers.sources import Source
from registry.domain.register.facts import Dataset, Flow, Register
from registry.domain.register.problems import Severity
from registry.reference.load import read_rows

__all__ = ["NEW", "SKIP", "Entry", "read", "told_apart"]

NEW, SKIP = "new", "skip"
_SAME_MAX = 300  # rows asked about on one page
_ROW = "row:"
_TOTALS = frozenset({"total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "totale", "somme"})
_CONTRACT = ("starts", "ends", "notice_days", "value_per_year", "currency", "breach_notice_hours", "dpa_signed",
             "right_to_audit", "liability_cap", "insurance")  # fmt: skip
_CURRENCY_SIGNS = {"€": "EUR", "£": "GBP", "chf": "CHF", "eur": "EUR", "usd": "USD", "gbp": "GBP", "us$": "USD"}
_TIER_REASON = "as in the imported list"


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that is to be read: its number, its name, and the vendor it is (its code, or the name of a new one)."""

    number: int
    name: str
    vendor: str
    is_first: bool  # whether it carries the vendor itself, and not only what belongs to it


def read(  # noqa: PLR0913, the options of every reader of facts, and two of its own
    source: Source,
    *,
    name: str = "",
    base: Register | None = None,
    reserved: Collection[str] = (),
    day_order: DayOrder = None,
    mended: Mapping[str, Mended] | None = None,
    limits: Limits | None = None,
    keep_tables: bool = True,
    choices: Mapping[str, Any] | None = None,
    remembered: Mapping[str, Mapping[str, str]] | None = None,
) -> ReadResult:
    """Read a list of vendors; the options are those of `importers.register.read`, and two more.

    Parameters
    ----------
    choices
        What the person said: `sheet`, `header_row`, `columns` under their `signature`, `rows` (row -> `new`, `skip`,
        a code, or `row:` and a number) and `is_lenient` (cells that do not fit are left blank).
    remembered
        Meanings of columns said before: signature of the column names -> name -> meaning.

    Returns
    -------
    ReadResult
        With `asks`: the layout, and the rows that may be a vendor under another spelling.
    """
    choices = choices or {}
    found = open_list(
        source, name, VENDOR_COLUMNS, choices=choices, remembered=remembered or {}, mended=mended, limits=limits
    )
    if isinstance(found, ReadResult):
        return found
    rows = RegisterRows(found, base)
    same: list[dict[str, Any]] = []
    if found.layout.index_of("vendors.name") is None:
        message = "Say which column holds the name of the vendor."
        found.problems.append(found.problem(Severity.ERROR, "no_name_column", message, number=found.layout.header_row))
    elif next(found.rows(), None) is None:
        found.problems.append(found.problem(Severity.ERROR, "no_rows", "The list has no rows below its column names."))
    else:
        for row in told_apart(found, rows.base, choices.get("rows", {}), same):
            _add_row(row, found, rows)
    result = rows.read({"reserved": reserved, "day_order": day_order}, is_lenient=bool(choices.get("is_lenient")))
    result.asks = found.asks(choices) | {"same": same[:_SAME_MAX], "can_skip_rows": True}
    if keep_tables:
        result.tables = {"list": found.table}
    return result


# -- which vendor a row is -----------------------------------------------------------------------------------------


def told_apart(found: ListFile, base: Register, said: Mapping[str, str], same: list[dict[str, Any]]) -> Iterator[Entry]:
    """Yield the rows with the vendor each one is; the doubtful ones go to `same`."""
    known = {plain: vendor.code for vendor in base.vendors for plain in (_plain(vendor.name), vendor.code.casefold())}
    codes = {vendor.code for vendor in base.vendors}
    likeness = Likeness()
    for vendor in base.vendors:
        likeness.add(vendor.code, (vendor.name, vendor.legal_name), vendor.domain)
    named: dict[int, str] = {}  # row -> the vendor it is
    first: set[str] = set()
    undecided = 0
    for number in found.rows():
        decision = said.get(str(number))
        name = found.text(number, "vendors.name")
        if decision == SKIP or not _is_entry(found, number, name):
            continue
        exact = known.get(found.text(number, "vendors.code").casefold()) or known.get(_plain(name))
        domain = found.text(number, "vendors.domain")
        near = [] if exact else likeness.of(name, domain)
        if near:
            same.append(_question(number, name, near, decision))
        target = _target(decision, codes, named)
        undecided += bool(near and target is None and decision != NEW)
        meant = target or exact or name
        likeness.add(f"{_ROW}{number}", (name,), domain)
        named[number] = meant
        yield Entry(number, name, meant, is_first=_plain(meant) not in first)
        first.add(_plain(meant))
    if undecided:
        message = (
            f"{undecided} rows may be vendors under another spelling. Say above, for each, whether it is the same."
            if undecided > 1
            else "One row may be a vendor under another spelling. Say above whether it is the same."
        )
        found.problems.append(found.problem(Severity.ERROR, "maybe_same", message))


def _is_entry(found: ListFile, number: int, name: str) -> bool:
    """Tell whether a row is one of the list; one without a name, or a total at the end, is not, and that is said."""
    if name and plain_name(name) not in _TOTALS:
        return True
    message = "A row of totals; it is not read." if name else "The row has no name; it is not read."
    found.say(Misfit("not_an_entry", message, is_usable=True), number, "vendors.name")
    return False


def _target(decision: str | None, codes: Collection[str], named: Mapping[int, str]) -> str | None:
    if decision is None or decision in {NEW, SKIP}:
        return None
    if decision in codes:
        return decision
    row = decision.removeprefix(_ROW)
    return named.get(int(row)) if decision.startswith(_ROW) and row.isdecimal() else None


def _question(number: int, name: str, near: list[Candidate], decision: str | None) -> dict[str, Any]:
    options = [
        (
            candidate.key,
            f"Same as row {candidate.key.removeprefix(_ROW)}, {candidate.name}"
            if candidate.key.startswith(_ROW)
            else f"Same as {candidate.key} {candidate.name}",
            candidate.why,
        )
        for candidate in near
    ]
    proposal = near[0].key if near[0].score >= 97 else None
    return {"row": number, "name": name, "options": options, "said": decision, "proposal": proposal}


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


# -- what a row gives ----------------------------------------------------------------------------------------------


def _add_row(row: Entry, found: ListFile, rows: RegisterRows) -> None:
    if row.is_first:
        rows.add("vendors", row.number, _vendor(row, found, rows.base))
    for role, key in (("primary", "contacts.email"), ("security", "contacts.security")):
        if contact := _contact(row, found, role, key):
            rows.add("contacts", row.number, contact)
    if contract := _contract(row, found):
        rows.add("contracts", row.number, contract)
    for certificate in _certificates(found.text(row.number, "certificates.certificate")):
        expires = found.cell(row.number, "certificates.expires")
        values: dict[str, Any] = {"vendor": (row.vendor, "vendors.name"), "certificate": certificate}
        rows.add("certificates", row.number, values | ({"expires": expires} if expires is not None else {}))
    for flow in _flows(row, found, rows.base):
        rows.add("flows", row.number, flow)


def _vendor(row: Entry, found: ListFile, base: Register) -> dict[str, Any]:
    registered = base.vendor_by_code.get(row.vendor)
    values: dict[str, Any] = {
        column.target.partition(".")[2]: found.cell(row.number, column.target)
        for column in found.layout.columns
        if column.target and column.target.startswith("vendors.") and column.target != "vendors.code"
    }
    values |= {"code": (row.vendor if registered else None, "vendors.name")}
    values["name"] = registered.name if registered else values["name"]
    if values.get("tier_override") is not None:
        values["tier_override_reason"] = (_TIER_REASON, "vendors.tier_override")
    return values


def _contact(row: Entry, found: ListFile, role: str, key: str) -> dict[str, Any] | None:
    email = found.cell(row.number, key)
    is_primary = role == "primary"
    name = found.cell(row.number, "contacts.name") if is_primary else None
    phone = found.cell(row.number, "contacts.phone") if is_primary else None
    if email is None and name is None and phone is None:
        return None
    values: dict[str, Any] = {"vendor": (row.vendor, "vendors.name"), "role": role, "name": name, "email": (email, key)}
    return values | ({"phone": phone} if phone is not None else {})


def _contract(row: Entry, found: ListFile) -> dict[str, Any] | None:
    reference = found.cell(row.number, "contracts.reference")
    values: dict[str, Any] = {name: found.cell(row.number, f"contracts.{name}") for name in _CONTRACT
                              if found.layout.index_of(f"contracts.{name}") is not None}  # fmt: skip
    if reference is None and all(value is None for value in values.values()):
        return None
    if values.get("currency") is None and (sign := _currency(values.get("value_per_year"))):
        values["currency"] = (sign, "contracts.value_per_year")
    return values | {
        "vendor": (row.vendor, "vendors.name"),
        "reference": "Main contract" if reference is None else reference,
    }


def _currency(value: Cell) -> str | None:
    """Return the currency an amount names; a bare dollar sign can be many and names none."""
    text = value.casefold() if isinstance(value, str) else ""
    return next((code for sign, code in _CURRENCY_SIGNS.items() if text.startswith(sign) or text.endswith(sign)), None)


def _certificates(text: str) -> list[str]:
    parts = [part.strip() for part in re.split(r"[;,\n/|]|\s\+\s|\s&\s|\band\b|\bund\b", text) if part.strip()]
    nothing = {"no", "none", "n/a", "na", "-", "nein", "keine", "non", "aucun", "yes", "ja"}
    return list(dict.fromkeys(_certificate(part) for part in parts if part.casefold() not in nothing))


def _certificate(text: str) -> str:
    plain = plain_name(text)
    return _certificate_names().get(plain) or _certificate_names().get(re.sub(r"20\d\d$", "", plain)) or text


@cache
def _certificate_names() -> Mapping[str, str]:
    names = {
        "soc2": "SOC2_T2", "soc2type2": "SOC2_T2", "soc2typeii": "SOC2_T2", "soc2ii": "SOC2_T2", "soc2t2": "SOC2_T2",
        "soc2type1": "SOC2_T1", "soc2typei": "SOC2_T1", "soc1": "SOC1_T2", "soc1type2": "SOC1_T2",
        "soc1typeii": "SOC1_T2", "iso27001": "ISO27001", "isoiec27001": "ISO27001", "27001": "ISO27001",
        "iso27701": "ISO27701", "iso27017": "ISO27017", "iso27018": "ISO27018", "iso22301": "ISO22301",
        "pci": "PCI_AOC", "pcidss": "PCI_AOC", "pcidsslevel1": "PCI_AOC", "hitrust": "HITRUST_R2", "csastar": "CSA_STAR_L1",
        "fedramp": "FEDRAMP", "cyberessentials": "CYBER_ESSENTIALS", "cyberessentialsplus": "CYBER_ESSENTIALS_PLUS",
        "tisax": "TISAX", "c5": "C5_T2", "bsic5": "C5_T2", "pentest": "PENTEST", "penetrationtest": "PENTEST",
    }  # fmt: skip
    for row in read_rows("certificates"):
        names[plain_name(row["code"])] = names[plain_name(row["name"])] = row["code"]
    return names


def _flows(row: Entry, found: ListFile, base: Register) -> Iterator[dict[str, Any]]:
    """Yield a flow for each registered dataset the row names; one that is not registered is told."""
    text = found.text(row.number, "flows.dataset")
    datasets = {plain: dataset for dataset in base.datasets for plain in (_plain(dataset.name), _plain(dataset.code))}
    for part in (part.strip() for part in re.split(r"[;,\n]", text)):
        dataset = datasets.get(_plain(part))
        if not part:
            continue
        if dataset is None:
            message = f'There is no dataset "{part}"; no flow is made of it. Register it, then import the list again.'
            found.say(Misfit("unknown_dataset", message, is_usable=True), row.number, "flows.dataset")
            continue
        yield _flow(row, found, dataset, _flow_like(base, dataset, row.vendor))


def _flow(row: Entry, found: ListFile, dataset: Dataset, like: Flow | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "code": (like.code if like else None, "flows.dataset"),
        "sender": (like.sender if like else dataset.system, "flows.dataset"),
        "recipient": (row.vendor, "vendors.name"),
        "dataset": dataset.code,
    }
    for name in ("people", "people_share"):
        if (cell := found.cell(row.number, f"flows.{name}")) is not None:
            values[name] = cell
    return values


def _flow_like(base: Register, dataset: Dataset, vendor: str) -> Flow | None:
    found = [flow for flow in base.flows if flow.recipient == vendor and flow.dataset == dataset.code]
    return found[0] if len(found) == 1 else None
