"""A process killed in the middle of an import leaves all of it or nothing."""

import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
from sqlalchemy import func, select

from registry.core.db import db
from registry.models.importing import ImportRun
from registry.models.vendors import Vendor
from tests.importers import files

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from sqlalchemy import event
    from registry import create_app
    from registry.core.actor import Actor
    from registry.core.db import db, writing
    from registry.importing import service
    from registry.importing.kinds import Upload
    from registry.settings import Settings

    folder, url, path, marker, after = sys.argv[1:]
    app = create_app(Settings(data_dir=Path(folder), secret_key="x" * 40, database_url=url))
    seen = 0

    def count(connection, cursor, statement, *rest):
        global seen
        seen += marker in statement.lower()
        if seen > int(after):
            os.kill(os.getpid(), signal.SIGKILL)

    with app.app_context(), writing():
        upload = Upload(Path(path), "register.xlsx")
        checked = service.look(Actor.system("test"), upload)
        event.listen(db.engine, "after_cursor_execute", count)
        service.import_now(Actor.system("test"), upload, checked)
""")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")
@pytest.mark.parametrize(
    "marker",
    [
        "insert into import_run",
        "insert into fact_code",
        "insert into vendor",
        "insert into audit_change",
        "insert into audit_entry",
        "update audit_head",
    ],
)
def test_a_killed_import_leaves_nothing_and_can_be_done_again(db_app, tmp_path, marker):
    settings = db_app.extensions["settings"]
    path = tmp_path / "register.xlsx"
    path.write_bytes(files.workbook(Vendors=[["name"], *([f"Vendor {number}"] for number in range(300))]))

    def run(after):
        command = [sys.executable, "-c", SCRIPT, settings.data_dir, settings.database_url, path, marker, str(after)]
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode

    assert run(0) == -9
    assert _counts() == (0, 0)
    assert run(10_000) == 0
    assert _counts() == (300, 1)


def _counts():
    with db.engine.connect() as connection:
        return tuple(connection.scalar(select(func.count()).select_from(table)) for table in (Vendor, ImportRun))
