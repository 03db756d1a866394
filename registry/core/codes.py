"""Codes of facts: given in order, never twice, stable for ever."""

import re
from collections.abc import Iterable

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from registry.core.bulk import Prepared
from registry.core.db import engine_name
from registry.core.kinds import FactKind
from registry.core.work import Work
from registry.models.codes import CodeCounter, FactCode

__all__ = ["format_code", "keep_codes", "next_codes", "next_number", "taken_codes"]

BATCH = 500


def next_codes(w: Work, kind: FactKind, count: int = 1) -> list[str]:
    """Reserve codes for new facts; they are used up even when the facts are archived later."""
    assert kind.prefix is not None
    _begin_counter(w, kind.prefix)
    last: int = w.execute_counter(
        update(CodeCounter)
        .where(CodeCounter.prefix == kind.prefix)
        .values(last=CodeCounter.last + count)
        .returning(CodeCounter.last)
        .execution_options(synchronize_session=False)
    )
    return [format_code(kind, number) for number in range(last - count + 1, last + 1)]


def next_number(w: Work, prefix: str) -> int:
    """Reserve the next number of a prefix, for what is no fact but is called by a code too."""
    _begin_counter(w, prefix)
    number: int = w.execute_counter(
        update(CodeCounter)
        .where(CodeCounter.prefix == prefix)
        .values(last=CodeCounter.last + 1)
        .returning(CodeCounter.last)
        .execution_options(synchronize_session=False)
    )
    return number


def format_code(kind: FactKind, number: int) -> str:
    """Return the code of a number: `V-0001`."""
    return f"{kind.prefix}-{number:0{kind.digits}}"


def keep_codes(w: Work, kind: FactKind, codes: Iterable[str], prepared: Prepared | None = None) -> None:
    """Enter codes as taken (by rows of `FactCode` prepared before, if there are), and move the counter past them."""
    codes = list(codes)
    if not codes:
        return
    assert kind.prefix is not None
    if prepared is None:
        w.insert_many(FactCode, [{"code": code, "kind": kind.name} for code in codes])
    else:
        w.insert_prepared(prepared)
    found = (re.fullmatch(rf"{kind.prefix}-(\d{{1,9}})", code) for code in codes)
    highest = max((int(match[1]) for match in found if match), default=0)
    _begin_counter(w, kind.prefix)
    w.execute_counter(
        update(CodeCounter)
        .where(CodeCounter.prefix == kind.prefix, CodeCounter.last < highest)
        .values(last=highest)
        .execution_options(synchronize_session=False)
    )


def taken_codes(w: Work, codes: Iterable[str]) -> set[str]:
    """Return which of these codes were given before."""
    codes = list(codes)
    taken: set[str] = set()
    for start in range(0, len(codes), BATCH):
        taken.update(w.session.scalars(select(FactCode.code).where(FactCode.code.in_(codes[start : start + BATCH]))))
    return taken


def _begin_counter(w: Work, prefix: str) -> None:
    dialect = sqlite if engine_name() == "sqlite" else postgresql
    w.execute_counter(dialect.insert(CodeCounter).values(prefix=prefix, last=0).on_conflict_do_nothing())
