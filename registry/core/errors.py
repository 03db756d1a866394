"""What the mechanisms refuse, in sentences for a person; `registry.web.shell` maps each to a page."""

from sqlalchemy.exc import DBAPIError

__all__ = [
    "Contended",
    "CoreError",
    "DatabaseBroken",
    "DatabaseBusy",
    "DatabaseFull",
    "DatabaseReadOnly",
    "DatabaseUnavailable",
    "DatabaseUnopened",
    "HasDependents",
    "NotFound",
    "StaleVersion",
    "UnknownRevision",
    "WriteOutsideWork",
    "database_trouble",
]


class CoreError(Exception):
    """Root of everything the mechanisms refuse; its text is fit to be shown to a person."""


class NotFound(CoreError):
    """There is no such row, or not for this person."""

    def __init__(self, what: str, key: object) -> None:
        """Keep what was looked for."""
        super().__init__(f"There is no {what} {key}.")
        self.what = what
        self.key = key


class StaleVersion(CoreError):
    """Somebody else changed the row since it was read; nothing was overwritten."""

    def __init__(self, what: str, key: object, *, yours: int | None = None, current: int | None = None) -> None:
        """Keep both versions, so that a page can show both."""
        place = what if key is None else f"{what} {key}"
        super().__init__(f"The {place} was changed by somebody else while you were working on it.")
        self.what = what
        self.key = key
        self.yours = yours
        self.current = current


class HasDependents(CoreError):
    """Something cannot be archived while other facts rest on it; says which."""

    def __init__(self, subject: str, dependents: list[str]) -> None:
        """Keep every dependent in words."""
        shown = "; ".join(dependents[:5]) + (f"; and {len(dependents) - 5} more" if len(dependents) > 5 else "")
        super().__init__(f"{subject} cannot be archived while these depend on it: {shown}.")
        self.subject = subject
        self.dependents = tuple(dependents)


class WriteOutsideWork(CoreError):
    """A programming error: something tried to write past `work()`, so past the audit log."""


class UnknownRevision(CoreError):
    """The tables belong to another release of the product."""


class DatabaseUnavailable(CoreError):
    """The database cannot be used just now; nothing was half written."""

    cause = "out of reach"  # in two words, for machines that watch


class DatabaseBusy(DatabaseUnavailable):
    """Another writer holds the database for too long."""

    cause = "busy"


class Contended(DatabaseBusy):
    """Two acts stood in each other's way; doing the whole act again will succeed."""


class DatabaseReadOnly(DatabaseUnavailable):
    """The database refuses every change."""

    cause = "read-only"


class DatabaseFull(DatabaseUnavailable):
    """The disk of the database is full."""

    cause = "disk full"


class DatabaseBroken(DatabaseUnavailable):
    """The disk of the database fails, or its file is damaged."""

    cause = "disk error"


class DatabaseUnopened(DatabaseUnavailable):
    """The file of the database cannot be opened."""

    cause = "cannot be opened"


# Text of SQLite's message, or SQLSTATE of PostgreSQL -> what it means for a person.
_SQLITE_SIGNS: tuple[tuple[str, type[DatabaseUnavailable], str], ...] = (
    (
        "database is locked",
        DatabaseBusy,
        "The registry is busy with another change. Nothing was saved; please try again.",
    ),
    ("readonly database", DatabaseReadOnly, "The database is read-only, so nothing can be saved at present."),
    ("is full", DatabaseFull, "The disk of the database is full. Nothing was saved; an administrator must make room."),
    ("disk i/o error", DatabaseBroken, "The disk of the database reports an error. Nothing was saved."),
    (
        "unable to open",
        DatabaseUnopened,
        "The database cannot be opened: its folder may be missing, full or read-only. Nothing was saved.",
    ),
    ("malformed", DatabaseBroken, "The database file is damaged; restore the last backup."),
)
_POSTGRES_STATES: dict[str, tuple[type[DatabaseUnavailable], str]] = {
    "25006": (DatabaseReadOnly, _SQLITE_SIGNS[1][2]),
    "53100": (DatabaseFull, _SQLITE_SIGNS[2][2]),
    "55P03": (DatabaseBusy, _SQLITE_SIGNS[0][2]),
    "57014": (DatabaseBusy, _SQLITE_SIGNS[0][2]),
    "40001": (Contended, _SQLITE_SIGNS[0][2]),
    "40P01": (Contended, _SQLITE_SIGNS[0][2]),
}


def database_trouble(error: DBAPIError) -> DatabaseUnavailable | None:
    """Say in words what a database error means; None when it is a fault of ours and not of the database's state."""
    state = getattr(error.orig, "sqlstate", None)
    if isinstance(state, str) and state in _POSTGRES_STATES:
        kind, sentence = _POSTGRES_STATES[state]
        return kind(sentence)
    text = str(error.orig).lower()
    found = next(((kind, sentence) for sign, kind, sentence in _SQLITE_SIGNS if sign in text), None)
    if found is not None:
        return found[0](found[1])
    if error.connection_invalidated or (isinstance(state, str) and state[:2] in {"08", "57"}):
        return DatabaseUnavailable("The database cannot be reached at present.")
    if "connection" in text and state is None and type(error.orig).__name__ == "OperationalError":
        return DatabaseUnavailable("The database cannot be reached at present.")
    return None
