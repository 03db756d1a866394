"""Any list: search, filters, order, columns, pages, exports, saved views, on both databases."""

import csv
import io
from datetime import date

import pytest
from flask import Blueprint
from sqlalchemy import event, select

from registry.core import factstore
from registry.core.access import needs
from registry.core.actor import Actor, Role
from registry.core.db import db, session, writing
from registry.core.listing import Choice, Column, FilterKind, Format, ListSpec, read_all, read_keys, read_list
from registry.core.listviews import chosen_keys, send_list, show_list
from registry.core.permissions import Permission
from registry.core.work import work
from registry.domain.register.vocabulary import Relationship
from registry.models.audit import AuditEntry
from registry.models.saved_views import SavedView
from registry.models.vendors import Contract, Vendor

NAME_OF_VENDOR = select(Vendor.name).where(Vendor.code == Contract.vendor).scalar_subquery()
RELATIONS = [Choice(word.value, word.value.replace("_", " ")) for word in Relationship]

VENDORS = ListSpec(
    name="vendors",
    one="vendor",
    many="vendors",
    model=Vendor,
    key=Vendor.code,
    order="name",
    search=(Vendor.name, Vendor.code, Vendor.service),
    columns=(
        Column(
            key="name",
            label="Vendor",
            expression=Vendor.name,
            format=Format.NAME,
            sort=Vendor.name_key,
            gloss=Vendor.service,
        ),
        Column(key="code", label="Code", expression=Vendor.code, format=Format.CODE),
        Column(
            key="relationship",
            label="Relationship",
            expression=Vendor.relationship,
            format=Format.WORD,
            filter=FilterKind.CHOICE,
            choices=RELATIONS,
        ),
        Column(key="country", label="Where", expression=Vendor.country, filter=FilterKind.TEXT),
        Column(key="tags", label="Tags", expression=Vendor.tags, format=Format.TAGS, filter=FilterKind.WORDS),
        Column(
            key="chance",
            label="Chance",
            expression=Vendor.annual_breach_probability,
            format=Format.SHARE,
            filter=FilterKind.NUMBER,
            shown=False,
        ),
    ),
    row_url=lambda code: f"/seen/{code}",
)
CONTRACTS = ListSpec(
    name="contracts",
    one="contract",
    many="contracts",
    model=Contract,
    key=Contract.code,
    order="-ends",
    search=(Contract.reference,),
    search_through=((Contract.vendor, Vendor.code, Vendor.name),),
    columns=(
        Column(key="code", label="Contract", expression=Contract.code, format=Format.CODE),
        Column(
            key="vendor",
            label="Vendor",
            expression=NAME_OF_VENDOR,
            sort_through=(Contract.vendor, Vendor.code, Vendor.name_key),
        ),
        Column(key="ends", label="Ends", expression=Contract.ends, format=Format.DAY, filter=FilterKind.DAY),
        Column(key="dpa", label="DPA", expression=Contract.dpa_signed, format=Format.FLAG, filter=FilterKind.FLAG),
    ),
)


def make_vendors():
    """Register four vendors and three contracts."""
    with writing(), work(Actor.system("tests"), "vendor.add") as w:
        rows = (
            {"name": "Corvid Mail", "service": "Customer e-mail", "country": "IE", "tags": ("email", "customer.data")},
            {"name": "alder & Sons", "country": "DE", "relationship": Relationship.PLATFORM},
            {"name": "Müller 100%_x", "country": "AT", "tags": ("customer",)},
            {"name": "=Zed\\", "relationship": Relationship.NTH_PARTY, "introduced_by": "Corvid Mail, 2026"},
        )
        codes = [factstore.create(w, "vendors", row) for row in rows]
        for place, ends, dpa in ((0, date(2026, 5, 1), True), (1, None, None), (0, date(2027, 1, 1), False)):
            contract = {"vendor": codes[place], "reference": f"MSA {place}", "ends": ends, "dpa_signed": dpa}
            factstore.create(w, "contracts", contract)
    return codes


@pytest.fixture
def vendors(db_app):
    """Four vendors and three contracts, on both databases."""
    return make_vendors()


@pytest.fixture
def shown_vendors(app):
    """The same, for pages: on SQLite."""
    return make_vendors()


