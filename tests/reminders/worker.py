"""A planner or a mailer as a process of its own: `python -m tests.reminders.worker plan|mail`, until it is killed."""

import sys
import time
from datetime import timedelta

from registry import create_app
from registry.core import mailer
from registry.core.db import db
from registry.core.errors import DatabaseUnavailable
from registry.core.webhooks import transports
from registry.reminders import planner

LEASE = timedelta(seconds=3)  # short, so that the mails of a killed process are soon free


def main() -> None:
    """Say that it is ready, then work."""
    verb = sys.argv[1]
    app = create_app()
    with app.app_context():
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        while True:
            try:
                if verb == "plan":
                    planner.plan()
                    return
                if not mailer.send_due(transports(), lease=LEASE):
                    time.sleep(0.05)
            except DatabaseUnavailable:
                time.sleep(0.05)  # as the scheduler does: the next tick tries again
            finally:
                db.session.remove()


if __name__ == "__main__":
    main()
