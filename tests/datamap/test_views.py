"""The data map's page, its tables, its files: what is shown to whom, in the words of the address."""

import csv
import io
import json
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import event, select

from registry.core import factstore
from registry.core.actor import Actor, Role
from registry.core.db import db, session, writing
from registry.core.work import work
from registry.models.audit import AuditEntry
from tests.blast.conftest import HOSTILE, fill, small_register
from tests.people import make_person, sign_in


@pytest.fixture
def filled(db_app: Flask) -> Flask:
    """The application with the small register in it, on both databases."""
    db_app.config["WTF_CSRF_ENABLED"] = False
    fill(small_register())
    return db_app


@pytest.fixture
def auditor(filled: Flask) -> FlaskClient:
    """An auditor's browser on the small register."""
    return sign_in(filled, make_person("Adaeze", Role.AUDITOR))


def page(client: FlaskClient, path: str, status: int = 200) -> str:
    response = client.get(path)
    assert response.status_code == status
    return response.text


def picture_data(html: str) -> dict:
    found = re.search(r'id="map-data">(.*?)</script>', html, re.DOTALL)
    assert found
    return json.loads(found.group(1))


def keys_in_table(html: str) -> list[str]:
    return re.findall(r'<tr tabindex="0" data-key="([^"]+)"', html)


def test_a_small_register_is_shown_whole(auditor: FlaskClient) -> None:
    html = page(auditor, "/datamap")
    assert "1 segment, 2 datasets, 2 systems and 5 vendors" in html
    assert 'href="/vendors/V-0001"' in html
    assert {key for key, *_ in picture_data(html)["nodes"]} == set(keys_in_table(html))


def test_picture_and_table_are_in_the_same_order(auditor: FlaskClient) -> None:
    for query in ("", "?at=V-0001", "?at=V-0001&way=reaches"):
        html = page(auditor, f"/datamap{query}")
        assert [key for key, *_ in picture_data(html)["nodes"]] == keys_in_table(html)


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("around", {"S-001", "D-001", "V-0003"}),
        ("goes", {"V-0003", "V-0005"}),
        ("comes", {"S-001", "D-001", "G-01"}),
        ("reaches", {"S-001", "S-002", "D-001", "D-002", "G-01"}),
        ("reached", {"V-0003", "V-0005"}),
    ],
)
def test_every_way_from_a_thing(auditor: FlaskClient, way: str, expected: set[str]) -> None:
    html = page(auditor, f"/datamap?at=V-0001&way={way}")
    assert set(keys_in_table(html)) == expected | {"V-0001"}
    assert 'aria-current="page"' in html


def test_a_thing_may_be_named(auditor: FlaskClient) -> None:
    assert "Around <b" in page(auditor, "/datamap?at=corvid+mail").replace("\n", "")


def test_steps_end_the_walk(auditor: FlaskClient) -> None:
    assert keys_in_table(page(auditor, "/datamap?at=V-0001&way=goes&steps=1")) == ["V-0001", "V-0003"]


def test_filters_leave_out_and_can_be_lifted(auditor: FlaskClient) -> None:
    html = page(auditor, "/datamap?category=user.financial")
    assert set(keys_in_table(html)) == {"D-002", "S-002", "V-0002"}
    assert "holds or gets user.financial" in html
    only = page(auditor, "/datamap?layer=systems&layer=rank_1")
    assert set(keys_in_table(only)) == {"S-001", "S-002", "V-0001", "V-0002"}
    assert "Nothing passes these filters" in page(auditor, "/datamap?category=user.health")


def test_the_lines_have_their_table_with_links_to_the_facts(auditor: FlaskClient) -> None:
    html = page(auditor, "/datamap?at=V-0001&tab=lines")
    assert 'href="/flows/F-001"' in html
    assert 'href="/access/A-001"' in html
    assert "flow of Profiles" in html


def test_a_breach_is_told_in_words(auditor: FlaskClient) -> None:
    html = page(auditor, "/datamap?at=V-0003&way=reaches&tab=lines")
    assert "Corvid Mail passes Profiles to" in html
    assert "Corvid Mail keeps Profiles" in html
    assert "CRM opens Billing: segmented" in html


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("way=sideways", "way is none of"),
        ("steps=many", "steps is none of"),
        ("most=5", "most is none of"),
        ("layer=x", "no layer"),
    ],
)
def test_a_bad_part_of_the_address_is_named(auditor: FlaskClient, query: str, words: str) -> None:
    assert words in page(auditor, f"/datamap?{query}", 422)


def test_what_is_not_on_the_map_is_said_with_what_may_be_meant(auditor: FlaskClient) -> None:
    html = page(auditor, "/datamap?at=corvid", 404)
    assert "Nothing on the map is called" in html
    assert 'href="/datamap?at=V-0001"' in html
    assert "Lift a filter" in page(auditor, "/datamap?at=V-0001&category=user.financial", 404)


