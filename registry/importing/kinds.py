"""What a kind of import brings: how a file is looked at, what the person is asked, and how it is undone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from importers.progress import Listener
from registry.core.access import Permission
from registry.core.actor import Actor
from registry.core.work import Work
from registry.domain.register.facts import Register
from registry.domain.register.problems import Problem
from registry.importing.answers import Answers

__all__ = ["ImportKind", "Journal", "Plan", "Upload"]

Journal = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to look at; `vendor` is the code of the vendor it is about, where its kind asks for one.

    `told` hears how far the reading is.
    """

    source: Path | bytes
    name: str
    vendor: str | None = None
    keep_tables: bool = False
    told: Listener | None = None


class Plan(Protocol):
    """A file as it was looked at: what it would do, and everything that stands against it."""

    @property
    def problems(self) -> list[Problem]:
        """Everything wrong, worst or not."""

    @property
    def sha256(self) -> str:
        """Hash of the file; empty when it could not be read."""

    @property
    def revision(self) -> int:
        """Revision of the facts it was looked at against."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""

    def describe(self) -> dict[str, Any]:
        """Return the preview, with the keys of `registry.importing.preview.describe`."""

    def write(self, w: Work) -> Journal:
        """Write it and return what undoing needs; called only without errors and while the revision still holds."""

    def marked(self) -> bytes:
        """Return the file as a workbook with the cells that need mending marked; looked at with `keep_tables`."""


@dataclass(frozen=True, slots=True)
class ImportKind:
    """One kind of import.

    Attributes
    ----------
    name
        As kept with each import; never changes.
    title, words
        For the page: what it is called, and what such a file is, in one sentence.
    accept
        Endings of the files, as an input of a form takes them.
    look
        Reads a file, outside any transaction, into a `Plan`.
    revert
        Takes back what a journal tells, or raises `InvalidRegister` naming each fact that stands in the way.
    permission
        What a person must hold beside the right to import.
    is_about_vendor
        Whether such a file belongs to one vendor.
    asks
        Template that shows what the kind asks, above the problems; it finds its values in `view.preview.asks`.
    answered
        Reads its answers from a form on top of those given before.
    committed
        Called inside the act after writing, for what outlives the import.
    """

    name: str
    title: str
    words: str
    accept: str
    look: Callable[[Actor, Upload, Answers], Plan]
    revert: Callable[[Work, Journal, Register], None]
    permission: Permission = Permission.REGISTER_IMPORT
    is_about_vendor: bool = False
    asks: str | None = None
    answered: Callable[[Mapping[str, str], Answers], Mapping[str, Any]] | None = None
    committed: Callable[[Work, Plan, Answers], None] | None = None
