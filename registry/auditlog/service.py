"""Proving the audit log whole."""

from registry.core.actor import Actor
from registry.core.audit import Head, Verdict
from registry.core.audit import verify as walk
from registry.core.db import reading, session
from registry.core.work import retried, work

__all__ = ["verify"]


def verify(actor: Actor, against: Head | None) -> Verdict:
    """Walk the whole chain without holding the write lock, and record that it was done and what came out."""
    with reading():
        verdict = walk(session(), against)
    _record(actor, verdict)
    return verdict


@retried
def _record(actor: Actor, verdict: Verdict) -> None:
    with work(actor, "audit.verify", subject=f"audit_entry:{verdict.head.seq}") as w:
        w.note(entries=verdict.entries, head=str(verdict.head), problem=verdict.problem or "none")
