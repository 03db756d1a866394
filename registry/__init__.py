"""Third-Party Data-Access Risk Registry: which customers a breach at a vendor reaches, and the evidence behind the answer."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from registry.settings import Settings


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Make the web application; opens no connection and starts no thread.

    The import is late, so that `import registry.domain` never loads Flask.
    """
    from registry.app import build_app
    from registry.settings import Settings

    return build_app(settings or Settings.read())
