"""Manifests of Fides (fideslang, YAML): systems with what goes in and out, datasets with fields and categories.

A manifest does not say who is a vendor: declared systems with a vendor id or of a third-party type, and receivers that
the manifest does not declare, are proposed as vendors, and the person changes that (`asks["parties"]`). Data that goes
from a system to a vendor becomes a flow of each dataset the sender holds; between two systems of ours it has no place
in the register, which is said. Aliases of YAML, with which a small file becomes a huge one, are counted and limited.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from importers.base import Cell, Limits, Unreadable
from importers.dates import DayOrder
from importers.entries import hash_of
from importers.fides_categories import our_categories
from importers.lines import Found, Mended
from importers.made_register import MadeRegister
from importers.result import ReadResult
from importers.sources import Source, content_of, refuse_other_kinds
from importers.yaml_tree import Tree, load_trees
from registry.domain.register.facts import Register
from registry.domain.register.problems import Severity

__all__ = ["read"]

_GIVE = "a .yml manifest with the keys system and dataset, or a zip of such files"
_THIRD_PARTY = ("third", "vendor", "saas", "processor", "external")
_NAME_MAX = 200


@dataclass(slots=True)
class _Party:
    """A system of the manifest, declared or only named: what it is called, where it stands, and what we take it for."""

    key: str
    name: str
    place: tuple[str, int]
    declared: Tree | None
    is_vendor: bool = False
    datasets: list[str] = field(default_factory=list)  # keys of the datasets it holds

    def values(self, name: str) -> list[Tree]:
        """Return the entries of one of its lists."""
        return self.declared.items(name) if self.declared else []


@dataclass(slots=True)
class _Manifest:
    parties: dict[str, _Party] = field(default_factory=dict)
    datasets: dict[str, Tree] = field(default_factory=dict)


def read(  # noqa: PLR0913, the options of every reader of facts, and one of its own
    source: Source,
    *,
    name: str = "",
    base: Register | None = None,
    reserved: Collection[str] = (),
    day_order: DayOrder = None,
    mended: Mended | None = None,
    limits: Limits | None = None,
    keep_tables: bool = False,
    choices: Mapping[str, Any] | None = None,
) -> ReadResult:
    """Read manifests; the options are those of `importers.register.read`, and `choices`: `vendors`, the keys of vendors.

    Never raises because of what is in the file.
    """
    del keep_tables  # a manifest has no cells to mark
    limits = limits or Limits()
    found, made, sha256, manifest = Found(), MadeRegister(base), "", _Manifest()
    try:
        content = content_of(source, limits)
        sha256 = hash_of(content)
        refuse_other_kinds(content, what="manifest of Fides", give=_GIVE)
        for tree in load_trees(content, name or ("" if isinstance(source, bytes) else source.name), limits, mended):
            _collect(tree, manifest, found)
        _require_something(manifest)
        _decide(manifest, (choices or {}).get("vendors"), made.base)
        _add(manifest, made, found)
    except Unreadable as error:
        found.problems.append(error.as_problem())
    result = made.read(sha256, found, reserved=reserved, day_order=day_order)
    result.asks = {
        "parties": [
            {
                "key": party.key,
                "name": party.name,
                "is_vendor": party.is_vendor,
                "is_declared": party.declared is not None,
            }
            for party in manifest.parties.values()
        ]
    }
    return result


def _require_something(manifest: _Manifest) -> None:
    if not manifest.parties and not manifest.datasets:
        raise Unreadable("no_rows", f"No system and no dataset of Fides was found. Give {_GIVE}.")


def _collect(tree: Tree, manifest: _Manifest, found: Found) -> None:
    for part in tree.keys():  # noqa: SIM118, a tree is no mapping
        if part not in {"system", "dataset"}:
            message = f'The part "{part[:60]}" has no place in the register; it is not read.'
            found.add(Severity.WARNING, "unread_part", message, sheet=tree.file, row=tree.line)
    for entry in tree.items("system"):
        if key := _key(entry, found):
            party = _Party(key, (entry.text("name") or key)[:_NAME_MAX], (entry.file, entry.line), entry)
            party.datasets = [*entry.texts("dataset_references")]
            for declaration in entry.items("privacy_declarations"):
                party.datasets += declaration.texts("dataset_references")
            manifest.parties[key] = party
    for entry in tree.items("dataset"):
        if dataset := _key(entry, found):
            manifest.datasets[dataset] = entry


def _key(entry: Tree, found: Found) -> str | None:
    key = entry.text("fides_key")
    if key is None:
        message = "The entry has no fides_key; nothing can refer to it, so it is not read. Give it one."
        found.add(Severity.ERROR, "missing", message, sheet=entry.file, row=entry.line, column="fides_key")
    return key[:_NAME_MAX] if key else None


def _decide(manifest: _Manifest, said: Any, base: Register) -> None:
    """Add the systems that are only named, and settle who is a vendor: as said, else as it seems."""
    for party in list(manifest.parties.values()):
        for way in ("egress", "ingress"):
            for end in party.values(way):
                named = end.text("fides_key")
                if named and named not in manifest.parties and named not in manifest.datasets and _is_system(end):
                    name = named.replace("_", " ")[:_NAME_MAX]
                    manifest.parties[named] = _Party(named, name, (end.file, end.line), None)
    ours = {system.name.casefold() for system in base.systems}
    for party in manifest.parties.values():
        if isinstance(said, list):
            party.is_vendor = party.key in said
            continue
        kind = (party.declared.text("system_type") or "").casefold() if party.declared else ""
        has_id = party.declared is not None and party.declared.text("vendor_id") is not None
        is_named_only = party.declared is None and party.name.casefold() not in ours
        party.is_vendor = has_id or is_named_only or any(word in kind for word in _THIRD_PARTY)


def _is_system(end: Tree) -> bool:
    return (end.text("type") or "system").casefold() == "system"


def _add(manifest: _Manifest, made: MadeRegister, found: Found) -> None:
    for party in manifest.parties.values():
        label = "name" if party.declared else "fides_key"
        if party.is_vendor:
            service = party.declared.text("description") if party.declared else None
            made.add(
                "vendors", party.place, _filled({"name": (party.name, label), "service": (service, "description")})
            )
        else:
            made.add("systems", party.place, {"name": (party.name, label)})
    homes: dict[str, _Party] = {}
    for party in manifest.parties.values():
        for key in party.datasets:
            if key in manifest.datasets and not party.is_vendor:
                homes.setdefault(key, party)
    names = {key: (entry.text("name") or key)[:_NAME_MAX] for key, entry in manifest.datasets.items()}
    for key, entry in manifest.datasets.items():
        _add_dataset(entry, names[key], homes.get(key), (made, found))
    _add_flows(manifest, names, made, found)


def _add_dataset(entry: Tree, name: str, home: _Party | None, into: tuple[MadeRegister, Found]) -> None:
    made, found = into
    place = (entry.file, entry.line)
    systems = {str(row.get("name")).casefold() for row in made.rows.get("systems", ())}
    if home is None and name.casefold() not in systems:
        message = f"No system of ours refers to the dataset {name}; a system of that name is registered as its home."
        found.add(Severity.WARNING, "no_home", message, sheet=entry.file, row=entry.line)
        made.add("systems", place, {"name": (name, "name")})
    categories = our_categories(_categories(entry), entry, found)
    if not categories:
        message = (
            f"No field of {name} has a data category; it counts as data about users in general. Name its categories."
        )
        found.add(Severity.WARNING, "no_categories", message, sheet=entry.file, row=entry.line)
    made.add(
        "datasets",
        place,
        {
            "name": (name, "name"),
            "system": (home.name if home else name, "dataset_references"),
            "categories": (";".join(categories or ["user"]), "data_categories"),
        },
    )


def _categories(entry: Tree, seen: set[int] | None = None) -> Iterator[str]:
    """Yield the categories of a dataset, its collections, and fields within fields; what stands in many places once."""
    seen = set() if seen is None else seen
    if id(entry.node) in seen:
        return
    seen.add(id(entry.node))
    yield from entry.texts("data_categories")
    for name in ("collections", "fields"):
        for part in entry.items(name):
            yield from _categories(part, seen)


def _add_flows(manifest: _Manifest, names: Mapping[str, str], made: MadeRegister, found: Found) -> None:
    seen: set[tuple[str, str]] = set()
    for party in manifest.parties.values():
        for end in party.values("egress"):
            _add_way(party, end, is_out=True, into=(manifest, names, made, found, seen))
        for end in party.values("ingress"):
            _add_way(party, end, is_out=False, into=(manifest, names, made, found, seen))


_Into = tuple[_Manifest, Mapping[str, str], MadeRegister, Found, set[tuple[str, str]]]


def _add_way(party: _Party, end: Tree, *, is_out: bool, into: _Into) -> None:
    manifest, names, made, found, seen = into
    other = manifest.parties.get(end.text("fides_key") or "")
    if other is None:
        return  # a person, or a dataset of its own
    sender, recipient = (party, other) if is_out else (other, party)
    if sender.key == recipient.key or (sender.key, recipient.key) in seen:
        return
    seen.add((sender.key, recipient.key))
    if not recipient.is_vendor:
        what = "Data from a vendor to us" if sender.is_vendor else "Data between two systems of ours"
        message = f"{what} ({sender.name} to {recipient.name}) has no place in the register; it is not read."
        found.add(Severity.WARNING, "no_vendor", message, sheet=end.file, row=end.line)
        return
    categories = our_categories(end.texts("data_categories"), end, found)
    sets = _datasets_of(sender, manifest, names)
    if not sets:
        sets = [_made_dataset(sender, categories, into)]
    purpose = "; ".join(name for each in party.values("privacy_declarations") if (name := each.text("name")))
    for dataset, held in sets:
        passed = [each for each in categories if held is None or any(_covers(one, each) for one in held)]
        if categories and not passed and len(sets) > 1:
            continue
        values: dict[str, tuple[Cell, str | None]] = {
            "sender": (sender.name, "fides_key"), "recipient": (recipient.name, "fides_key"), "dataset": (dataset, "dataset_references"),
            "categories": (";".join(passed) or None, "data_categories"), "purpose": (purpose[:4_000] or None, "privacy_declarations"),
        }  # fmt: skip
        made.add("flows", (end.file, end.line), _filled(values))


def _datasets_of(sender: _Party, manifest: _Manifest, names: Mapping[str, str]) -> list[tuple[str, list[str] | None]]:
    keys = [key for key in dict.fromkeys(sender.datasets) if key in manifest.datasets]
    return [
        (names[key], our_categories(_categories(manifest.datasets[key]), manifest.datasets[key], Found()) or None)
        for key in keys
    ]


def _made_dataset(sender: _Party, categories: list[str], into: _Into) -> tuple[str, None]:
    """Register a dataset for a sender that refers to none: what it sends must be something."""
    _, _, made, found, _ = into
    name = f"Data of {sender.name}"[:_NAME_MAX]
    declared = (each for entry in sender.values("privacy_declarations") for each in entry.texts("data_categories"))
    held = list(dict.fromkeys([*our_categories(declared, sender.declared, found), *categories])) or ["user"]
    if not any(row.get("name") == name for row in made.rows.get("datasets", ())):
        message = f'{sender.name} refers to no dataset; "{name}" is registered for what it sends.'
        found.add(Severity.WARNING, "made_dataset", message, sheet=sender.place[0], row=sender.place[1])
        home = sender.name
        if sender.is_vendor:
            made.add("systems", sender.place, {"name": (name, "name")})
            home = name
        made.add("datasets", sender.place, {
            "name": (name, "name"), "system": (home, "name"), "categories": (";".join(held), "data_categories"),
        })  # fmt: skip
    return name, None


def _covers(held: str, passed: str) -> bool:
    """Tell whether a category a dataset holds is the one passed on, above it or below it."""
    return held == passed or passed.startswith(f"{held}.") or held.startswith(f"{passed}.")


def _filled(values: Mapping[str, tuple[Cell, str | None]]) -> dict[str, tuple[Cell, str | None]]:
    return {name: value for name, value in values.items() if value[0] is not None}
