"""Files beside the database: written so that a crash leaves the old one, the new one, or none, never half of one."""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from registry.core.errors import DatabaseFull, NotFound

__all__ = ["EvidenceStore", "FileTooLarge", "StoredFile", "installation_secret", "sha256_of", "write_whole"]

CHUNK = 1024 * 1024
SECRET_FILE = "secret_key"  # noqa: S105 -- the name of a file


class FileTooLarge(Exception):
    """A file above its limit; nothing of it was kept."""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file of the evidence store: what a row needs to remember to find and prove it."""

    name: str
    sha256: str
    size: int


class EvidenceStore:
    """Files under random names in a folder no web server serves; a row refers to them by name and hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, chunks: Iterable[bytes], *, size_max: int) -> StoredFile:
        """Write a file to disk for good; reference it from a row only after this returns.

        Raises
        ------
        FileTooLarge
            More than `size_max` bytes came.
        """
        name = secrets.token_hex(16)
        path = self.path_of(name)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        digest, size = hashlib.sha256(), 0
        with _replaced_at_the_end(path) as target:
            for chunk in chunks:
                size += len(chunk)
                if size > size_max:
                    raise FileTooLarge(f"The file is larger than {size_max // CHUNK} MiB.")
                digest.update(chunk)
                target.write(chunk)
        return StoredFile(name, digest.hexdigest(), size)

    def path_of(self, name: str) -> Path:
        """Return where a file lies; the name is one of ours, never one a user typed."""
        if len(name) != 32 or not set(name) <= set("0123456789abcdef"):
            raise NotFound("file", name)
        return self.folder / name[:2] / name

    def open(self, name: str) -> BinaryIO:
        """Open a stored file for reading."""
        try:
            return self.path_of(name).open("rb")
        except FileNotFoundError as error:
            raise NotFound("file", name) from error

    def remove(self, name: str) -> None:
        """Delete a file; one that is gone already is no error."""
        self.path_of(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """List the stored files in order."""
        for path in sorted(self.folder.glob("??/*")):
            if len(path.name) == 32:
                yield path.name


def write_whole(path: Path, content: bytes, *, mode: int = 0o600) -> None:
    """Write a small file so that a reader sees all of it or what was there before."""
    with _replaced_at_the_end(path, mode=mode) as target:
        target.write(content)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def installation_secret(data_dir: Path) -> str:
    """Return this installation's own secret, made at random on the first start and kept for its owner only.

    Used on loopback with SQLite when no `REGISTRY_SECRET_KEY` is given; it is no default, no two installations share it.
    """
    path = data_dir / "keys" / SECRET_FILE
    if path.exists():
        return path.read_text(encoding="ascii").strip()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    candidate = path.with_name(f"{SECRET_FILE}.{secrets.token_hex(4)}")
    write_whole(candidate, secrets.token_urlsafe(48).encode("ascii"))
    try:
        os.link(candidate, path)  # fails when another process was first: then its secret is the one
    except FileExistsError:
        pass
    finally:
        candidate.unlink()
    return path.read_text(encoding="ascii").strip()


@contextmanager
def _replaced_at_the_end(path: Path, *, mode: int = 0o600) -> Iterator[BinaryIO]:
    """Write beside the target, sync, rename, sync the folder; on any error leave nothing."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as target:
            yield target
            target.flush()
            os.fsync(target.fileno())
        beside.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        beside.unlink(missing_ok=True)
        if error.errno == 28:  # ENOSPC
            raise DatabaseFull("The disk is full. Nothing was saved; an administrator must make room.") from error
        raise
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # Windows cannot open a folder to sync it
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
