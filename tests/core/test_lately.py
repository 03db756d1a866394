"""Pages about everything show the last look at a large register, say so, and have the next one soon after."""

import threading

import pytest
from flask import Flask

from registry.core import factstore, lately
from registry.core.actor import Actor, Role
from registry.core.db import db, writing
from registry.core.work import work
from tests.facts.company import small_company
from tests.people import make_person, sign_in

BEHIND = "is being looked over again"


def change() -> None:
    with writing(), work(Actor.system("tests"), "vendor.add") as w:
        factstore.create(w, "vendors", {"name": "Fresh Vendor"})


def let_looks_end() -> None:
    for thread in threading.enumerate():
        if thread.name == "looking":
            thread.join()


@pytest.mark.parametrize("path", ["/", "/quality"])
def test_a_large_register_is_shown_as_it_was_until_it_is_looked_over_again(
    path: str, db_app: Flask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lately, "LARGE", 1)
    small_company(db_app)
    browser = sign_in(db_app, make_person("Ada", Role.CISO))
    first = browser.get(path).text
    assert BEHIND not in first
    change()
    db.session.remove()
    began = threading.Event()
    monkeypatch.setattr(lately._Keeper, "look", held_back(lately._Keeper.look, began))
    assert BEHIND in browser.get(path).text
    assert BEHIND in browser.get(path).text  # and no second look is begun meanwhile
    assert [thread.name for thread in threading.enumerate()].count("looking") == 1
    began.set()
    let_looks_end()
    after = browser.get(path).text
    assert BEHIND not in after
    assert after != first


def held_back(look, began: threading.Event):
    def waits(keeper):
        assert began.wait(60)
        return look(keeper)

    return waits


def test_a_small_register_is_never_behind(app: Flask):
    small_company(app)
    browser = sign_in(app, make_person("Ada", Role.CISO))
    before = browser.get("/quality").text
    change()
    after = browser.get("/quality").text
    assert BEHIND not in after
    assert "Fresh Vendor" in after
    assert "Fresh Vendor" not in before


def test_a_look_that_fails_leaves_the_last_one_and_the_next_visitor_begins_another(
    app: Flask, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(lately, "LARGE", 1)
    small_company(app)
    kept = lately.lately()
    change()
    with monkeypatch.context() as broken:
        broken.setattr(lately, "current", lambda: 1 / 0)
        assert lately.lately().snapshot is kept.snapshot
        let_looks_end()
        assert lately.lately().is_behind
        let_looks_end()
    assert lately.lately().is_behind
    let_looks_end()
    assert not lately.lately().is_behind
