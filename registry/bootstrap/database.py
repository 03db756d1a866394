"""Tell, without loading the application, whether the tables are those of this release: it saves a second per start."""

import re
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from environment import ROOT

VERSIONS = ROOT / "registry" / "migrations" / "versions"

# Commands that need no tables, or bring their own; all others find them up to date.
WITHOUT_TABLES = frozenset({"blast", "db", "doctor", "help", "portfolio", "restore", "routes"})


def needs_upgrade(arguments: list[str], data: Path, variables: Mapping[str, str]) -> bool:
    """Say whether the tables have to be made or changed before this command."""
    if arguments[0] in WITHOUT_TABLES or "--help" in arguments:
        return False
    return not is_current(data, variables)


def is_current(data: Path, variables: Mapping[str, str]) -> bool:
    """Say whether the database is known to be at the newest revision; no when it cannot be told from here."""
    if variables.get("REGISTRY_DATABASE_URL"):
        return False
    file = data / "registry.sqlite3"
    if not file.exists():
        return False
    try:
        connection = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
        finally:
            connection.close()
    except sqlite3.Error:
        return False  # the migration says what is wrong with it, in full
    return rows == [(head(),)]


def head() -> str:
    """Return the newest revision; migrations are numbered, so it is in the last file."""
    newest = max(VERSIONS.glob("[0-9]*.py"))
    found = re.search(r"^revision\b[^=]*=\s*[\"'](\w+)[\"']", newest.read_text(encoding="utf-8"), re.MULTILINE)
    assert found, f"{newest} names no revision"
    return found[1]
