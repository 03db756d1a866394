"""Writes what a review of accesses decided, into the register and beside it."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.core import clock, factstore
from registry.core.actor import Actor
from registry.core.ownership import require_vendor
from registry.core.work import retried, work
from registry.domain.register.errors import IllegalMove
from registry.domain.register.vocabulary import AccessKind, AccessOutcome
from registry.models.access import Access, AccessReview

__all__ = ["Verdict", "review"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What is decided about one access; `kind` is how it is from now on, for a modified one."""

    access: str
    version: int
    outcome: AccessOutcome
    kind: AccessKind | None = None
    why: str | None = None


@retried
def review(actor: Actor, verdicts: Sequence[Verdict]) -> int:
    """Keep verdicts, all or none; return how many.

    Raises
    ------
    IllegalMove
        A modified access needs another kind; a revoked one is not reviewed again.
    StaleVersion
        Somebody changed an access meanwhile; nothing is kept.
    """
    with work(actor, "access.review", subject="access:reviewed") as w:
        for each in verdicts:
            row = w.get(Access, each.access, each.version)
            require_vendor(actor, row.vendor)
            if row.outcome is AccessOutcome.REVOKED:
                raise IllegalMove(f"{each.access} was revoked already.")
            before, after = row.kind, row.kind
            if each.outcome is AccessOutcome.MODIFIED:
                if each.kind is None or each.kind == before:
                    raise IllegalMove(f"{each.access}: say how it is modified, by choosing another kind.")
                after = each.kind
            values = {"outcome": each.outcome, "last_review": clock.today(), "kind": after}
            factstore.change(w, "access", each.access, each.version, values)
            w.add(
                AccessReview(
                    access=each.access, outcome=each.outcome, kind_before=before, kind_after=after, why=each.why,
                    by=actor.email or actor.name, at=w.now,
                )
            )  # fmt: skip
        if not verdicts:
            w.forget()
        return len(verdicts)