def names(asked, spec=VENDORS):
    page = read_list(
        spec, {key: [value] if isinstance(value, str) else value for key, value in asked.items()}, session=session()
    )
    return [row.cells[0] for row in page.rows]


def test_a_list_shows_live_rows_in_its_order_whatever_the_case(vendors):
    assert names({}) == ["=Zed\\", "alder & Sons", "Corvid Mail", "Müller 100%_x"]
    assert names({"sort": "-name"}) == ["Müller 100%_x", "Corvid Mail", "alder & Sons", "=Zed\\"]


@pytest.mark.parametrize(
    "typed,found",
    [
        ("corvid", ["Corvid Mail"]),
        ("mail CUSTOMER", ["Corvid Mail"]),
        ("müller", ["Müller 100%_x"]),
        ("MÜLLER", ["Müller 100%_x"]),
        ("100%", ["Müller 100%_x"]),
        ("%_x", ["Müller 100%_x"]),
        ("zed\\", ["=Zed\\"]),
        ("%%", []),
        ("nothing like this", []),
        ("' OR 1=1 --", []),
    ],
)
def test_search_finds_rows_that_hold_every_word_and_takes_no_sign_for_a_pattern(vendors, typed, found):
    assert names({"q": typed}) == found


@pytest.mark.parametrize(
    "asked,found",
    [
        ({"relationship": "platform"}, ["alder & Sons"]),
        ({"relationship": ["platform", "nth_party"]}, ["=Zed\\", "alder & Sons"]),
        ({"country": "none"}, ["=Zed\\"]),
        ({"country": "i"}, ["Corvid Mail"]),
        ({"tags": "customer"}, ["Corvid Mail", "Müller 100%_x"]),
        ({"tags": "custom"}, []),
        ({"tags": "none"}, ["=Zed\\", "alder & Sons"]),
        ({"chance.min": "1"}, []),
    ],
)
def test_filters_narrow_the_list(vendors, asked, found):
    assert names(asked) == found


@pytest.mark.parametrize(
    "asked",
    [
        {"relationship": "x"},
        {"chance.min": "many"},
        {"chance.min": "nan"},
        {"chance.max": "1e400"},
        {"name": "x", "drop": "table", "owner_email": "a"},
        {"sort": "password"},
        {"page": "-1"},
        {"page": "9" * 5000},
        {"columns": ["secret"]},
    ],
)
def test_what_no_column_knows_is_left_out(vendors, asked):
    assert len(names(asked)) == 4


def test_a_filter_that_cannot_be_read_is_named(vendors):
    page = read_list(CONTRACTS, {"ends.from": ["soon"], "dpa": ["maybe"]}, session=session())
    assert len(page.question.problems) == 2
    assert "'soon' is not a date" in page.question.problems[0]


def test_a_text_of_another_table_is_searched_sorted_and_shown(vendors):
    assert [row.cells[1] for row in read_list(CONTRACTS, {"q": ["corvid"]}, session=session()).rows] == [
        "Corvid Mail"
    ] * 2
    both = read_list(CONTRACTS, {"q": ["a"], "sort": ["vendor"]}, session=session())
    assert [row.cells[1] for row in both.rows] == ["alder & Sons", "Corvid Mail", "Corvid Mail"]


def test_what_is_not_known_comes_last_in_both_directions(vendors):
    assert [row.cells[2] for row in read_list(CONTRACTS, {}, session=session()).rows][-1] is None
    assert [row.cells[2] for row in read_list(CONTRACTS, {"sort": ["ends"]}, session=session()).rows] == [
        date(2026, 5, 1),
        date(2027, 1, 1),
        None,
    ]


def test_dates_and_flags_filter(vendors):
    assert read_list(CONTRACTS, {"ends.from": ["2026-06-01"]}, session=session()).total == 1
    assert read_list(CONTRACTS, {"ends.to": ["2026-12-31"], "dpa": ["yes"]}, session=session()).total == 1
    assert read_list(CONTRACTS, {"dpa": ["none"]}, session=session()).total == 1


def test_archived_rows_are_shown_only_when_asked_for(vendors):
    with writing(), work(Actor.system("tests"), "vendor.archive") as w:
        factstore.archive(w, "vendors", vendors[3])
    assert "=Zed\\" not in names({})
    assert names({"archived": "yes"}) == ["=Zed\\"]


