"""Export, import into an empty registry, export: the same content, on both databases, whatever was archived or changed."""

import shutil
from datetime import date

from importers.register import read
from registry import create_app
from registry.core import clock
from registry.core.actor import Actor
from registry.core.db import db, writing
from registry.core.register import current
from registry.core.work import work
from registry.demo.company import build_company
from registry.importing import service
from registry.importing.kinds import Upload
from registry.models.vendors import Contract
from registry.settings import Settings
from reports.register_file import write
from tests.conftest import NOON, SECRET

ACTOR = Actor.system("tests")


def bring_in(content, name="register.xlsx"):
    with writing():
        number = service.check_file(ACTOR, Upload(content, name))
        service.commit(ACTOR, number)


def exported():
    with writing():
        return service.export_file(ACTOR)


def test_an_export_makes_the_same_register_in_an_empty_registry(db_app, migrated_sqlite, tmp_path):
    company = read(write(build_company(date(2026, 3, 2))), name="register.xlsx").register
    changed = b"key,value,reason\nexposure.pivot.admin,0.5,own tests\n"
    bring_in(write(company))
    bring_in(changed, "Parameters.csv")
    gone = company.contracts[0].code
    with writing(), work(ACTOR, "contract.archive") as w:
        w.update_many(Contract, {gone: {"archived_at": w.now}})
    first = exported()
    register = current().register
    assert gone not in {contract.code for contract in register.contracts}
    assert [(change.key, float(change.value)) for change in register.parameters] == [("exposure.pivot.admin", 0.5)]
    assert len(register.flows) == len(company.flows)
    db.session.remove()

    folder = tmp_path / "empty"
    folder.mkdir()
    shutil.copy(migrated_sqlite, folder / "registry.sqlite3")
    other = create_app(Settings(data_dir=folder, secret_key=SECRET))
    clock.set_clock(other.extensions, lambda: NOON)
    with other.app_context():
        bring_in(first)
        assert current().register == register
        assert exported() == first
        db.session.remove()
        db.engine.dispose()
