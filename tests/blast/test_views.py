"""The blast radius page and its files: the model's own figures, every state, and nothing a label could break."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from registry.core import factstore
from registry.core.actor import Actor, Role
from registry.core.db import writing
from registry.core.formats import money, short, spread
from registry.core.work import work
from registry.domain.scenario.answer import to_json
from registry.domain.scenario.blast import blast
from registry.domain.scenario.scenario import Scenario
from registry.domain.scenario.whatif import parse_what_if
from registry.reference.load import shipped_parameters
from tests.blast.conftest import HOSTILE, small_register

TODAY = date(2026, 3, 2)


def page(client: FlaskClient, address: str, status: int = 200) -> str:
    response = client.get(address)
    assert response.status_code == status, response.text[:400]
    return response.text


def data(html: str, name: str) -> dict[str, object]:
    found = re.search(rf'<script type="application/json" id="{name}">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found.group(1))  # type: ignore[no-any-return]


def test_the_json_is_what_the_command_line_prints(ciso: FlaskClient) -> None:
    address = "/blast.json?start=V-0001&iterations=1024&seed=7&as_of=2026-03-02&what_if=cut:A-001&set=cost.sigma=1.2"
    scenario = Scenario(
        start=("V-0001",),
        as_of=TODAY,
        iterations=1024,
        seed=7,
        what_ifs=(parse_what_if("cut:A-001"),),
        overrides=(("cost.sigma", "1.2"),),
    )
    expected = to_json(blast(small_register(), shipped_parameters(), scenario))
    given = ciso.get(address).get_json()
    for part in ("people", "cost", "vendors", "datasets", "exceedance", "best_cuts", "jurisdictions"):
        assert given[part] == json.loads(json.dumps(expected[part])), part


def test_the_headline_says_the_figures_of_the_answer_with_their_ranges(ciso: FlaskClient) -> None:
    address = "start=V-0001&iterations=1024"
    answer = ciso.get(f"/blast.json?{address}").get_json()
    html = page(ciso, f"/blast?{address}")
    people, cost = answer["people"], answer["cost"]
    assert f"{short(round(people['p50']))} people" in html
    assert spread(round(people["p05"]), round(people["p95"])) in html
    assert money(cost["p50"], "EUR") in html
    assert "Corvid Mail" in html


def test_picture_and_table_hold_the_same_things(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=V-0001&iterations=1024")
    drawn = {node["key"] for node in data(html, "picture-data")["nodes"] if not node["start"]}  # type: ignore[attr-defined]
    listed = set(re.findall(r'<tr tabindex="0" data-key="([^"]+)"', html))
    assert drawn == listed
    assert "D-001@V-0001" in listed


def test_a_what_if_keeps_today_beside_it_on_the_same_draws(ciso: FlaskClient) -> None:
    today = ciso.get("/blast.json?start=V-0001&iterations=1024").get_json()
    changed = ciso.get("/blast.json?start=V-0001&iterations=1024&what_if=cut:F-001").get_json()
    html = page(ciso, "/blast?start=V-0001&iterations=1024&what_if=cut:F-001")
    assert "flow F-001 is cut" in html
    assert f"{short(round(today['people']['p50'] or today['people']['mean']))} people" in html
    assert money(changed["cost"]["p50"], "EUR") in html
    assert 'href="/blast?start=V-0001&amp;iterations=1024"' in html  # undo
    nodes = data(html, "picture-data")["nodes"]
    assert [node["key"] for node in nodes if node["struck"]] == ["D-001@V-0001"]  # type: ignore[attr-defined]


def test_without_worlds_in_the_address_the_first_look_says_how_to_refine_it(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=V-0001")
    assert "2,048 worlds" in html or "exact" in html.casefold()


@pytest.mark.parametrize("tab", ["reached", "people", "routes", "duties", "money", "facts", "assumptions"])
def test_every_part_of_the_panel_is_a_page_of_its_own(ciso: FlaskClient, tab: str) -> None:
    html = page(ciso, f"/blast?start=V-0001&iterations=1024&tab={tab}")
    assert html.count('aria-current="page"') >= 1
    assert "<table" in html


def test_duties_follow_from_where_people_live(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=V-0001&iterations=1024&tab=duties")
    assert "GDPR Art. 33(1)" in html
    assert "none agreed" in html


def test_facts_can_be_cut_by_a_link(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=V-0001&iterations=1024&tab=facts")
    assert "what_if=cut:A-001" in html
    assert "Corvid Mail into CRM, api read all" in html


def test_own_assumptions_are_marked_and_their_sources_shown(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=V-0001&iterations=1024&set=exposure.pivot.api_read_all=0.9")
    assert "1 own assumption" in html
    assert '<span class="lim soon">own assumption</span>' in html


def test_several_starts_are_one_event(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=V-0001&start=V-0002&iterations=1024")
    assert "Corvid Mail and &lt;script&gt;" in html
    nodes = data(html, "picture-data")["nodes"]
    assert sum(bool(node["start"]) for node in nodes) == 2  # type: ignore[attr-defined]


def test_a_start_may_be_named(ciso: FlaskClient) -> None:
    assert "Corvid Mail" in page(ciso, "/blast?start=corvid+mail&iterations=1024")


def test_an_unknown_start_is_said_with_what_may_be_meant(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=corvid", 404)
    assert "no vendor or system called" in html
    assert 'href="/blast?start=V-0001"' in html


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("kind=nonsense", "none of"),
        ("as_of=tomorrow", "no date"),
        ("iterations=-4", "whole number"),
        ("iterations=99999999999", "whole number"),
        ("seed=x", "whole number"),
        ("what_if=blow:up", "no what-if"),
        ("what_if=cut:F-999", "nothing to cut"),
        ("set=cost.sigma", "cannot be read"),
        ("set=no.such.key=1", "no.such.key"),
        ("set=cost.sigma=minus", "not allowed"),
    ],
)
def test_a_bad_part_of_a_question_is_named_with_its_mend(ciso: FlaskClient, part: str, words: str) -> None:
    assert words in page(ciso, f"/blast?start=V-0001&{part}", 422)
    problems = ciso.get(f"/blast.json?start=V-0001&{part}")
    assert problems.status_code == 422
    assert problems.get_json()["problems"]


def test_an_empty_register_says_what_to_do(client_as: Callable[..., FlaskClient]) -> None:
    assert "Nothing to ask about yet" in page(client_as(Role.CISO), "/blast")


def test_no_question_yet_is_no_error(ciso: FlaskClient) -> None:
    assert "Where is the breach?" in page(ciso, "/blast")


def test_a_start_that_reaches_nothing_says_so(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=V-0004&iterations=1024")
    assert "nothing we registered can be reached from there" in html


def test_people_nobody_counted_are_marked_as_assumed(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=V-0002&iterations=1024")
    assert "rests on assumed numbers of people" in html


def test_an_outage_counts_processes_not_people(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=S-002&kind=outage&iterations=1024")
    assert "would stop <b>1 process</b>" in html


def test_labels_with_markup_stay_text(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=V-0002&iterations=1024")
    assert "<script>alert" not in html
    assert "{{7*7}}" in html
    labels = [node["label"] for node in data(html, "picture-data")["nodes"]]  # type: ignore[attr-defined]
    assert HOSTILE in labels


def test_the_page_needs_no_inline_script_or_style(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=V-0001&iterations=1024&what_if=cut:A-001")
    assert not re.search(r"<script(?![^>]*(src=|application/json))", html)
    assert " style=" not in html
    assert not re.search(r"\son[a-z]+=", html)


def test_the_page_names_the_revision_and_tells_a_changed_one(filled: Flask, ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=V-0001&iterations=1024")
    shown = re.search(r'data-revision="(\d+)"', html)
    assert shown
    assert ciso.get("/blast/revision.json").get_json() == {"revision": int(shown.group(1))}
    with writing(), work(Actor.system("tests"), "vendor.add") as w:
        factstore.create(w, "vendors", {"name": "One more"})
    assert ciso.get("/blast/revision.json").get_json()["revision"] > int(shown.group(1))


def test_pictures_can_be_taken_along(ciso: FlaskClient) -> None:
    svg = ciso.post("/blast/picture.svg?start=V-0001&iterations=1024")
    assert svg.mimetype == "image/svg+xml"
    assert "<script" not in svg.text
    png = ciso.post("/blast/picture.png?start=V-0001&iterations=1024&theme=dark")
    assert png.data.startswith(b"\x89PNG")
    assert 'filename="blast-radius-V-0001-picture.png"' in png.headers["Content-Disposition"]


def test_a_picture_can_be_asked_for_another_stage(ciso: FlaskClient) -> None:
    small = ciso.get("/blast/picture.json?start=V-0001&iterations=1024&w=360&h=420").get_json()
    assert small["width"] >= 360
    assert small["width"] / small["height"] == pytest.approx(360 / 420, rel=0.01)


@pytest.mark.parametrize("table", ["reached", "people", "duties", "money", "facts"])
def test_every_table_comes_as_csv(ciso: FlaskClient, table: str) -> None:
    response = ciso.post(f"/blast/{table}.csv?start=V-0001&iterations=1024")
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert len(rows) > 1
    assert len({len(row) for row in rows}) == 1


def test_all_tables_come_as_one_workbook_that_computes_nothing(ciso: FlaskClient) -> None:
    response = ciso.post("/blast/tables.xlsx?start=V-0002&iterations=1024")
    book = load_workbook(io.BytesIO(response.data))
    assert book.sheetnames == ["Reached", "People", "Duties", "Money", "Facts"]


def test_starts_are_found_by_part_of_name_or_code(ciso: FlaskClient) -> None:
    assert ciso.get("/blast/starts.json?q=corv").get_json() == [{"code": "V-0001", "name": "Corvid Mail"}]
    assert ciso.get("/blast/starts.json?q=").get_json() == []


def test_a_contributor_may_not_ask(filled: Flask, client_as: Callable[..., FlaskClient]) -> None:
    assert client_as(Role.CONTRIBUTOR).get("/blast?start=V-0001").status_code == 403


def test_a_question_stands_in_the_address_as_it_was_asked(ciso: FlaskClient) -> None:
    html = page(ciso, "/blast?start=V-0001&kind=insider&as_of=2026-03-02&seed=3&iterations=1024")
    expected = "/blast?start=V-0001&amp;kind=insider&amp;as_of=2026-03-02&amp;seed=3&amp;iterations=1024"
    assert f'href="{expected}"' in html