def test_a_prospect_is_on_no_map(filled: Flask, auditor: FlaskClient) -> None:
    with writing(), work(Actor.system("tests"), "vendor.add") as w:
        factstore.create(w, "vendors", {"name": "Maybe Ltd", "lifecycle": "prospect"})
    assert "its relation is prospect" in page(auditor, "/datamap?at=V-0006", 404)


def test_an_empty_register_says_what_to_do(client_as: Callable[..., FlaskClient]) -> None:
    assert "Nothing on the map yet" in page(client_as(Role.CISO), "/datamap")


def test_a_stranger_sees_no_map_and_a_contributor_takes_no_file(filled: Flask) -> None:
    for path in ("/datamap", "/datamap/picture.svg", "/datamap/things.json?q=a"):
        assert filled.test_client().get(path).status_code == 303
    contributor = sign_in(filled, make_person("Lucan", Role.CONTRIBUTOR))
    assert "Export" not in page(contributor, "/datamap")
    assert contributor.post("/datamap/export").status_code == 403


def test_labels_with_markup_stay_text(auditor: FlaskClient) -> None:
    for query in ("", "?at=V-0002", "?at=D-002&way=goes&tab=lines"):
        html = page(auditor, f"/datamap{query}")
        assert "<script>alert" not in html
        assert "{{7*7}}" in html
    assert HOSTILE in picture_data(page(auditor, "/datamap"))["names"].values()


def test_the_page_needs_no_inline_script_or_style(auditor: FlaskClient) -> None:
    html = page(auditor, "/datamap")
    assert not re.search(r"<script(?![^>]*(src=|application/json))", html)
    assert " style=" not in html
    assert not re.search(r"\son[a-z]+=", html)


def test_things_are_suggested_as_one_types(auditor: FlaskClient) -> None:
    assert auditor.get("/datamap/things.json?q=corv").get_json() == [{"code": "V-0001", "name": "Corvid Mail"}]
    assert auditor.get("/datamap/things.json?q=").get_json() == []


def test_both_tables_come_as_csv_and_the_export_is_on_the_record(auditor: FlaskClient) -> None:
    for table, first in (("things", "Code"), ("lines", "Fact")):
        response = auditor.post("/datamap/export?at=V-0001&way=reaches", data={"table": table})
        rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
        assert rows[0][0] == first
        assert len(rows) > 3
    entry = session().scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
    assert entry is not None
    assert entry.action == "datamap.export"


def test_the_file_has_the_order_of_the_page(auditor: FlaskClient) -> None:
    response = auditor.post("/datamap/export?at=V-0001", data={"table": "things"})
    rows = list(csv.reader(io.StringIO(response.data.decode("utf-8-sig"))))
    assert [row[0] for row in rows[1:]] == keys_in_table(page(auditor, "/datamap?at=V-0001"))


def test_the_workbook_holds_both_tables(auditor: FlaskClient) -> None:
    book = load_workbook(io.BytesIO(auditor.post("/datamap/export").data))
    assert book.sheetnames == ["Things", "Facts between them"]


def test_the_picture_can_be_taken_along(auditor: FlaskClient) -> None:
    svg = auditor.get("/datamap/picture.svg?at=V-0001&theme=dark")
    assert svg.mimetype == "image/svg+xml"
    assert "<script" not in svg.text
    assert "Corvid Mail" in svg.text
    assert auditor.get("/datamap/picture.svg?at=nobody").status_code == 404


def many(vendors: int, flows: int, first: int) -> None:
    values = [{"name": f"Filler {first + number:05}"} for number in range(vendors)]
    with writing(), work(Actor.system("tests"), "register.fill") as w:
        codes = [factstore.create(w, "vendors", each) for each in values]
        for number in range(flows):
            factstore.create(w, "flows", {"sender": "S-001", "recipient": codes[number % vendors], "dataset": "D-001"})


def queries_of(call: Callable[[], object]) -> int:
    seen: list[object] = []

    def listener(*_arguments: object) -> None:
        seen.append(1)

    event.listen(db.engine, "before_cursor_execute", listener)
    call()
    event.remove(db.engine, "before_cursor_execute", listener)
    return len(seen)


def test_a_large_register_opens_around_its_busiest_vendor_and_asks_no_more_of_the_database(
    filled: Flask, auditor: FlaskClient
) -> None:
    page(auditor, "/datamap")
    few = queries_of(lambda: page(auditor, "/datamap?at=S-001"))
    many(300, 320, 0)
    first = queries_of(lambda: page(auditor, "/datamap"))  # reads the register anew
    html = page(auditor, "/datamap")
    assert "The register is large" in html
    assert "Around" in html
    again = queries_of(lambda: page(auditor, "/datamap?at=S-001"))
    assert again == few < first
    near = page(auditor, "/datamap?at=S-001")
    assert "250 of" in near
    assert len(picture_data(near)["nodes"]) == 250
    assert "draw more" in near
    assert len(picture_data(page(auditor, "/datamap?at=S-001&most=1000"))["nodes"]) > 300
    rows = auditor.post("/datamap/export?at=S-001", data={"table": "things"}).data.count(b"\r\n")
    assert rows > 300