def test_columns_are_chosen_in_the_order_of_the_list(vendors):
    page = read_list(VENDORS, {"columns": ["chance", "name", "evil"]}, session=session())
    assert [column.key for column in page.columns] == ["name", "chance"]
    assert "columns=name&columns=chance" in page.query


def test_rows_somebody_may_not_see_are_not_counted_found_or_chosen(vendors):
    within = Vendor.country == "IE"
    assert read_list(VENDORS, {"q": ["a"]}, session=session(), within=within).total == 1
    assert list(read_keys(VENDORS, {}, session=session(), within=within)) == [vendors[0]]
    assert len(list(read_all(VENDORS, {}, session=session(), within=within)[1])) == 1


def test_the_address_of_a_page_is_canonical(vendors):
    asked = {
        "q": [" corvid "],
        "country": [""],
        "sort": ["name"],
        "tags": ["customer"],
        "nonsense": ["1"],
        "page": ["1"],
    }
    page = read_list(VENDORS, asked, session=session(), path="/vendors")
    assert page.url == "/vendors?q=corvid&tags=customer"
    assert page.url_without("tags") == "/vendors?q=corvid"
    assert page.sort_url(VENDORS.columns[0]) == "/vendors?q=corvid&tags=customer&sort=-name"


def fill(count, name):
    with writing(), work(Actor.system("tests"), "vendor.add") as w:
        for number in range(count):
            factstore.create(w, "vendors", {"name": f"{name} {number}"})


def queries_of(call):
    seen = []

    def listener(_connection, _cursor, statement, *_rest):
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", listener)
    call()
    event.remove(db.engine, "before_cursor_execute", listener)
    return len(seen)


def test_the_number_of_queries_does_not_grow_with_the_rows(app):
    fill(10, "filler")
    few = queries_of(lambda: read_list(VENDORS, {"q": ["filler"]}, session=session()))
    fill(70, "another filler")
    many = queries_of(lambda: read_list(VENDORS, {"q": ["filler"]}, session=session()))
    assert few == many == 2  # how many and which; their cells
    assert queries_of(lambda: read_list(VENDORS, {}, session=session())) == 3


def test_every_row_is_on_exactly_one_page(app):
    fill(120, "filler")
    asked = {"sort": ["country"]}  # all the same, so only the key makes an order
    pages = [read_list(VENDORS, {**asked, "page": [str(number)]}, session=session()) for number in (1, 2, 3, 4)]
    keys = [row.key for page in pages[:3] for row in page.rows]
    assert len(keys) == len(set(keys)) == 120
    assert pages[3].page.number == 3
    found = [
        read_list(VENDORS, {**asked, "q": ["filler"], "page": [number]}, session=session())
        for number in ("1", "2", "3", "9")
    ]
    assert [page.rows for page in found] == [page.rows for page in pages]
    assert [(page.total, page.page.number) for page in found] == [(120, 1), (120, 2), (120, 3), (120, 3)]
    assert pages[0].page_url(2) == "?sort=country&page=2"


@pytest.fixture
def listed(app, shown_vendors):
    """The application with a page that lists vendors."""
    blueprint = Blueprint("seen", __name__)

    @needs(Permission.FACTS_READ)
    def index():
        return show_list(VENDORS, "list.html", export_url="/seen/export", bulk_url="/seen/bulk")

    @needs(Permission.LISTS_EXPORT)
    def export():
        return send_list(VENDORS)

    @needs(Permission.FACTS_READ)
    def bulk():
        return ",".join(chosen_keys(VENDORS, within=Vendor.country.is_not(None)))

    blueprint.add_url_rule("/seen", "index", index)
    blueprint.add_url_rule("/seen/export", "export", export, methods=["POST"])
    blueprint.add_url_rule("/seen/bulk", "bulk", bulk, methods=["POST"])
    app.register_blueprint(blueprint)
    return app


def test_a_list_page_escapes_what_strangers_typed_and_links_its_rows(listed, client_as):
    page = client_as(Role.CISO).get("/seen").text
    assert "alder &amp; Sons" in page
    assert 'href="/seen/V-0001"' in page
    assert "Search vendors" in page
    assert 'aria-sort="ascending"' in page


