"""The figures of the page are those the command prints for the exported register: same seed, worlds, day, parameters."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from registry.cli.blast import blast
from registry.core import factstore
from registry.core.actor import Actor
from registry.core.db import db, writing
from registry.core.register import current
from registry.core.work import work
from reports.register_file import write

PARTS = ("method", "iterations", "vendors", "systems", "datasets", "processes", "people", "jurisdictions", "cost")
MORE_PARTS = ("impact_areas", "exceedance", "choke_points", "best_cuts")


def changed_parameter() -> None:
    values = {"key": "exposure.pivot.api_read_all", "value": "0.35", "reason": "Our own measurement"}
    with writing(), work(Actor.system("tests"), "parameter.change") as w:
        factstore.create(w, "parameters", values)
    db.session.remove()


@pytest.mark.parametrize(
    ("query", "options"),
    [
        ("start=V-0001&seed=7", ["--start", "V-0001", "--seed", "7"]),
        ("start=V-0001&start=S-002&kind=outage", ["--start", "V-0001", "--start", "S-002", "--kind", "outage"]),
        ("start=V-0002&set=cost.sigma=1.2", ["--start", "V-0002", "--set", "cost.sigma=1.2"]),
    ],
)
def test_page_and_command_print_the_same_digits(
    ciso: FlaskClient, tmp_path: Path, query: str, options: list[str]
) -> None:
    changed_parameter()
    file = tmp_path / "register.xlsx"
    file.write_bytes(write(current().register))
    common = ["--as-of", "2026-03-02", "--iterations", "2000", "--json", "-"]
    printed = CliRunner().invoke(blast, [str(file), *options, *common])
    assert printed.exit_code == 0, printed.output
    asked = ciso.get(f"/blast.json?{query}&as_of=2026-03-02&iterations=2000").get_json()
    told = json.loads(printed.stdout)
    for part in (*PARTS, *MORE_PARTS):
        assert asked[part] == told[part], part
