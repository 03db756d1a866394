"""Reads the question of a blast radius from the arguments of an address or a form; what cannot be read is named.

A form without scripts cannot put a text together, so it may send the parts of a what-if on their own
(`try=replace`, `try_on=V-0001`, `try_with=V-0007`) and each assumption under its key (`set.cost.sigma=1.2`).
"""

from datetime import date

from werkzeug.datastructures import MultiDict

from registry.blast.question import MOST_WORLDS, TABS, Question
from registry.domain.register.errors import InvalidScenario
from registry.domain.register.vocabulary import ScenarioKind
from registry.domain.scenario.whatif import WhatIf, WhatIfKind, parse_what_if

__all__ = ["Arguments", "is_in_parts", "read_question"]

Arguments = MultiDict[str, str]

_LONGEST = 200  # characters of one value; a code, a what-if or a parameter is far shorter
_MOST_VALUES = 60  # starts, what-ifs or assumptions in one address
_SET = "set."
_PARTS = ("try", "try_on", "try_with")


def is_in_parts(arguments: Arguments) -> bool:
    """Whether an address holds parts that a form sent, so that its page has a shorter and lasting address."""
    return any(
        name in _PARTS or name.startswith(_SET) or not value.strip() for name, value in arguments.items(multi=True)
    )


def read_question(arguments: Arguments) -> Question:
    """Read a question from the arguments of an address; what cannot be read is named in `problems`."""
    problems: list[str] = []
    return Question(
        start=tuple(dict.fromkeys(_values(arguments, "start", problems))),
        users_of=tuple(dict.fromkeys(_values(arguments, "users_of", problems))),
        kind=_kind(arguments, problems),
        as_of=_day(arguments, problems),
        what_ifs=_what_ifs(arguments, problems),
        overrides=_overrides(arguments, problems),
        seed=_whole(arguments, "seed", problems, lowest=0, highest=2**63 - 1) or 0 if arguments.get("seed") else 1,
        iterations=_whole(arguments, "iterations", problems, lowest=1, highest=MOST_WORLDS),
        tab=arguments.get("tab", "") if arguments.get("tab", "") in TABS else TABS[0],
        opened=_values(arguments, "open", problems),
        selected=arguments.get("select", "")[:_LONGEST],
        look=arguments.get("look", "")[:_LONGEST],
        problems=tuple(problems),
    )


def _values(arguments: Arguments, name: str, problems: list[str]) -> tuple[str, ...]:
    given = [value.strip() for value in arguments.getlist(name) if value.strip()]
    if len(given) > _MOST_VALUES or any(len(value) > _LONGEST for value in given):
        problems.append(f"{name}: at most {_MOST_VALUES} values of {_LONGEST} characters each can stand in an address.")
    return tuple(value for value in given[:_MOST_VALUES] if len(value) <= _LONGEST)


def _kind(arguments: Arguments, problems: list[str]) -> ScenarioKind:
    text = arguments.get("kind", "") or ScenarioKind.DATA_THEFT.value
    if text in set(ScenarioKind):
        return ScenarioKind(text)
    problems.append(f"kind: {text[:40]!r} is none of {', '.join(ScenarioKind)}.")
    return ScenarioKind.DATA_THEFT


def _day(arguments: Arguments, problems: list[str]) -> date | None:
    text = arguments.get("as_of", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(f"as of: {text[:40]!r} is no date; write it as 2026-06-15.")
        return None


def _what_ifs(arguments: Arguments, problems: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for text in (*_values(arguments, "what_if", problems), *_tried(arguments)):
        try:
            kept.append(str(parse_what_if(text)))
        except InvalidScenario as error:
            problems.append(str(error))
    return tuple(dict.fromkeys(kept))


def _tried(arguments: Arguments) -> list[str]:
    """Put the parts of a what-if together; without a value to try there is nothing to put together."""
    kind, subject, value = (arguments.get(name, "").strip()[:_LONGEST] for name in _PARTS)
    if kind not in set(WhatIfKind) or not subject or not value:
        return []
    return [str(WhatIf(kind=WhatIfKind(kind), subject=subject, argument=value))]


def _overrides(arguments: Arguments, problems: list[str]) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for text in _values(arguments, "set", problems):
        for line in text.split():
            key, sign, value = line.partition("=")
            if sign and key and value:
                found[key] = value
            else:
                problems.append(f"assumption: {line[:60]!r} cannot be read; write it as cost.sigma=1.2.")
    for name, value in arguments.items():
        if name.startswith(_SET) and len(name) <= _LONGEST:
            found.pop(name.removeprefix(_SET), None)
            if value.strip():
                found[name.removeprefix(_SET)] = value.strip()[:_LONGEST]
    return tuple(found.items())


def _whole(arguments: Arguments, name: str, problems: list[str], *, lowest: int, highest: int) -> int | None:
    text = arguments.get(name, "").replace(",", "").strip()
    if not text:
        return None
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else -1
    if lowest <= number <= highest:
        return number
    problems.append(f"{name}: {text[:40]!r} is not possible; give a whole number from {lowest:,} to {highest:,}.")
    return None
