"""How long the page of a blast radius takes on large registers: processor time of the first answer to a new question."""

import statistics
import time

import pytest
from flask import Flask

from registry.core import factstore
from registry.core.actor import Actor, Role
from registry.core.db import db, writing
from registry.core.work import work
from tests.benchmarks.graphs import large_register
from tests.people import make_person, sign_in

pytestmark = pytest.mark.bench

STARTS = ("V-00002", "V-00003", "V-00010", "V-00021", "V-00034")


@pytest.mark.parametrize(("vendors", "flows"), [(1_000, 10_000), (10_000, 100_000)])
def test_the_first_answer(vendors: int, flows: int, app: Flask, capsys: pytest.CaptureFixture[str]) -> None:
    with writing(), work(Actor.system("benchmark"), "register.fill") as w:
        factstore.insert_register(w, large_register(vendors, flows), already_checked=True)
    db.session.remove()
    client = sign_in(app, make_person("Ines Aldergrove", Role.CISO))
    began = time.perf_counter()
    client.get("/blast?start=V-00001")
    first = time.perf_counter() - began
    spent, waited = [], []
    for start in STARTS:
        worked, began = time.process_time(), time.perf_counter()
        answer = client.get(f"/blast?start={start}")
        spent.append(time.process_time() - worked)
        waited.append(time.perf_counter() - began)
        assert answer.status_code == 200
    with capsys.disabled():
        print(
            f"\n{vendors:,} vendors, {flows:,} flows: first question of a process {first:.2f} s; a new start "
            f"{statistics.median(waited):.2f} s ({statistics.median(spent):.2f} s of processor time)"
        )
