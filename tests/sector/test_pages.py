"""The pages of public breaches, alerts where they are needed, and one line on the blast radius."""

import io

import pytest
from sqlalchemy import event, select

from registry.core.access import Role
from registry.core.db import db
from registry.models.sector import AlertState, BreachAlert, BreachChain, PublicBreach
from registry.sector.figures import FiguresQuestion, figures, place_people
from tests.blast import conftest as blast
from tests.importers import breach_lists as lists
from tests.people import make_person, sign_in
from tests.sector.conftest import bring_in, fill


@pytest.fixture
def filled(app):
    fill()
    bring_in(
        lists.hhs(
            lists.hhs_row(name="<script>alert(1)</script>", people="1000"),
            lists.hhs_row(name="Corvid Mail", people="3000", associate="Yes", day="05/05/2025"),
            lists.hhs_row(name="Ferrous Cloud", people="501", type="Business Associate"),
        )
    )
    bring_in(lists.washington(lists.wa_row(Name="Perch Billing on behalf of Larch Clinic")), "wa.csv")
    bring_in(lists.hibp({}, {"Name": "Coll", "Domain": ""}), "hibp.json")
    return app


@pytest.fixture
def as_person(app):
    app.config["WTF_CSRF_ENABLED"] = False

    def browser(name, *roles):
        return sign_in(app, make_person(name, *roles))

    return browser


def text(browser, path):
    reply = browser.get(path)
    assert reply.status_code == 200, reply.text[:500]
    return reply.text


PAGES = ("/sector", "/sector/figures", "/sector/alerts", "/sector/links")


@pytest.mark.parametrize("path", PAGES)
def test_pages_say_what_to_do_when_nothing_is_known(app, client_as, path):
    shown = text(client_as(Role.CISO), path)
    assert any(word in shown for word in ("No public breaches", "Nothing waits", "No link waits"))


@pytest.mark.parametrize("path", PAGES)
def test_pages_show_what_is_known_and_run_nothing(filled, client_as, path):
    shown = text(client_as(Role.AUDITOR), path)
    assert "<script>alert(1)" not in shown
    assert "Sector breaches" in shown


def test_the_list_is_filtered_and_exported_as_seen(filled, client_as):
    browser = client_as(Role.CISO)
    shown = text(browser, "/sector?vendor=yes")
    assert "Corvid Mail" in shown
    assert "Ferrous Cloud" in shown
    assert "Perch Billing" not in shown
    assert "Perch Billing" in text(browser, "/sector?source=wa_ag")
    reply = browser.post("/sector/export?ours=yes", data={"format": "csv"})
    assert reply.status_code == 200
    assert "Corvid Mail" in reply.text
    assert "Perch" not in reply.text


def test_a_list_is_uploaded_from_the_page(app, client_as):
    fill()
    browser = client_as(Role.CISO)
    assert 'name="kind" value="breaches"' in text(browser, "/sector")
    reply = browser.post("/imports", data={"file": (io.BytesIO(lists.hhs()), "portal.csv"), "kind": "breaches"})
    where = reply.headers["Location"]
    assert "Larch Clinic" in text(browser, where)
    assert browser.post(f"{where}/commit").status_code == 303
    assert "Larch Clinic" in text(browser, "/sector")


def test_figures_by_hand(filled):
    found = figures(FiguresQuestion())
    assert (found.total, found.left_out, found.vendor_said) == (5, 1, 3)
    assert found.vendor_share == pytest.approx(2 / 3)
    people, residents, accounts = found.sizes
    assert (people.sizes.count, people.sizes.p50, people.placeholders) == (2, 1000, 1)
    assert (residents.sizes.p50, accounts.sizes.count) == (11807, 1)
    assert (found.days.count, found.days.p50) == (1, 41)
    assert found.by_vendor.words == ("at a vendor", "in the organisation", "not known")
    assert {year: counts for year, counts, _ in found.by_vendor.rows}[2026] == (1, 1, 0)
    assert sum(total for *_, total in found.by_sector.rows) == 5
    assert figures(FiguresQuestion(first_year=2025, last_year=2025)).total == 1


def test_people_are_placed_among_real_counts_only(filled):
    placed = place_people(2000)
    assert (placed.placing.share_below, placed.placing.count, placed.among) == (0.5, 2, "all sectors")


def test_people_are_placed_among_the_own_sector_when_there_are_enough(app):
    fill()
    bring_in(lists.hhs(*(lists.hhs_row(name=f"Clinic {number}", people=str(1000 + number)) for number in range(30))))
    bring_in(lists.csv_bytes(["name", "people", "sector"], ["Shop", "9000000", "retail"]))
    placed = place_people(1015)
    assert (placed.placing.count, placed.among) == (30, "Health care and social assistance")
    assert placed.placing.share_below == pytest.approx(15.5 / 30)


@pytest.mark.parametrize(
    "query", ["source=x&sector=y&from=z&to=99999&people=many", "people=2000", "people=100", "sector=retail"]
)
def test_whatever_is_asked_of_the_figures_has_an_answer(filled, client_as, query):
    shown = text(client_as(Role.CISO), f"/sector/figures?{query}")
    assert ("left out" in shown) == query.startswith("source")
    assert ("begin at 500" in shown) == (query == "people=100")


