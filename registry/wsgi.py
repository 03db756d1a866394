"""What a web server loads: `gunicorn registry.wsgi:app`."""

from registry import create_app
from registry.core.health import refuse_unknown_revision
from registry.core.lately import look_in_background
from registry.core.warming import warm_in_background

app = create_app()
# A server that runs against tables of another release would write rows nobody can read later.
with app.app_context():
    refuse_unknown_revision()
warm_in_background()
look_in_background(app)
