"""The forecast for customer service as a page and as a workbook."""

from collections.abc import Callable
from html import unescape
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from registry.core.actor import Role
from tests.people import make_person, sign_in


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.text[:600]
    return unescape(answer.text)


def test_the_forecast_follows_the_plan_and_is_handed_over(ciso: FlaskClient, declare: Callable[..., int]):
    number = declare()
    html = page(ciso, f"/incidents/{number}/service")
    assert "people told" in html
    assert f'href="/incidents/{number}/service" aria-current="page"' in html
    assert "revenue per customer is not known" in html
    spread = page(ciso, f"/incidents/{number}/service?waves=4&days=7&channel=quiet_letter")
    assert "all at once it would be" in spread
    answer = ciso.post(f"/incidents/{number}/service/file?waves=4&days=7", data={"format": "xlsx"})
    sheet = load_workbook(BytesIO(answer.data)).worksheets[0]
    assert [sheet.cell(row=1, column=column).value for column in (1, 2, 5)] == [
        "Day after the first mailing",
        "Letters",
        "Calls, middle",
    ]
    letters = [sheet.cell(row=row, column=2).value for row in range(2, sheet.max_row + 1)]
    assert sum(1 for each in letters if each) == 4


@pytest.mark.parametrize(
    ("asked", "says"), [("waves=0", "Waves: '0'"), ("level=abc", "Answered"), ("channel=tv", "tv")]
)
def test_a_plan_that_cannot_be_is_named(ciso: FlaskClient, declare: Callable[..., int], asked: str, says: str):
    number = declare()
    html = page(ciso, f"/incidents/{number}/service?{asked}", 422)
    assert says in html
    assert "This was taken as usual" in html


def test_an_auditor_reads_the_forecast(company: Flask, declare: Callable[..., int]):
    number = declare()
    auditor = sign_in(company, make_person("Ada Quill", Role.AUDITOR))
    assert "Day by day" in page(auditor, f"/incidents/{number}/service")
