"""The sub-processors of one vendor, pasted or uploaded: nth parties with flows, and what differs from the last list."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import db, reading
from registry.core.errors import NotFound
from registry.core.ownership import require_vendor
from registry.core.work import Work
from registry.importing.answers import Answers
from registry.importing.columns import answered, remember, remembered
from registry.importing.factplan import FactPlan, look_at_facts
from registry.importing.journal import revert
from registry.importing.kinds import ImportKind, Plan, Upload
from registry.models.importing import ImportRun, ImportState
from registry.models.vendors import Vendor

__all__ = ["KIND"]

NAME = "subprocessors"
_GONE = "gone|"


def _look(actor: Actor, upload: Upload, answers: Answers) -> Plan:
    vendor = upload.vendor or ""
    with reading():
        require_vendor(actor, vendor)
        row = db.session.get(Vendor, vendor)
        if row is None or row.archived_at is not None:
            raise NotFound("vendor", vendor)
        last = _last_entries(vendor)
    options: Mapping[str, Any] = {
        "vendor": vendor,
        "today": clock.today(),
        "last": last,
        "choices": dict(answers.choices),
        "remembered": remembered(NAME),
    }
    return look_at_facts(actor, upload, answers, reader="subprocessor_list", options=options)


def _last_entries(vendor: str) -> list[dict[str, str]] | None:
    """Return the entries of the last list of a vendor that was imported and not undone; one query."""
    query = (
        select(ImportRun.preview)
        .where(ImportRun.vendor == vendor, ImportRun.kind == NAME, ImportRun.state == ImportState.COMMITTED)
        .order_by(ImportRun.committed_at.desc(), ImportRun.id.desc())
        .limit(1)
    )
    preview = db.session.scalar(query)
    if preview is None:
        return None
    fields = ("name", "purpose", "country", "data")
    return [{field: entry[field] for field in fields} for entry in json.loads(preview)["asks"].get("entries", ())]


def _answered(form: Mapping[str, str], before: Answers) -> Mapping[str, Any]:
    choices = dict(answered(form, before))
    said = {name.removeprefix(_GONE)[:40]: text for name, text in form.items() if name.startswith(_GONE)}
    if said:
        choices["gone"] = {key: text for key, text in said.items() if text == "end"}
    return choices


def _committed(w: Work, plan: Plan, _answers: Answers) -> None:
    assert isinstance(plan, FactPlan)
    remember(w, NAME, plan.result.asks)


KIND = ImportKind(
    name=NAME,
    title="Sub-processor list",
    words="Whom a vendor passes data on to, as it publishes or sends it.",
    accept=".xlsx,.csv,.tsv,.txt",
    look=_look,
    revert=revert,
    is_about_vendor=True,
    asks="importing/_asks_subprocessors.html",
    answered=_answered,
    committed=_committed,
)