def test_the_page_of_a_record_shows_what_changed(filled, client_as):
    bring_in(lists.hhs(lists.hhs_row(name="Ferrous Cloud", people="88000", type="Business Associate")))
    breach = db.session.scalar(select(PublicBreach).where(PublicBreach.name == "Ferrous Cloud"))
    shown = text(client_as(Role.CISO), f"/sector/{breach.id}")
    assert "88,000 people" in shown
    assert "501" in shown
    assert "What later exports changed" in shown


@pytest.mark.parametrize("path", ["/sector/999999", "/sector/99999999999999999999"])
def test_a_record_that_is_not_there_is_not_found(filled, client_as, path):
    assert client_as(Role.CISO).get(path).status_code == 404


def test_alerts_stand_where_their_people_look(filled, as_person):
    alice = as_person("Alice Owner", Role.VENDOR_MANAGER)
    bob = as_person("Bob Owner", Role.VENDOR_MANAGER)
    carol = as_person("Carol Ciso", Role.CISO)
    dan = as_person("Dan Other", Role.VENDOR_MANAGER)
    assert "is very likely named by" in text(alice, "/")
    assert "Ferrous Cloud" not in text(alice, "/").partition("Changed last")[0]
    # Bob's vendor runs on the platform that was named
    assert "a platform that our vendor Bluewick CRM uses" in text(bob, "/")
    assert text(carol, "/").count("alert-row") == 3  # two records name Corvid Mail
    assert "alert-row" not in text(dan, "/")
    assert "a platform that our vendor Bluewick CRM uses" in text(dan, "/vendors/V-0003")
    assert "alert-row" in text(dan, "/vendors/V-0001")
    assert "/blast?start=V-0001" in text(dan, "/vendors/V-0001")


def alert_of(vendor):
    return db.session.scalar(select(BreachAlert).where(BreachAlert.vendor == vendor))


def test_the_owner_decides_and_nobody_else(filled, as_person):
    alert = alert_of("V-0001")
    where = f"/sector/alerts/{alert.id}/decide"
    said = {"version": "1", "decision": "dismissed", "reason": "another firm"}
    assert as_person("Dan Other", Role.VENDOR_MANAGER).post(where, data=said).status_code == 404
    assert as_person("Aud Itor", Role.AUDITOR).post(where, data=said).status_code == 403
    alice = as_person("Alice Owner", Role.VENDOR_MANAGER)
    assert alice.post(where, data=said | {"reason": " "}, follow_redirects=True).text.count("Say why")
    assert alice.post(where, data=said).status_code == 303
    assert alert_of("V-0001").state is AlertState.DISMISSED
    assert "meanwhile" in alice.post(where, data=said, follow_redirects=True).text
    assert "another firm" in text(alice, "/sector/alerts")


def test_the_owner_of_a_user_of_the_platform_may_take_it_up(filled, as_person):
    alert = alert_of("V-0002")
    bob = as_person("Bob Owner", Role.VENDOR_MANAGER)
    reply = bob.post(f"/sector/alerts/{alert.id}/decide", data={"version": "1", "decision": "taken_up"})
    assert reply.status_code == 303
    assert alert_of("V-0002").state is AlertState.TAKEN_UP


@pytest.mark.parametrize("version", ["", "x", "99999999999999999999", "7"])
def test_a_stale_or_odd_version_changes_nothing(filled, client_as, version):
    chain = db.session.scalar(select(BreachChain))
    reply = client_as(Role.CISO).post(
        f"/sector/links/{chain.id}/decide", data={"version": version, "decision": "accept"}
    )
    assert reply.status_code == 303
    assert db.session.get(BreachChain, chain.id).decided_at is None


def test_a_link_is_accepted_on_its_page(filled, client_as):
    chain = db.session.scalar(select(BreachChain))
    browser = client_as(Role.CISO)
    browser.post(f"/sector/links/{chain.id}/decide", data={"version": "1", "decision": "accept"})
    assert "Accepted" in text(browser, "/sector/links")
    assert "Perch Billing" in text(browser, "/sector?vendor=yes")


def test_the_blast_radius_says_where_its_people_stand(app, client_as):
    blast.fill(blast.small_register())
    browser = client_as(Role.CISO)
    assert "public breaches</a>" not in text(browser, "/blast?start=V-0001")
    bring_in(lists.hhs(lists.hhs_row(name="A", people="1000"), lists.hhs_row(name="B", people="900000000")))
    assert "2 public breaches</a>" in text(browser, "/blast?start=V-0001")


def queries_of(browser, path):
    seen = []

    def listener(*args):
        seen.append(args[2])

    event.listen(db.engine, "before_cursor_execute", listener)
    text(browser, path)
    event.remove(db.engine, "before_cursor_execute", listener)
    return len(seen)


def test_questions_do_not_grow_with_the_number_of_alerts(filled, client_as):
    browser = client_as(Role.CISO)
    browser.get("/")  # the first view after a change of a fact also reads the register
    few = [queries_of(browser, path) for path in ("/sector/alerts", "/", "/vendors/V-0001")]
    bring_in(lists.hhs(*(lists.hhs_row(name="Corvid Mail", people=str(1000 + number)) for number in range(20))))
    assert [queries_of(browser, path) for path in ("/sector/alerts", "/", "/vendors/V-0001")] == few
