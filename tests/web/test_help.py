"""The guide, the glossary and the decisions are complete, linked and safe."""

import doctest
import re

import pytest

from registry.core.access import declaration_of
from registry.core.actor import Role
from registry.help import contents
from registry.web.helplinks import topic_for

PAGES = [(folder, topic) for folder in ("pages", "decisions") for topic in contents.topics(folder)]
WORDS = [
    "organisation",
    "vendor",
    "system",
    "dataset",
    "segment",
    "flow",
    "access",
    "platform-use",
    "dependency",
    "control",
    "scenario",
    "blast-radius",
    "incident",
    "questionnaire",
    "assessment",
    "finding",
    "acceptance",
    "reminder",
    "obligation",
]


@pytest.mark.parametrize("folder,topic", PAGES)
def test_a_page_is_in_the_contents_and_opens(client_as, folder, topic):
    listed = {(entry.folder, entry.topic) for group in contents.groups() for entry in group.entries}
    assert (folder, topic) in listed
    path = f"/help/{topic}" if folder == "pages" else f"/help/decisions/{topic}"
    answer = client_as(Role.CONTRIBUTOR).get(path)
    assert answer.status_code == 200
    assert 'aria-current="page"' in answer.text


@pytest.mark.parametrize("folder,topic", PAGES)
def test_every_link_of_a_page_leads_somewhere(folder, topic):
    html = contents.read(topic, folder).html
    for link in re.findall(r'href="/help/([^"]*)"', html):
        name, _, anchor = link.partition("#")
        page = contents.read(name, "pages")
        assert page, link
        assert not anchor or f'id="{anchor}"' in page.html, link


def test_the_glossary_explains_every_word_of_the_product():
    html = contents.read("glossary", "pages").html
    assert [word for word in WORDS if f'id="{word}"' not in html] == []


def test_markup_in_a_page_is_shown_and_not_obeyed():
    from markdown_it import MarkdownIt

    assert "<script>" not in MarkdownIt("commonmark", {"html": False}).render("<script>alert(1)</script>")


@pytest.mark.parametrize("topic", ["nowhere", "..%2f..%2fapp", "__init__", "GLOSSARY"])
def test_an_address_names_no_other_file(client_as, topic):
    assert client_as(Role.CISO).get(f"/help/{topic}").status_code == 404


def test_the_guide_opens_with_its_first_page(client_as):
    assert "The first ten minutes" in client_as(Role.AUDITOR).get("/help").text


def test_every_page_leads_to_its_own_help(app):
    """A page is what a GET shows; a new blueprint names its topic in `registry.web.helplinks`, or has a page of its name."""
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and declaration_of(app, rule.endpoint).permission is not None
    }
    topics = contents.topics("pages")
    assert {page: topic_for(page, topics) for page in pages if topic_for(page, topics) not in topics} == {}


def test_a_page_shows_the_link(client_as):
    assert 'href="/help/data-map">Help on this page' in client_as(Role.AUDITOR).get("/datamap").text
    assert 'href="/help/accounts">Help on this page' in client_as(Role.CONTRIBUTOR).get("/account").text


def test_what_the_library_page_shows_is_what_python_answers():
    page = contents.HERE / "pages" / "library.md"
    found = doctest.testfile(str(page), module_relative=False, encoding="utf-8")
    assert found.attempted > 10
    assert found.failed == 0
