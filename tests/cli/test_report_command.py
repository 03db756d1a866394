"""`./run report audit`, `report verify` and `report key`, as a person types them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from registry.cli.report import report
from tests.conftest import SECRET
from tests.reporting.test_packs import filled, sql
from tests.reports.packs import made_pack
from tests.reports.test_audit_pack import altered

ROOT = Path(__file__).resolve().parents[2]


def run(app: Flask, *arguments: str):
    return app.test_cli_runner().invoke(report, arguments)


def test_a_pack_is_made_kept_written_and_verified_with_the_printed_key(app: Flask, tmp_path: Path):
    filled()
    out, keys = tmp_path / "pack.xlsx", tmp_path / "keys.txt"
    said = run(app, "audit", "--quarter", "2026Q1", "--out", str(out))
    assert said.exit_code == 0, said.output
    assert sql("SELECT quarter FROM audit_pack") == ["2026Q1"]
    keys.write_text(f"# ours\n{run(app, 'key').output}")
    good = run(app, "verify", str(out), "--key", str(keys))
    assert good.exit_code == 0
    assert good.output.startswith("Unaltered")
    alone = run(app, "verify", str(out))
    assert (alone.exit_code, alone.output[:10]) == (0, "Consistent")


def test_verify_names_the_cell_and_what_the_sealed_copy_has(app: Flask, tmp_path: Path):
    sealed, file = tmp_path / "sealed.xlsx", tmp_path / "file.xlsx"
    sealed.write_bytes(made_pack())
    file.write_bytes(altered(made_pack(), "02 Vendors", "B3", "Somebody else"))
    said = run(app, "verify", str(file), "--sealed", str(sealed))
    assert said.exit_code == 1
    assert '02 Vendors B3: altered; found "Somebody else"; the sealed copy has "legal_name 1"' in said.output


def test_a_key_that_did_not_sign_is_said_and_fails(app: Flask, tmp_path: Path):
    file, keys = tmp_path / "file.xlsx", tmp_path / "keys.txt"
    file.write_bytes(made_pack())
    keys.write_text("ab" * 32)
    said = run(app, "verify", str(file), "--key", str(keys))
    assert said.exit_code == 1
    assert "NOT made with a key you gave" in said.output


@pytest.mark.parametrize(("content", "words"), [(b"", "damaged"), (b"hello", "damaged"), (None, "cannot be read")])
def test_what_is_no_workbook_is_refused_in_words(app: Flask, tmp_path: Path, content: bytes | None, words: str):
    file = tmp_path / "x.xlsx"
    if content is not None:
        file.write_bytes(content)
    said = run(app, "verify", str(file))
    assert said.exit_code == 2
    assert words in said.output


@pytest.mark.parametrize(("quarter", "words"), [("2026Q7", "is no quarter"), ("2031Q1", "nothing to report of it yet")])
def test_a_quarter_that_cannot_be_reported_is_refused(app: Flask, tmp_path: Path, quarter: str, words: str):
    said = run(app, "audit", "--quarter", quarter, "--out", str(tmp_path / "p.xlsx"))
    assert said.exit_code == 2
    assert words in said.output
    assert not (tmp_path / "p.xlsx").exists()


def test_bad_key_files_are_refused(app: Flask, tmp_path: Path):
    file, keys = tmp_path / "file.xlsx", tmp_path / "keys.txt"
    file.write_bytes(made_pack())
    for text in ("", "# nothing\n", "not a key"):
        keys.write_text(text)
        assert run(app, "verify", str(file), "--key", str(keys)).exit_code == 2


KILLED = """
import os, signal, sys
from registry import create_app
from registry.reporting import service
from registry.reporting.cut import Quarter

def progress(share, step):
    if step == "Sheet 14 Change log":
        os.kill(os.getpid(), signal.SIGKILL)

with create_app().app_context():
    service.make(Quarter(2026, 1), "somebody", progress)
"""


def test_a_kill_while_writing_leaves_no_file_and_no_row(app: Flask, tmp_path: Path):
    filled()
    environment = {
        **os.environ,
        "REGISTRY_DATA_DIR": str(tmp_path),
        "REGISTRY_SECRET_KEY": SECRET,
        "PYTHONPATH": str(ROOT),
    }
    done = subprocess.run(
        [sys.executable, "-c", KILLED], cwd=ROOT, env=environment, capture_output=True, check=False, timeout=120
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert list((tmp_path / "evidence").rglob("*")) == [] or not (tmp_path / "evidence").exists()
    assert sql("SELECT id FROM audit_pack") == []
