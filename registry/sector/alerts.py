"""Alerts: public breaches that seem to name a vendor of ours, or a platform our vendors use."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from importers.mentions import KnownVendor, VendorNames
from registry.core.work import Work
from registry.domain.breaches.public_breaches import PublicBreach
from registry.models.sector import AlertState, BreachAlert
from registry.models.vendors import Vendor
from registry.sector.letters import tell_people

__all__ = ["raise_alerts"]

CHUNK = 400
SURE = 0.6  # what a collection of older breaches must agree by; its text mentions many names


def raise_alerts(w: Work, told: Sequence[tuple[int, PublicBreach]]) -> list[str]:
    """Raise an alert for each record and vendor that has none yet, also not a dismissed one; returns their numbers.

    The owners of the vendors, and the CISO, are written to.
    """
    names = VendorNames(_our_vendors(w))
    known = _alerted(w, [number for number, _ in told])
    rows: list[dict[str, Any]] = [
        {
            "breach": number, "vendor": mention.vendor, "basis": mention.basis, "evidence": mention.evidence,
            "confidence": mention.confidence, "state": AlertState.OPEN, "raised_at": w.now, "version": 1,
        }
        for number, record in told
        for mention in names.mentioned_in(record)
        if (number, mention.vendor) not in known and (record.is_one_breach or mention.confidence >= SURE)
    ]  # fmt: skip
    raised = w.insert_many(BreachAlert, rows)
    tell_people(w, raised)
    return raised


def _our_vendors(w: Work) -> list[KnownVendor]:
    query = select(Vendor.code, Vendor.name, Vendor.legal_name, Vendor.domain).where(Vendor.archived_at.is_(None))
    return [
        KnownVendor(code=row.code, name=row.name, legal_name=row.legal_name, domain=row.domain)
        for row in w.session.execute(query.order_by(Vendor.code))
    ]


def _alerted(w: Work, numbers: Sequence[int]) -> set[tuple[int, str]]:
    found: set[tuple[int, str]] = set()
    for start in range(0, len(numbers), CHUNK):
        query = select(BreachAlert.breach, BreachAlert.vendor).where(
            BreachAlert.breach.in_(numbers[start : start + CHUNK])
        )
        found.update((row.breach, row.vendor) for row in w.session.execute(query))
    return found
