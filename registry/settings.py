"""The settings of one installation: read once, typed, frozen; a wrong one stops the start with all problems listed."""

import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from flask import current_app
from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

__all__ = ["LOOPBACK", "Settings", "SettingsError", "current_settings"]

PREFIX = "REGISTRY_"
TEST_PREFIX = "REGISTRY_TEST_"
SECRETS = frozenset({"secret_key", "smtp_url", "audit_signing_key"})
LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
SECRET_LENGTH_MIN = 32
MEBIBYTE = 1024 * 1024

Words = Annotated[tuple[str, ...], NoDecode]


class SettingsError(Exception):
    """The settings cannot be used; carries every problem found, one sentence each."""

    def __init__(self, problems: list[str]) -> None:
        """Keep all problems; the text lists them one a line."""
        super().__init__("The settings cannot be used:\n" + "\n".join(f"  - {problem}" for problem in problems))
        self.problems = tuple(problems)


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads `REGISTRY_<SECRET>_FILE`, so that a secret need not stand in the environment."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002 -- pydantic's signature
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        if field_name not in SECRETS or not path:
            return None, field_name, False
        try:
            return Path(path).read_text(encoding="utf-8").strip(), field_name, False
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError([f"{PREFIX}{field_name.upper()}_FILE: {path!r} cannot be read ({error})."]) from error

    def __call__(self) -> dict[str, Any]:
        values = {name: self.get_field_value(field, name)[0] for name, field in self.settings_cls.model_fields.items()}
        return {name: value for name, value in values.items() if value is not None}


