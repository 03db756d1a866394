"""Changes to the facts for the length of one question, as pure steps from register to register.

Each has a short text for addresses of pages and for the command line, such as `cut:F-014` or `place:MFA:A-007`.
A cut removes one fact and nothing else: the identities of all other draws stay, and with them their luck.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum

from registry.domain.register.errors import InvalidScenario
from registry.domain.register.facts import Dataset, Flow, Placement, Register
from registry.domain.register.parameters import Parameters
from registry.domain.register.vocabulary import ControlState, Protection, Storage

__all__ = ["WhatIf", "WhatIfKind", "apply_what_if", "is_cuttable", "parse_what_if"]


class WhatIfKind(StrEnum):
    """What is changed; the value is the first word of the short text."""

    CUT = "cut"
    PLACE = "place"
    REMOVE = "remove"
    UPGRADE = "upgrade"
    DROP = "drop"
    STORAGE = "storage"
    PROTECT = "protect"
    REPLACE = "replace"
    END = "end"


@dataclass(frozen=True, slots=True, kw_only=True)
class WhatIf:
    """One change.

    `subject` is the fact that changes; `argument` what it changes to or by:

    ============================  ==============================================================================
    `cut:FACT`                    a flow, access, link, platform use or dependency is gone; of a system: its host
    `place:CONTROL:FACT`          a control is put in place, with full coverage
    `remove:CONTROL:FACT`         all placements of a control on a fact are gone
    `upgrade:CONTROL:FACT`        a placed or planned control is in place with full coverage
    `drop:FACT:CATEGORY`          a flow (or a dataset with all its flows) loses a category and its children
    `storage:FLOW:STORAGE`        the recipient keeps the data otherwise
    `protect:FLOW:PROTECTION`     the data is protected otherwise
    `replace:VENDOR:VENDOR`       the second vendor takes over every fact of the first
    `end:VENDOR`                  the relation is over: data deleted, accesses revoked, nothing depends on it
    ============================  ==============================================================================
    """

    kind: WhatIfKind
    subject: str
    argument: str = ""

    def __str__(self) -> str:
        """Return the short text.

        >>> str(WhatIf(kind=WhatIfKind.PLACE, subject="A-007", argument="MFA"))
        'place:MFA:A-007'
        """
        if self.kind in _CONTROL_FIRST:
            return f"{self.kind}:{self.argument}:{self.subject}"
        return ":".join(part for part in (self.kind, self.subject, self.argument) if part)


_CONTROL_FIRST = frozenset({WhatIfKind.PLACE, WhatIfKind.REMOVE, WhatIfKind.UPGRADE})
_ALONE = frozenset({WhatIfKind.CUT, WhatIfKind.END})
_CUTTABLE = {"F": "flows", "A": "access", "L": "links", "P": "platform_uses", "B": "dependencies"}


def parse_what_if(text: str) -> WhatIf:
    """Read a short text.

    >>> parse_what_if("protect:F-015:tokenised").argument
    'tokenised'

    Raises
    ------
    InvalidScenario
        The text is no what-if; the message shows the forms.
    """
    kind, *rest = (part.strip() for part in text.strip().split(":"))
    if kind not in set(WhatIfKind):
        raise InvalidScenario(f"{text!r} is no what-if; it begins with one of {', '.join(WhatIfKind)}.")
    verb = WhatIfKind(kind)
    if len(rest) != (1 if verb in _ALONE else 2) or not all(rest):
        form = f"{kind}:CODE" if verb in _ALONE else f"{kind}:CODE:VALUE"
        form = f"{kind}:CONTROL:FACT" if verb in _CONTROL_FIRST else form
        raise InvalidScenario(f"{text!r} is no what-if; write it as {form}.")
    if verb in _ALONE:
        return WhatIf(kind=verb, subject=rest[0])
    if verb in _CONTROL_FIRST:
        return WhatIf(kind=verb, subject=rest[1], argument=rest[0])
    return WhatIf(kind=verb, subject=rest[0], argument=rest[1])


def is_cuttable(code: str) -> bool:
    """Return whether a fact can be cut: data in its own home system cannot, for one.

    >>> is_cuttable("F-001"), is_cuttable("D-001")
    (True, False)
    """
    return code[:1] in _CUTTABLE or code[:1] == "S"


def apply_what_if(register: Register, parameters: Parameters, what_if: WhatIf) -> Register:
    """Return the register after one change.

    Raises
    ------
    InvalidScenario
        A fact or control that is not there, or a change that leaves nothing to ask about.
    """
    is_placing = what_if.kind is WhatIfKind.PLACE
    if is_placing and what_if.argument not in {**parameters.controls, **register.control_by_code}:
        raise _refuse(what_if, f"there is no control {what_if.argument!r}.")
    return _STEPS[what_if.kind](register, what_if)


def _refuse(what_if: WhatIf, reason: str) -> InvalidScenario:
    return InvalidScenario(f"{what_if}: {reason}")


def _cut(register: Register, what_if: WhatIf) -> Register:
    code = what_if.subject
    field = _CUTTABLE.get(code[:1])
    if field is None:
        system = register.system_by_code.get(code)
        if system is None or system.hosted_by is None:
            raise _refuse(what_if, f"there is nothing to cut with the code {code!r}.")
        return replace(
            register,
            systems=tuple(replace(row, hosted_by=None) if row.code == code else row for row in register.systems),
        )
    kept = tuple(fact for fact in register.facts(field) if getattr(fact, "code", None) != code)
    if len(kept) == len(register.facts(field)):
        raise _refuse(what_if, f"there is nothing to cut with the code {code!r}.")
    changed = replace(register, **{field: kept})  # type: ignore[arg-type]  # the field holds facts of one type
    return _without_placements(changed, frozenset({code}))


def _without_placements(register: Register, gone: frozenset[str]) -> Register:
    """Take away the controls of facts that are gone; they would refer to nothing."""
    if not any(placement.fact in gone for placement in register.placements):
        return register
    return replace(register, placements=tuple(row for row in register.placements if row.fact not in gone))


def _place(register: Register, what_if: WhatIf) -> Register:
    if what_if.subject not in _placeable(register):
        raise _refuse(what_if, f"there is no fact {what_if.subject!r} that can carry a control.")
    placed = Placement(control=what_if.argument, fact=what_if.subject)
    return replace(register, placements=(*register.placements, placed))


def _placeable(register: Register) -> frozenset[str]:
    codes = {row.code for row in register.flows} | {row.code for row in register.access}
    codes |= {row.code for row in register.links} | {row.code for row in register.platform_uses}
    return frozenset(codes | {row.code for row in register.dependencies} | set(register.system_by_code))


def _remove(register: Register, what_if: WhatIf) -> Register:
    kept = tuple(row for row in register.placements if not _is_meant(row, what_if))
    if len(kept) == len(register.placements):
        raise _refuse(what_if, f"{what_if.argument} is not placed on {what_if.subject}.")
    return replace(register, placements=kept)


def _upgrade(register: Register, what_if: WhatIf) -> Register:
    if not any(_is_meant(row, what_if) for row in register.placements):
        raise _refuse(what_if, f"{what_if.argument} is neither placed nor planned on {what_if.subject}.")
    return replace(
        register,
        placements=tuple(
            replace(row, state=ControlState.IN_PLACE, coverage=1.0) if _is_meant(row, what_if) else row
            for row in register.placements
        ),
    )


def _is_meant(placement: Placement, what_if: WhatIf) -> bool:
    return placement.control == what_if.argument and placement.fact == what_if.subject


def _drop(register: Register, what_if: WhatIf) -> Register:
    code, rule = what_if.subject, what_if.argument
    datasets = register.dataset_by_code
    is_dataset = code in datasets
    flows = [flow for flow in register.flows if (flow.dataset == code if is_dataset else flow.code == code)]
    if not is_dataset and not flows:
        raise _refuse(what_if, f"there is no flow or dataset {code!r}.")
    passed: set[str] = set(datasets[code].categories) if is_dataset else set()
    passed.update(key for flow in flows for key in flow.categories or datasets[flow.dataset].categories)
    if not any(Parameters.covers(rule, key) for key in passed):
        raise _refuse(what_if, f"{code} does not pass {rule}.")
    changed = {flow.code: _without_category(flow, datasets[flow.dataset], what_if) for flow in flows}
    register = replace(register, flows=tuple(changed.get(flow.code, flow) for flow in register.flows))
    if is_dataset:
        left = tuple(key for key in datasets[code].categories if not Parameters.covers(rule, key))
        if not left:
            raise _refuse(what_if, f"{code} would hold no category at all.")
        register = replace(
            register,
            datasets=tuple(replace(row, categories=left) if row.code == code else row for row in register.datasets),
        )
    return register


def _without_category(flow: Flow, dataset: Dataset, what_if: WhatIf) -> Flow:
    given = flow.categories or dataset.categories
    left = tuple(key for key in given if not Parameters.covers(what_if.argument, key))
    if not left:
        raise _refuse(what_if, f"{flow.code} would pass no category at all; cut the flow instead.")
    return replace(flow, categories=left)


def _change_flow(register: Register, what_if: WhatIf, change: Callable[[Flow], Flow]) -> Register:
    if not any(flow.code == what_if.subject for flow in register.flows):
        raise _refuse(what_if, f"there is no flow {what_if.subject!r}.")
    flows = tuple(change(flow) if flow.code == what_if.subject else flow for flow in register.flows)
    return replace(register, flows=flows)


def _storage(register: Register, what_if: WhatIf) -> Register:
    if what_if.argument not in set(Storage):
        raise _refuse(what_if, f"storage is one of {', '.join(Storage)}.")
    storage = Storage(what_if.argument)
    return _change_flow(register, what_if, lambda flow: replace(flow, storage=storage))


def _protect(register: Register, what_if: WhatIf) -> Register:
    if what_if.argument not in set(Protection):
        raise _refuse(what_if, f"protection is one of {', '.join(Protection)}.")
    protection = Protection(what_if.argument)
    return _change_flow(register, what_if, lambda flow: replace(flow, protection=protection))


def _end(register: Register, what_if: WhatIf) -> Register:
    code = what_if.subject
    if code not in register.vendor_by_code:
        raise _refuse(what_if, f"there is no vendor {code!r}.")
    flows = [flow for flow in register.flows if code in {flow.sender, flow.recipient}]
    access = [row for row in register.access if row.vendor == code]
    uses = [row for row in register.platform_uses if code in {row.platform, row.user}]
    needs = [row for row in register.dependencies if row.depends_on == code]
    gone = frozenset(row.code for row in flows) | frozenset(row.code for row in access)
    gone |= frozenset(row.code for row in uses) | frozenset(row.code for row in needs)
    ended = replace(
        register,
        flows=tuple(row for row in register.flows if row.code not in gone),
        access=tuple(row for row in register.access if row.code not in gone),
        platform_uses=tuple(row for row in register.platform_uses if row.code not in gone),
        dependencies=tuple(row for row in register.dependencies if row.code not in gone),
        systems=tuple(replace(row, hosted_by=None) if row.hosted_by == code else row for row in register.systems),
    )
    return _without_placements(ended, gone)


def _replace(register: Register, what_if: WhatIf) -> Register:
    old, new = what_if.subject, what_if.argument
    for code in (old, new):
        if code not in register.vendor_by_code:
            raise _refuse(what_if, f"there is no vendor {code!r}.")
    if old == new:
        raise _refuse(what_if, "a vendor cannot replace itself.")

    def swap(code: str) -> str:
        return new if code == old else code

    # what stood between the two vendors has no place once they are one
    between = frozenset(row.code for row in register.flows if {row.sender, row.recipient} == {old, new})
    between |= frozenset(row.code for row in register.platform_uses if {row.platform, row.user} == {old, new})
    flows = (row for row in register.flows if row.code not in between)
    uses = (row for row in register.platform_uses if row.code not in between)
    return _without_placements(
        replace(
            register,
            flows=tuple(replace(row, sender=swap(row.sender), recipient=swap(row.recipient)) for row in flows),
            access=tuple(replace(row, vendor=swap(row.vendor)) for row in register.access),
            platform_uses=tuple(replace(row, platform=swap(row.platform), user=swap(row.user)) for row in uses),
            dependencies=tuple(replace(row, depends_on=swap(row.depends_on)) for row in register.dependencies),
            systems=tuple(replace(row, hosted_by=new) if row.hosted_by == old else row for row in register.systems),
        ),
        between,
    )


_STEPS: dict[WhatIfKind, Callable[[Register, WhatIf], Register]] = {
    WhatIfKind.CUT: _cut,
    WhatIfKind.PLACE: _place,
    WhatIfKind.REMOVE: _remove,
    WhatIfKind.UPGRADE: _upgrade,
    WhatIfKind.DROP: _drop,
    WhatIfKind.STORAGE: _storage,
    WhatIfKind.PROTECT: _protect,
    WhatIfKind.REPLACE: _replace,
    WhatIfKind.END: _end,
}
