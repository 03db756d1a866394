"""Files are there whole or not at all."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.core.errors import DatabaseFull, NotFound
from registry.core.files import EvidenceStore, FileTooLarge, write_whole


@pytest.fixture
def store(tmp_path: Path) -> EvidenceStore:
    return EvidenceStore(tmp_path / "evidence")


def left(store: EvidenceStore) -> list[Path]:
    return [path for path in store.folder.rglob("*") if path.is_file()]


def test_a_file_is_kept_with_its_hash_under_a_random_name(store: EvidenceStore):
    kept = store.keep([b"one ", b"two"], size_max=100)
    assert (kept.size, kept.sha256) == (7, hashlib.sha256(b"one two").hexdigest())
    with store.open(kept.name) as source:
        assert source.read() == b"one two"
    assert store.path_of(kept.name).stat().st_mode & 0o777 == 0o600
    assert list(store.names()) == [kept.name]
    assert store.keep([b"one two"], size_max=100).name != kept.name
    store.remove(kept.name)
    store.remove(kept.name)
    with pytest.raises(NotFound):
        store.open(kept.name)


def test_a_file_above_the_limit_leaves_nothing(store: EvidenceStore):
    with pytest.raises(FileTooLarge):
        store.keep([b"x" * 60, b"x" * 60], size_max=100)
    assert left(store) == []


def test_an_upload_that_breaks_off_leaves_nothing(store: EvidenceStore):
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise ConnectionError("gone")

    with pytest.raises(ConnectionError):
        store.keep(broken(), size_max=100)
    assert left(store) == []


def test_a_full_disk_is_said_in_words_and_leaves_nothing(store: EvidenceStore):
    def full() -> Iterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    with pytest.raises(DatabaseFull, match="disk is full"):
        store.keep(full(), size_max=100)
    assert left(store) == []


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "a" * 31, "A" * 32, "/" * 32, "a" * 31 + "\x00"])
def test_a_name_that_is_none_of_ours_is_not_looked_for(name: str, store: EvidenceStore):
    with pytest.raises(NotFound):
        store.path_of(name)


def test_a_small_file_is_replaced_whole(tmp_path: Path):
    write_whole(tmp_path / "file", b"old")
    write_whole(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
