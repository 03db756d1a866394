"""A register with its parameters as bytes and back: the inputs of a run, kept so that its digits can be had again.

JSON in a fixed order, compressed: equal facts give an equal hash, and a copy can be read without this program.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Any, get_args, get_type_hints

from registry.domain.register.collector import collector_paused
from registry.domain.register.facts import FACT_TYPES, Fact, Register
from registry.domain.register.parameters import Parameters

__all__ = ["Inputs", "pack", "unpack"]

_LEVEL = 3  # of compression: half a second for a hundred thousand flows, a sixth of their size


@dataclass(frozen=True, slots=True)
class Inputs:
    """What an answer is worked out from."""

    register: Register
    parameters: Parameters


def pack(inputs: Inputs) -> tuple[bytes, str]:
    """Return inputs as bytes, and the hash of what they hold."""
    with collector_paused():
        facts = {
            kind: [[getattr(fact, name) for name in _names(fact_type)] for fact in inputs.register.facts(kind)]
            for kind, fact_type in FACT_TYPES.items()
        }
        document = {
            "columns": {kind: _names(fact_type) for kind, fact_type in FACT_TYPES.items()},
            "facts": facts,
            "parameters": {key: row.text for key, row in sorted(inputs.parameters.rows.items())},
        }
        text = json.dumps(document, default=date.isoformat, ensure_ascii=False, separators=(",", ":")).encode()
    return zlib.compress(text, _LEVEL), hashlib.sha256(text).hexdigest()


def unpack(content: bytes, shipped: Parameters) -> Inputs:
    """Return the inputs that were packed.

    Parameters
    ----------
    content
        From `pack`.
    shipped
        The parameters of this release; each takes the value it had then. One that is gone since cannot, and the digits
        of a repeated run then differ and say so.
    """
    with collector_paused():
        document = json.loads(zlib.decompress(content))
        found: dict[str, Any] = {
            kind: tuple(_facts(FACT_TYPES[kind], document["columns"][kind], rows))
            for kind, rows in document["facts"].items()
            if kind in FACT_TYPES
        }
    (organisation,) = found.pop("organisation")
    register = Register(organisation=organisation, **found)
    return Inputs(register, shipped.with_changes(_changed(document["parameters"], shipped)))


def _changed(then: Mapping[str, str], shipped: Parameters) -> dict[str, str]:
    return {
        key: text
        for key, text in then.items()
        if key in shipped.rows and shipped.rows[key].text != text and shipped.why_not(key, text) is None
    }


def _facts(fact_type: type[Fact], names: list[str], rows: list[list[Any]]) -> list[Fact]:
    known = [(place, name, _decoder(fact_type, name)) for place, name in enumerate(names) if name in _names(fact_type)]
    return [fact_type(**{name: decode(row[place]) for place, name, decode in known}) for row in rows]


@cache
def _names(fact_type: type[Fact]) -> tuple[str, ...]:
    return tuple(each.name for each in fields(fact_type) if each.name != "row")


@cache
def _decoder(fact_type: type[Fact], name: str) -> Callable[[Any], Any]:
    """Return how a field comes back: days and words of closed lists are text in JSON, tuples are lists."""
    hint = get_type_hints(fact_type)[name]
    kinds = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    for kind in kinds:
        if kind is date:
            return lambda value: None if value is None else date.fromisoformat(value)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return lambda value, words=kind: None if value is None else words(value)
        if getattr(kind, "__origin__", None) is tuple:
            return tuple
    return lambda value: value
