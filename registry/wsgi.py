"""What a web server loads: `gunicorn registry.wsgi:app`."""

from registry import create_app
from registry.core.health import refuse_unknown_revision

app = create_app()
# A server that runs against tables of another release would write rows nobody can read later.
with app.app_context():
    refuse_unknown_revision()
