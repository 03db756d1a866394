"""Drafts of notices with what is known of one incident."""

from sqlalchemy import select

from registry.core.db import session
from registry.core.formats import spread, words
from registry.domain.incidents.duty_board import BoardLine
from registry.domain.incidents.notice_draft import NoticeFacts, draft
from registry.incidents.board import Board
from registry.incidents.queries import IncidentPage
from registry.models.organisation import Organisation

__all__ = ["draft_of"]


def draft_of(page: IncidentPage, board: Board, line: BoardLine) -> str:
    """Return the draft for one duty; one query."""
    categories = {key for keys in board.prediction.categories.values() for key in keys} if board.prediction else set()
    exposure = board.exposure
    is_known = exposure is not None and exposure.counts_known and line.people.high > 0
    facts = NoticeFacts(
        organisation=session().scalar(select(Organisation.name)) or "We",
        vendors=" and ".join(name for _, name in page.vendors),
        kind=words(page.row.kind),
        moments=board.moments,
        people=f"about {spread(round(line.people.mean), round(line.people.high))}" if is_known else None,
        places=", ".join(line.jurisdictions) or None,
        categories=", ".join(sorted(words(key.rpartition(".")[2]) for key in categories)) or None,
        is_protected=exposure is not None and exposure.all_protected,
        contact=page.lead,
    )
    text = draft(line.rule, facts)
    return f"DRILL. NOTHING OF THIS HAPPENED. DO NOT SEND.\n\n{text}" if page.row.is_drill else text