class Settings(BaseSettings):
    """Everything an installation decides before it starts; what changes while it runs is a row, not a setting."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid", env_ignore_empty=True)

    # core
    database_url: str = Field(default="", description="SQLAlchemy address of the database; empty: SQLite in DATA_DIR.")
    data_dir: Path = Field(
        default=Path(__file__).resolve().parent.parent / "instance",
        description="Folder of the database, evidence, keys and mail files.",
    )
    secret_key: str | None = Field(
        default=None, repr=False, description="At least 32 characters; on loopback with SQLite one is made when absent."
    )
    public_url: str = Field(default="http://127.0.0.1:8000", description="Address people type; used in links of mails.")
    demo: bool = Field(default=False, description="Demo company and demo sign-ins; loopback only.")
    log_format: Literal["text", "json"] = Field(default="text", description="text for people, json for machines.")
    threads: int = Field(default=0, ge=0, le=256, description="Threads of one simulation; 0: one per core.")
    # network
    bind: str = Field(default="127.0.0.1", description="Interface the server listens on.")
    proxy_hops: int = Field(
        default=0, ge=0, le=5, description="Trusted proxies in front; 0: forwarded headers are ignored."
    )
    outbound_allow: Words = Field(default=(), description="Hosts the server may call, separated by commas.")
    # mail
    smtp_url: str | None = Field(
        default=None, repr=False, description="smtp:// or smtps:// with user and password; empty: files."
    )
    mail_from: str = Field(default="registry@localhost", description="Sender of every mail.")
    mail_allow: Words = Field(default=(), description="Recipients allowed outside production, separated by commas.")
    mail_dir: Path | None = Field(default=None, description="Folder for mail files; empty: DATA_DIR/mail.")
    # sign-in
    session_idle: timedelta = Field(
        default=timedelta(minutes=30), description="Minutes without a click until a session ends."
    )
    session_max: timedelta = Field(default=timedelta(hours=12), description="Minutes until a session ends in any case.")
    # files
    upload_max: int = Field(default=25 * MEBIBYTE, ge=1024, description="Bytes of one uploaded file.")
    import_max_rows: int = Field(default=250_000, ge=1, description="Rows of one imported file, all sheets together.")
    clamd_socket: Path | None = Field(
        default=None, description="Socket of a ClamAV daemon; empty: evidence is not scanned."
    )
    audit_signing_key: str | None = Field(default=None, repr=False, description="Key that signs audit heads and packs.")

    @classmethod
    def settings_customise_sources(  # noqa: PLR0917 -- the signature is pydantic's
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 -- see above
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take arguments first, then secret files, then the environment."""
        return init_settings, _SecretFiles(settings_cls), env_settings

    @classmethod
    def read(cls) -> "Settings":
        """Read the environment.

        Raises
        ------
        SettingsError
            With every unknown name and every bad value, so that one start shows all there is to mend.
        """
        problems = unknown_names(os.environ)
        try:
            settings = cls()
        except ValidationError as error:
            raise SettingsError(problems + _sentences(error)) from error
        except SettingsError as error:
            raise SettingsError(problems + list(error.problems)) from error
        if problems:
            raise SettingsError(problems)
        return settings

    @field_validator("outbound_allow", "mail_allow", mode="before")
    @classmethod
    def _split_words(cls, value: object) -> object:
        return tuple(word.strip() for word in value.split(",") if word.strip()) if isinstance(value, str) else value

    @field_validator("session_idle", "session_max", mode="before")
    @classmethod
    def _read_minutes(cls, value: object) -> object:
        return timedelta(minutes=int(value)) if isinstance(value, str) and value.isdecimal() else value

    @field_validator("database_url")
    @classmethod
    def _know_the_engine(cls, value: str) -> str:
        if not value:
            return value
        try:
            driver = make_url(value).drivername
        except ArgumentError as error:
            raise ValueError("is no database address such as postgresql+psycopg://user@host/name") from error
        if driver not in {"sqlite", "postgresql+psycopg"}:
            raise ValueError(f"{driver} is not supported; use sqlite or postgresql+psycopg")
        return value

    @field_validator("public_url")
    @classmethod
    def _know_the_scheme(cls, value: str) -> str:
        if not value.startswith(("http://", "https://")):
            raise ValueError("must start with http:// or https://")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _hold_together(self) -> "Settings":
        """Check what no single value can tell; all findings in one error."""
        wrong = []
        if self.demo and not self.on_loopback:
            wrong.append(
                f"DEMO: the demo company is shown on this machine only, so BIND cannot be {self.bind!r};"
                " leave BIND out or switch DEMO off"
            )
        if self.secret_key is not None and len(self.secret_key) < SECRET_LENGTH_MIN:
            wrong.append(f"SECRET_KEY: needs at least {SECRET_LENGTH_MIN} characters, best from a random source")
        if self.secret_key is None and not (self.on_loopback and self.uses_sqlite):
            wrong.append("SECRET_KEY: is needed on an open interface or with PostgreSQL (or name a SECRET_KEY_FILE)")
        if self.session_idle > self.session_max:
            wrong.append("SESSION_IDLE: cannot be longer than SESSION_MAX")
        if wrong:
            raise ValueError("\n".join(f"{PREFIX}{problem}." for problem in wrong))
        return self

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.bind in LOOPBACK

    @property
    def uses_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.database_address.startswith("sqlite")

    @property
    def database_address(self) -> str:
        """Address of the database, with the default filled in."""
        return self.database_url or f"sqlite:///{self.data_dir.resolve() / 'registry.sqlite3'}"


def unknown_names(environment: Mapping[str, str]) -> list[str]:
    """Name every variable that looks like ours and is none: a typing error must not pass as a default."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in SECRETS}
    return [
        f"{name} is no setting of this product."
        for name in sorted(environment)
        if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX) and name not in known
    ]


def current_settings() -> Settings:
    """Return the settings of the running application."""
    settings = current_app.extensions["settings"]
    assert isinstance(settings, Settings)
    return settings


def _sentences(error: ValidationError) -> list[str]:
    found: list[str] = []
    for problem in error.errors(include_url=False, include_input=False):
        message = problem["msg"].removeprefix("Value error, ")
        place = ".".join(str(part) for part in problem["loc"]).upper()
        found += [f"{PREFIX}{place}: {message}."] if place else message.split("\n")
    return found