def test_htmx_gets_the_rows_only_and_the_canonical_address(listed, client_as):
    headers = {"HX-Request": "true", "HX-Target": "list-body"}
    part = client_as(Role.CISO).get("/seen?q=corvid&country=&sort=name", headers=headers)
    assert "<html" not in part.text
    assert "Corvid Mail" in part.text
    assert 'id="list-count" hx-swap-oob="true"' in part.text
    assert part.headers["HX-Push-Url"] == "/seen?q=corvid"


def test_a_list_page_may_load_htmx_and_so_goes_without_trusted_types(listed, client_as):
    assert "trusted-types" not in client_as(Role.CISO).get("/seen").headers["Content-Security-Policy"]


def test_nothing_found_offers_the_way_back_to_everything(listed, client_as):
    page = client_as(Role.CISO).get("/seen?q=zzzz").text
    assert "No vendors match this search" in page
    assert "Show all vendors" in page


def test_an_export_holds_what_the_list_shows_and_is_on_the_record(listed, client_as):
    answer = client_as(Role.AUDITOR).post(
        "/seen/export?sort=-name&columns=name&columns=country", data={"format": "csv"}
    )
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"), newline="")))
    assert rows[0] == ["Vendor", "Vendor, more", "Where"]
    assert [row[0] for row in rows[1:]] == ["Müller 100%_x", "Corvid Mail", "alder & Sons", "'=Zed\\"]
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="vendors-2026-03-02.csv"')
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    entry = session().scalars(select(AuditEntry).where(AuditEntry.action == "list.export")).one()
    assert '"rows":4' in entry.details.replace(" ", "")


def test_a_contributor_does_not_export(listed, client_as):
    client = client_as(Role.CONTRIBUTOR)
    assert client.post("/seen/export", data={"format": "csv"}).status_code == 403
    assert "Export these" not in client.get("/seen").text


def test_exports_are_counted(listed, client_as):
    client = client_as(Role.AUDITOR)
    answers = [client.post("/seen/export", data={"format": "csv"}).status_code for _ in range(21)]
    assert answers[:20] == [200] * 20
    assert answers[20] == 429


def test_a_bulk_form_chooses_ticked_rows_or_all_that_are_found(listed, client_as, shown_vendors):
    vendors = shown_vendors
    client = client_as(Role.CISO)
    assert client.post("/seen/bulk", data={"keys": [vendors[0], vendors[3], "V-9999"]}).text == vendors[0]
    everything = client.post("/seen/bulk", data={"everything": "yes", "list_query": "q=a&relationship=platform"})
    assert everything.text == vendors[1]


def test_a_view_is_saved_shown_as_a_tab_and_removed(listed, client_as):
    client = client_as(Role.CISO)
    form = {"list_name": "vendors", "name": " Mail <b> ", "query": "q=mail", "back": "/seen"}
    saved = client.post("/views", data=form)
    assert saved.location == "/seen?q=mail"
    page = client.get("/seen?q=mail").text
    assert '<a href="/seen?q=mail" aria-current="page">Mail &lt;b&gt;</a>' in page
    view = session().scalars(select(SavedView)).one()
    assert client.post(f"/views/{view.id}/remove", data={"back": "//evil.example"}).location == "/"
    client.get("/seen")  # shows the message about it
    assert "Mail &lt;b&gt;" not in client.get("/seen?q=other").text


def test_a_view_of_ones_own_is_not_shown_to_others_and_not_removed_by_them(listed, client_as):
    mine = {"list_name": "vendors", "name": "Mine", "query": "q=mail", "back": "/seen"}
    alice = client_as(Role.CISO, name="Alice")
    alice.post("/views", data=mine)
    alice.post("/views", data={**mine, "name": "Ours", "shared": "yes"})
    bob = client_as(Role.CISO, name="Bob")
    page = bob.get("/seen?q=x").text
    assert ">Mine<" not in page
    assert ">Ours<" in page
    view = session().scalars(select(SavedView).where(SavedView.name == "Mine")).one()
    assert bob.post(f"/views/{view.id}/remove", data={}).status_code == 404


@pytest.mark.parametrize("form", [{"name": ""}, {"name": "x" * 201}, {"list_name": "<script>"}, {"query": "a\tb"}])
def test_a_view_that_cannot_be_saved_says_why(listed, client_as, form):
    client = client_as(Role.CISO)
    answer = client.post("/views", data={"list_name": "vendors", "name": "A", "query": "q=a", "back": "/seen", **form})
    assert answer.status_code == 303
    assert session().scalars(select(SavedView)).all() == []
