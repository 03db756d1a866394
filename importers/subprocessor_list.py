"""Reads the sub-processors a vendor publishes or sends: nth parties, what each gets, and what differs from the last list.

What a list leaves open counts at its worst: a sub-processor whose data is not said, or not understood, is taken to get
everything the vendor has of ours.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from importers.base import Cell, Limits, Unreadable
from importers.column_names import SUBPROCESSOR_COLUMNS
from importers.csv_table import decode
from importers.data_words import categories_in
from importers.dates import DayOrder
from importers.likeness import bare_name
from importers.list_cells import country_code
from importers.list_file import ListFile, RegisterRows, open_list
from importers.misfit import Misfit
from importers.register_rows import Mended
from importers.result import ReadResult
from importers.sources import Source
from importers.vendor_list import Entry, told_apart
from registry.domain.register.facts import Dataset, Flow, Register
from registry.domain.register.presence import presence_at
from registry.domain.register.problems import Severity

__all__ = ["Listed", "read", "tidied"]

Listed = Mapping[str, str]  # an entry of a list: name, purpose, country, data
_BULLET = re.compile(r"^\s*(?:[•‣▪◦*\-\u2013]|\d{1,3}[.)])\s+")
_DASH = re.compile(r"\s+[\u2013\u2014-]\s+|\s*\t\s*")
_ENTRY_FIELDS = ("purpose", "country", "data")


@dataclass(frozen=True, slots=True)
class _Holding:
    """What the vendor has of ours that it could pass on: a dataset, and the categories it gets of it."""

    dataset: Dataset
    categories: tuple[str, ...]


def read(  # noqa: PLR0913, the options of every reader of facts, and what a list of one vendor needs
    source: Source,
    *,
    vendor: str,
    today: date,
    last: Sequence[Listed] | None = None,
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
    """Read the list of a vendor; the options are those of `importers.vendor_list.read`, and three more.

    Parameters
    ----------
    vendor
        Code of the vendor whose list it is.
    today
        The day it is read: since when its flows are known, and when those that are ended end.
    last
        The entries of its last list; None when there was none, and the flows that are registered stand in for it.

    Returns
    -------
    ReadResult
        With `asks`: the layout, doubtful rows, the entries with their rank and how they differ, and what is gone.
    """
    choices = choices or {}
    found = open_list(
        tidied(source), name, SUBPROCESSOR_COLUMNS, choices=choices, remembered=remembered or {}, mended=mended,
        limits=limits, may_lack_header=True,
    )  # fmt: skip
    if isinstance(found, ReadResult):
        return found
    rows = RegisterRows(found, base)
    maker = _Maker(found, rows, vendor, today)
    if found.layout.index_of("vendors.name") is None:
        message = "Say which column holds the name of the sub-processor."
        found.problems.append(found.problem(Severity.ERROR, "no_name_column", message))
    else:
        maker.add_all(choices.get("rows", {}))
    gone = maker.gone(last)
    maker.end([item for item in gone if choices.get("gone", {}).get(item["key"]) == "end"])
    result = rows.read({"reserved": reserved, "day_order": day_order}, is_lenient=bool(choices.get("is_lenient")))
    ranks = presence_at(result.register or rows.base, today).ranks
    result.asks = found.asks(choices) | {
        "same": maker.same,
        "can_skip_rows": True,
        "entries": [entry | {"rank": _rank(ranks, vendor)} for entry in maker.compared(last)],
        "gone": [item | {"said": choices.get("gone", {}).get(item["key"], "")} for item in gone],
        "has_last": last is not None,
    }
    if keep_tables:
        result.tables = {"list": found.table}
    return result


def tidied(source: Source) -> Source:
    """Return pasted text with bullets taken away and dashes between parts turned into columns; files stay as they are."""
    if not isinstance(source, bytes) or len(source) > 1 << 20:
        return source
    try:
        text, _ = decode(source, "pasted")
    except Unreadable:
        return source
    lines = [_BULLET.sub("", line) for line in text.splitlines()]
    filled = [line for line in lines if line.strip()]
    has_columns = any(sign in line for line in filled for sign in "\t;|") or sum("," in line for line in filled) > 1
    dashed = sum(bool(_DASH.search(line)) for line in filled)
    if not has_columns and filled and dashed >= 0.6 * len(filled):
        lines = [_DASH.sub("\t", line) for line in lines]
    elif lines == text.splitlines():
        return source
    return "\n".join(lines).encode()


def _rank(ranks: Mapping[str, int], vendor: str) -> int | None:
    """Return how far from us the sub-processors of a vendor are: a step beyond it."""
    return ranks[vendor] + 1 if vendor in ranks else None


class _Maker:
    """Makes rows of the register of the entries of one list."""

    def __init__(self, found: ListFile, rows: RegisterRows, vendor: str, today: date) -> None:
        self.found, self.rows, self.base = found, rows, rows.base
        self.vendor, self.today = rows.base.vendor_by_code[vendor], today
        self.same: list[dict[str, Any]] = []
        self.entries: list[dict[str, str]] = []
        self.codes: set[str] = set()
        incoming = [flow for flow in self.base.flows if flow.recipient == vendor and _is_open(flow, today)]
        merged: dict[str, tuple[str, ...]] = {}
        for flow in incoming:
            dataset = self.base.dataset_by_code[flow.dataset]
            merged[flow.dataset] = (*merged.get(flow.dataset, ()), *(flow.categories or dataset.categories))
        self.holdings = [_Holding(self.base.dataset_by_code[code], tuple(dict.fromkeys(found)))
                         for code, found in merged.items()]  # fmt: skip
        self.onward = [flow for flow in self.base.flows if flow.sender == vendor and _is_open(flow, today)]

    def add_all(self, said: Mapping[str, str]) -> None:
        """Add every entry; without data of ours at the vendor there is nothing that flows on, which is said."""
        if not self.holdings:
            message = (
                f"{self.vendor.name} holds no data of ours as far as is registered, so its sub-processors get no flows yet. "
                "Register what it gets, then import the list again."
            )
            self.found.problems.append(self.found.problem(Severity.WARNING, "no_data_to_pass_on", message))
        for entry in told_apart(self.found, self.base, said, self.same):
            if entry.vendor == self.vendor.code:
                message = f"{entry.name} is the vendor itself; it is not its own sub-processor."
                self.found.say(Misfit("itself", message, is_usable=True), entry.number, "vendors.name")
                continue
            self._add(entry)

    def _add(self, entry: Entry) -> None:
        number = entry.number
        self.entries.append({
            "name": entry.name,
            "purpose": self.found.text(number, "flows.purpose"),
            "country": self.found.text(number, "vendors.country"),
            "data": self.found.text(number, "flows.data"),
        })  # fmt: skip
        self.codes.add(entry.vendor)
        if entry.is_first:
            self.rows.add("vendors", number, self._nth_party(entry))
        for holding, categories in self._passed_on(entry):
            self.rows.add("flows", number, self._flow(entry, holding, categories))

    def _nth_party(self, entry: Entry) -> dict[str, Any]:
        registered = self.base.vendor_by_code.get(entry.vendor)
        values: dict[str, Any] = {
            column.target.partition(".")[2]: self.found.cell(entry.number, column.target)
            for column in self.found.layout.columns
            if column.target and column.target.startswith("vendors.")
        }
        values |= {"code": (registered.code if registered else None, "vendors.name")}
        if registered is not None:
            return values | {"name": registered.name}
        named = "vendors.name"
        return values | {
            "relationship": ("nth_party", named),
            "owner_email": (self.vendor.owner_email, named),
            "introduced_by": (f"Sub-processor list of {self.vendor.name}, {self.today.isoformat()}", named),
        }

    def _passed_on(self, entry: Entry) -> Iterator[tuple[_Holding, tuple[str, ...]]]:
        """Yield what an entry gets: the categories it names, of each dataset that holds them; else everything."""
        text = self.found.text(entry.number, "flows.data")
        wanted, unknown = categories_in(text)
        if unknown:
            said = ", ".join(unknown)[:80]
            message = f'"{said}" is no data category that is known; everything it could get was taken.'
            self.found.say(Misfit("unknown_data", message, is_usable=True), entry.number, "flows.data")
            wanted = ()
        parts = [(holding, _common(holding.categories, wanted)) for holding in self.holdings]
        if wanted and self.holdings and not any(common for _, common in parts):
            message = f"{self.vendor.name} is not registered to hold such data; everything it could pass on was taken."
            self.found.say(Misfit("data_not_held", message, is_usable=True), entry.number, "flows.data")
            wanted = ()
        for holding, common in parts:
            if common or not wanted:
                yield holding, common if wanted else holding.categories

    def _flow(self, entry: Entry, holding: _Holding, categories: tuple[str, ...]) -> dict[str, Any]:
        like = [flow for flow in self.onward if (flow.recipient, flow.dataset) == (entry.vendor, holding.dataset.code)]
        is_all = set(categories) >= set(holding.dataset.categories)
        named = "vendors.name"
        values: dict[str, Any] = {
            "code": (like[0].code if len(like) == 1 else None, named),
            "sender": (self.vendor.code, named),
            "recipient": (entry.vendor, named),
            "dataset": (holding.dataset.code, named),
            "purpose": self.found.cell(entry.number, "flows.purpose"),
        }
        if not like or self.found.text(entry.number, "flows.data"):
            # an empty list means all of the dataset; of a registered flow it would leave what is registered
            values["categories"] = ("" if is_all and not like else ";".join(categories), "flows.data")
        if (countries := self._countries(entry)) is not None:
            values["countries_processing"] = countries
        if (safeguard := self.found.cell(entry.number, "flows.transfer_safeguard")) is not None:
            values["transfer_safeguard"] = safeguard
        return values

    def _countries(self, entry: Entry) -> Cell:
        """Return the countries named; what is none ("Global", "EU") is said and left out, so it stays unknown."""
        text = self.found.text(entry.number, "flows.countries_processing")
        codes: dict[str, None] = {}
        for part in (part.strip() for part in re.split(r"[;,/\n&]|\band\b|\bund\b", text)):
            try:
                if part:
                    codes[country_code(part)] = None
            except Misfit as misfit:
                if misfit.is_usable:
                    codes[misfit.value] = None
                    continue
                told = Misfit("no_country", f'"{part}" is no country; it was left out.', is_usable=True)
                self.found.say(told, entry.number, "flows.countries_processing")
        return ";".join(codes) or None

    # -- against the last list --------------------------------------------------------------------------------------

    def compared(self, last: Sequence[Listed] | None) -> list[dict[str, Any]]:
        """Return the entries, each with how it stands to the last list: added, changed (what), or same."""
        before = {bare_name(entry["name"]): entry for entry in last or ()}
        registered = {bare_name(self.base.vendor_by_code[flow.recipient].name) for flow in self.onward}
        compared = []
        for entry in self.entries:
            was = before.get(bare_name(entry["name"]))
            is_known = was is not None or (last is None and bare_name(entry["name"]) in registered)
            changes = [
                [field, was[field], entry[field]] for field in _ENTRY_FIELDS if was and was[field] != entry[field]
            ]
            state = "changed" if changes else "same" if is_known else "added"
            compared.append({**entry, "state": state, "changes": changes})
        return compared

    def gone(self, last: Sequence[Listed] | None) -> list[dict[str, Any]]:
        """Return who was on the last list, or gets data by a registered flow, and is not on this one."""
        listed = {bare_name(entry["name"]) for entry in self.entries}
        found: dict[str, dict[str, Any]] = {}
        for flow in self.onward:
            recipient = self.base.vendor_by_code[flow.recipient]
            if recipient.code in self.codes or bare_name(recipient.name) in listed:
                continue
            item = found.setdefault(
                bare_name(recipient.name), {"key": recipient.code, "name": recipient.name, "flows": []}
            )
            item["flows"].append(flow.code)
        for entry in last or ():
            if bare_name(entry["name"]) not in listed:
                found.setdefault(bare_name(entry["name"]), {"key": "", "name": entry["name"], "flows": []})
        return list(found.values())

    def end(self, items: list[dict[str, Any]]) -> None:
        """End the open flows to those who are gone; their copies count until deletion is certified."""
        number = self.found.layout.header_row or 1
        for flow in self.onward:
            if any(flow.code in item["flows"] for item in items):
                named = "vendors.name"
                self.rows.add("flows", number, {
                    "code": (flow.code, named), "sender": (flow.sender, named), "recipient": (flow.recipient, named),
                    "dataset": (flow.dataset, named), "ends": (self.today, named),
                })  # fmt: skip


def _is_open(flow: Flow, today: date) -> bool:
    return flow.ends is None or flow.ends > today


def _common(held: tuple[str, ...], wanted: tuple[str, ...]) -> tuple[str, ...]:
    """Return what of the held categories is wanted; a category means those below it, either way."""
    return tuple(key for key in held if any(_is_below(key, other) or _is_below(other, key) for other in wanted))


def _is_below(key: str, other: str) -> bool:
    return key == other or key.startswith(f"{other}.")
