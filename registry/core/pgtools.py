"""PostgreSQL's own programs for dump and restore, found and called without a shell."""

import os
import shutil
import subprocess
from pathlib import Path

from sqlalchemy import URL

from registry.core.errors import CoreError

__all__ = ["ToolFailed", "dump", "load_dump"]


class ToolFailed(CoreError):
    """A program of PostgreSQL is missing or reported an error."""


def dump(url: URL, target: Path, snapshot: str) -> None:
    """Write one state of a database in the custom format."""
    _run("pg_dump", url, "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}")


def load_dump(url: URL, source: Path) -> None:
    """Restore a dump into an empty database, all of it or nothing."""
    _run(
        "pg_restore",
        url,
        "--no-owner",
        "--exit-on-error",
        "--single-transaction",
        f"--dbname={url.database}",
        str(source),
    )


def _run(program: str, url: URL, *arguments: str) -> None:
    found = _find(program)
    try:
        subprocess.run(  # noqa: S603 -- a program of PostgreSQL with arguments of ours, no shell
            [found, "--no-password", *arguments], env=_environment(url), check=True, capture_output=True, text=True
        )
    except subprocess.CalledProcessError as error:
        raise ToolFailed(f"{program} failed: {error.stderr.strip()[:500]}") from error


def _find(program: str) -> str:
    """Return the newest installed version: an older one refuses a newer server."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: int(path.parts[-3]))
    found = str(installed[-1]) if installed else shutil.which(program)
    if found is None:
        raise ToolFailed(f"{program} is not installed on this machine; it comes with the PostgreSQL client.")
    return found


def _environment(url: URL) -> dict[str, str]:
    """Return how to reach the server; the password goes by the environment, which other users cannot read."""
    given = {
        "PGHOST": url.host,
        "PGPORT": str(url.port) if url.port else None,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
        "PGDATABASE": url.database,
    }
    query = {f"PG{name.upper()}": str(value) for name, value in url.query.items() if name.startswith("ssl")}
    return {**os.environ, **query, **{name: value for name, value in given.items() if value}}
