"""A process that writes, started by the tests: `writer.py increment N` or `writer.py batches SIZE`."""

import sys

from flask import Flask

from registry.core import clock
from registry.core import db as core_db
from registry.core import work as works
from registry.core.actor import Actor
from registry.core.db import db, writing
from registry.core.work import retried, work
from registry.models import FactCode, Segment
from registry.settings import Settings

ACTOR = Actor.system("test")


@retried
def increment() -> None:
    """Read a count, raise it by one, write it back."""
    with work(ACTOR, "segment.count") as w:
        row = w.get(Segment, "G-01")
        row.people = row.people + 1


def batch(number: int, size: int) -> None:
    """Write many rows in one act."""
    codes = [f"G-{number:04}{position:04}" for position in range(size)]
    with work(ACTOR, "segment.import") as w:
        w.insert_many(FactCode, [{"code": code, "kind": "segments"} for code in codes])
        w.insert_many(Segment, [{"code": code, "name": code, "people": 1} for code in codes])


def small_app() -> Flask:
    """Put together what writes; the pages would only cost time at the start of each process."""
    app, settings = Flask("writer"), Settings.read()
    app.extensions["settings"] = settings
    clock.set_clock(app.extensions, clock.system_clock)
    core_db.init_app(app, settings)
    works.init_app(app)
    return app


def main() -> None:
    verb, count = sys.argv[1], int(sys.argv[2])
    app = small_app()
    with app.app_context(), writing():
        if verb == "increment":
            for _ in range(count):
                increment()
        else:
            number = int(sys.argv[3])
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            while True:
                number += 1
                batch(number, count)
        db.engine.dispose()


if __name__ == "__main__":
    main()
