"""What the columns of lists mean: read from the form, kept per set of column names, and found again."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from registry.core.db import db, reading
from registry.core.work import Work
from registry.importing.answers import Answers
from registry.models.importing import ColumnMeaning

__all__ = ["answered", "remember", "remembered"]

KEPT_MAX = 500
LABEL_MAX, ROWS_MAX = 100, 2_000
_COLUMN, _ROW, _LEFT_OUT = "column|", "row|", "skip|"


def remembered(kind: str) -> dict[str, dict[str, str]]:
    """Return what was said of lists of a kind: signature of their column names -> name -> meaning; one query."""
    query = select(ColumnMeaning.signature, ColumnMeaning.columns).where(ColumnMeaning.kind == kind)
    with reading():
        rows = db.session.execute(query.order_by(ColumnMeaning.updated_at.desc()).limit(KEPT_MAX)).all()
    return {signature: json.loads(columns) for signature, columns in rows}


def remember(w: Work, kind: str, asks: Mapping[str, Any]) -> None:
    """Keep what the columns of an imported list meant, for the next list with the same column names."""
    signature = asks.get("signature")
    if not signature:
        return
    columns = json.dumps({column["label"]: column["target"] or "" for column in asks["columns"]}, sort_keys=True)
    query = select(ColumnMeaning).where(ColumnMeaning.kind == kind, ColumnMeaning.signature == signature)
    row = w.session.scalar(query)
    if row is None:
        w.add(ColumnMeaning(kind=kind, signature=signature, columns=columns, updated_at=w.now))
    elif row.columns != columns:
        row.columns, row.updated_at = columns, w.now
        w.session.flush()


def answered(form: Mapping[str, str], before: Answers) -> Mapping[str, Any]:
    """Read sheet, header row, meanings of columns and decisions on rows from the form, on top of those before."""
    choices = dict(before.choices)
    if sheet := form.get("sheet"):
        choices["sheet"] = sheet[:200]
    if (row := form.get("header_row", "")).isdecimal() and len(row) <= 7:
        choices["header_row"] = int(row)
    if signature := form.get("signature"):
        choices["signature"] = signature[:64]
        choices["columns"] = {
            name.removeprefix(_COLUMN)[:LABEL_MAX]: meaning[:64]
            for name, meaning in form.items()
            if name.startswith(_COLUMN)
        }
        choices["is_lenient"] = form.get("is_lenient") == "yes"
    rows = dict(choices.get("rows", {}))
    for name, said in list(form.items())[: 2 * ROWS_MAX]:
        prefix, _, number = name.partition("|")
        if f"{prefix}|" not in {_ROW, _LEFT_OUT} or not number.isdecimal() or len(number) > 7:
            continue
        if said:
            rows[number] = said[:40] if f"{prefix}|" == _ROW else "skip"
        elif f"{prefix}|" == _ROW:
            rows.pop(number, None)
    return choices | {"rows": rows}
