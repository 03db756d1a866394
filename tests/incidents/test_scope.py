"""What is known comes in as revisions; duties follow, and nothing is ruled out before a source says that it is final."""

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from registry.core.actor import Role
from registry.core.db import session
from registry.incidents.board import Board, board_of
from registry.models.scope import IncidentScope
from tests.incidents.conftest import entries, stored
from tests.people import make_person, sign_in

SAID = {"source": "Their incident manager, by mail", "told_at": "2026-03-02T11:50"}


def board(number: int) -> Board:
    return board_of(stored(number))


def counts(*lines: tuple[str, str, str]) -> dict[str, list[str]]:
    return {name: [line[place] for line in lines] for place, name in enumerate(("dataset", "place", "people"))}


def test_counts_are_measured_instead_of_what_was_expected(ciso: FlaskClient, declare: Callable[..., int]):
    number = declare()
    address = f"/incidents/{number}/scope"
    assert "duties rest on what the frozen register expects" in unescape(ciso.get(address).text)
    form = SAID | counts(("D-001 Profiles", "US-CA", "500"), ("", "", ""))
    assert ciso.post(address, data=form).status_code == 303
    first = board(number)
    assert first.is_known
    assert first.line("US-CA-AG") is not None  # 500 is below its 501, but the count is not final
    assert first.line("EU-GDPR-33-1") is not None  # what was expected in Ireland is not ruled out
    form = SAID | counts(("D-001", "IE", "10"), ("D-002", "IE", "")) | {"protected": ["0"]}
    assert ciso.post(address, data=form | {"is_final": "y"}).status_code == 303
    gone = board(number).line("US-CA-AG")
    assert gone is not None
    assert gone.standing is None  # no longer reached, and still there
    assert gone.is_open
    html = unescape(ciso.get(address).text)
    assert "Revision 2" in html
    assert "within what was expected" in html or "fewer than expected" in html or "more than expected" in html
    assert [each.text for each in entries(number) if each.kind == "scope"] == [
        "Known scope, revision 1: 1 count.",
        "Known scope, revision 2, final: 2 counts.",
    ]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (("D-404", "DE", "5"), "Line 1: there is no dataset 'D-404'"),
        (("D-001", "XX", "5"), "Line 1: 'XX' is no code of ISO 3166"),
        (("D-001", "DE", "many"), "Line 1: 'many' is no whole number"),
        (("D-001", "DE", "-5"), "no whole number"),
        (("D-001", "DE", "99999999999"), "cannot be"),
        (("", "", ""), "Give at least one count"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_lost(
    ciso: FlaskClient, declare: Callable[..., int], line: tuple[str, str, str], says: str
):
    number = declare()
    answer = ciso.post(f"/incidents/{number}/scope", data=SAID | counts(line))
    assert answer.status_code == 422
    assert says in unescape(answer.text)
    assert f'value="{line[2]}"' in answer.text
    assert session().scalar(select(func.count()).select_from(IncidentScope)) == 0


def test_a_line_twice_the_future_and_a_missing_source_are_refused(ciso: FlaskClient, declare: Callable[..., int]):
    number = declare()
    address, one = f"/incidents/{number}/scope", ("D-001", "DE", "5")
    assert "stands in two lines" in ciso.post(address, data=SAID | counts(one, one)).text
    assert "future" in ciso.post(address, data=SAID | counts(one) | {"told_at": "2026-03-02T12:50"}).text
    assert "Who said so" in ciso.post(address, data=SAID | counts(one) | {"source": ""}).text


def test_an_auditor_reads_the_scope_and_records_nothing(company: Flask, declare: Callable[..., int]):
    number = declare()
    auditor = sign_in(company, make_person("Ada Quill", Role.AUDITOR))
    assert "Record what came in" not in auditor.get(f"/incidents/{number}/scope").text
    assert auditor.post(f"/incidents/{number}/scope", data=SAID).status_code == 403
