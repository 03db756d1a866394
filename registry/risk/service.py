"""Keeps what was worked out about every vendor's risk current; writes only what changed, so the audit log tells when and to what."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import inspect, select

from registry.core.actor import Actor
from registry.core.db import session, writing
from registry.core.work import Work, retried, work
from registry.models.risk import VendorRisk
from registry.models.vendors import Vendor
from registry.risk.queries import Risk, risks

__all__ = ["refresh"]

SYSTEM = Actor.system("risk")
_ROUNDED = 6  # digits after the point: an order of summing must not look like a change


@retried
def refresh() -> int:
    """Work out every vendor's risk and keep what differs; return how many rows changed. Costs no write when none did."""
    new = {vendor: _values(risk) for vendor, risk in risks().items()}
    if not _differing(new) and not _gone(new):
        session().commit()
        return 0
    with writing(), work(SYSTEM, "risk.refresh", subject="vendor_risk:all") as w:
        return _write(w, new)


def _write(w: Work, new: Mapping[str, Mapping[str, Any]]) -> int:
    differing, gone = _differing(new), _gone(new)
    known = set(w.session.scalars(select(VendorRisk.vendor)))
    vendors = set(w.session.scalars(select(Vendor.code)))
    fresh = sorted(code for code in differing if code not in known and code in vendors)
    w.insert_many(VendorRisk, [{"vendor": code, **new[code], "worked_out_at": w.now} for code in fresh])
    changed = {code: {**new[code], "worked_out_at": w.now} for code in differing if code in known}
    w.update_many(VendorRisk, changed)
    for code in gone:
        w.delete(w.get(VendorRisk, code))
    w.note(changed=len(fresh) + len(changed) + len(gone))
    return len(fresh) + len(changed) + len(gone)


def _differing(new: Mapping[str, Mapping[str, Any]]) -> list[str]:
    columns = [column.key for column in inspect(VendorRisk).columns if column.key != "worked_out_at"]
    rows = session().execute(select(*(getattr(VendorRisk, name) for name in columns)))
    stored = {row.vendor: row for row in rows}
    return sorted(
        code
        for code, values in new.items()
        if code not in stored or any(getattr(stored[code], name) != value for name, value in values.items())
    )


def _gone(new: Mapping[str, Any]) -> list[str]:
    return sorted(set(session().scalars(select(VendorRisk.vendor))) - new.keys())


def _values(risk: Risk) -> dict[str, Any]:
    return {
        "people": round(risk.reach.people, _ROUNDED),
        "inherent": round(risk.inherent.risk, _ROUNDED),
        "tier": risk.inherent.tier,
        "reasons": "\n".join(risk.inherent.reasons),
        "effectiveness": round(risk.effectiveness.share, _ROUNDED),
        "formula": risk.effectiveness.formula,
        "residual": round(risk.residual, _ROUNDED),
        "band": risk.band,
        "expected_loss": risk.expected_loss,
    }
