"""Requests for help pages."""

from flask import abort, render_template
from markupsafe import Markup

from registry.core.access import needs
from registry.core.permissions import Permission
from registry.help import contents

__all__ = ["decision", "index", "page"]


@needs(Permission.HELP_READ)
def index() -> str:
    """Show the first page of the guide."""
    return _shown(contents.first_topic(), "pages")


@needs(Permission.HELP_READ)
def page(topic: str) -> str:
    """Show one page of the guide, or the glossary."""
    return _shown(topic, "pages")


@needs(Permission.HELP_READ)
def decision(topic: str) -> str:
    """Show one decision."""
    return _shown(topic, "decisions")


def _shown(topic: str, folder: str) -> str:
    found = contents.read(topic, folder)
    if found is None:
        abort(404)
    # Our own files, rendered with raw HTML switched off.
    body = Markup(found.html)  # noqa: S704
    return render_template("help/page.html", title=found.title, body=body, current=topic, groups=contents.groups())
