"""Reads YAML as a tree with the line of every part, without making any object that the text asks for.

YAML is composed, never constructed: tags have no effect. Aliases let a part stand in many places, so that nine lines
can mean a billion; they are counted, and so is every step through the tree.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from importers import guard
from importers.base import Limits, Unreadable
from importers.csv_table import decode
from importers.lines import Mended
from importers.values import read_text

__all__ = ["Tree", "load_trees"]

_BYTES_MAX = 4 * 2**20  # a parser in Python needs about ten seconds for so much
_ALIASES_MAX = 200
_DEPTH_MAX = 60
_MEMBERS_MAX = 2_000
_TEXT_MAX = 4_000


@dataclass(frozen=True, slots=True)
class Tree:
    """A mapping of the text: its file, its line, and its parts by key."""

    file: str
    line: int
    node: yaml.MappingNode
    mended: Mended  # what a person wrote instead of a value of a file, by line and key

    def keys(self) -> list[str]:
        """Return the keys as text."""
        return [key.value for key, _ in self.node.value if isinstance(key, yaml.ScalarNode)]

    def text(self, name: str) -> str | None:
        """Return a single value as text; None when it is not there, empty, null or no single value."""
        written = self.mended.get(self.file, {}).get((self.line, name))
        if written is not None:
            return " ".join(written.split()) or None
        node = self._part(name)
        return _text(node) if isinstance(node, yaml.ScalarNode) else None

    def texts(self, name: str) -> list[str]:
        """Return the single values of a list."""
        node = self._part(name)
        if not isinstance(node, yaml.SequenceNode):
            return []
        found = (_text(each) for each in node.value if isinstance(each, yaml.ScalarNode))
        return [text for text in found if text]

    def items(self, name: str) -> list["Tree"]:
        """Return the mappings of a list, or one that stands alone."""
        node = self._part(name)
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found = (each for each in nodes if isinstance(each, yaml.MappingNode))
        return [Tree(self.file, each.start_mark.line + 1, each, self.mended) for each in found]

    def _part(self, name: str) -> yaml.Node | None:
        return next(
            (value for key, value in self.node.value if isinstance(key, yaml.ScalarNode) and key.value == name), None
        )


def load_trees(content: bytes, name: str, limits: Limits, mended: Mended | None = None) -> Iterator[Tree]:
    """Yield the mappings at the top of a YAML file, or of every YAML file of a zip.

    Raises
    ------
    Unreadable
        When it is no YAML, too large, too deep, or uses too many aliases.
    """
    if not guard.is_archive(content):
        yield from _trees(content, Path(name).stem or "the file", mended or {})
        return
    wide = replace(limits, members_max=_MEMBERS_MAX)
    archive = guard.open_archive(content, wide)
    guard.check_archive(archive, wide)
    members = [each for each in archive.infolist() if each.filename.casefold().endswith((".yml", ".yaml"))]
    if not members:
        raise Unreadable("wrong_kind", "The archive holds no .yml files.")
    if sum(member.file_size for member in members) > _BYTES_MAX:
        raise Unreadable("too_large", f"The archive holds more than {_BYTES_MAX >> 20} MB of YAML. Split it.")
    for member in members:
        yield from _trees(b"".join(guard.inflate(archive, member)), Path(member.filename).stem, mended or {})


def _trees(content: bytes, file: str, mended: Mended) -> Iterator[Tree]:
    if len(content) > _BYTES_MAX:
        raise Unreadable("too_large", f"{file} holds more than {_BYTES_MAX >> 20} MB of YAML. Split it.", sheet=file)
    text, _ = decode(content, file)
    try:
        _check_events(text, file)
        for node in yaml.compose_all(io.StringIO(text), Loader=yaml.SafeLoader):
            if isinstance(node, yaml.MappingNode):
                yield Tree(file, node.start_mark.line + 1, node, mended)
            elif node is not None:
                raise Unreadable("wrong_kind", f"{file} holds no keys at its top, so it is no manifest.", sheet=file)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        row = mark.line + 1 if mark is not None else None
        what = getattr(error, "problem", None) or "it cannot be read"
        raise Unreadable("broken_yaml", f"This is no YAML: {what}. Mend it there.", sheet=file, row=row) from error


def _check_events(text: str, file: str) -> None:
    """Walk once through the events, before anything is built."""
    aliases = depth = 0
    for event in yaml.parse(io.StringIO(text), Loader=yaml.SafeLoader):
        aliases += isinstance(event, yaml.AliasEvent)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if aliases > _ALIASES_MAX or depth > _DEPTH_MAX:
            what = f"more than {_ALIASES_MAX} aliases" if aliases > _ALIASES_MAX else "parts nested too deeply"
            raise Unreadable("yaml_bomb", f"{file} has {what}, which no manifest needs; it is refused.", sheet=file)


def _text(node: yaml.ScalarNode) -> str | None:
    if node.tag == "tag:yaml.org,2002:null":
        return None
    text = " ".join(read_text(str(node.value)[:_TEXT_MAX], _TEXT_MAX).split())
    return text or None
