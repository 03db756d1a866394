"""What a pack holds, as bytes and back: lines of JSON, compressed; kept so that a signature can be added to the same content."""

import base64
import json
import zlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from registry.domain.register.collector import collector_paused
from reports.audit_pack import Bars, NamedPicture, PackContent
from reports.cells import Plain

__all__ = ["pack_bytes", "unpack_bytes"]

_LEVEL = 3


def pack_bytes(content: PackContent) -> bytes:
    """Return a pack's content as bytes; days and moments as lists of a letter and ISO text."""
    document = {
        "format": "audit-pack/1",
        "pack_id": content.pack_id,
        "made_at": content.made_at.astimezone(UTC).isoformat(),
        "cover": [[name, value] for name, value in content.cover],
        "tables": content.tables,
        "populations": content.populations,
        "head": [content.head_number, content.head_hash],
        "pictures": [
            [each.name, base64.b64encode(each.png).decode(), each.width, each.height] for each in content.pictures
        ],
        "charts": [[each.title, each.bars] for each in content.charts],
    }
    with collector_paused():
        text = json.dumps(document, default=_dated, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"), _LEVEL)


def unpack_bytes(raw: bytes) -> PackContent:
    """Return the content that was packed."""
    with collector_paused():
        document: dict[str, Any] = json.loads(zlib.decompress(raw))
        tables = {title: [[_value(cell) for cell in row] for row in rows] for title, rows in document["tables"].items()}
    return PackContent(
        pack_id=document["pack_id"],
        made_at=datetime.fromisoformat(document["made_at"]),
        cover=tuple((name, _value(value)) for name, value in document["cover"]),
        tables=tables,
        populations=document["populations"],
        head_number=document["head"][0],
        head_hash=document["head"][1],
        pictures=tuple(
            NamedPicture(name, base64.b64decode(png), width, height)
            for name, png, width, height in document["pictures"]
        ),
        charts=tuple(Bars(title, tuple((label, value) for label, value in bars)) for title, bars in document["charts"]),
    )


def _dated(value: object) -> list[str]:
    if isinstance(value, datetime):
        return ["m", value.isoformat()]
    if isinstance(value, date):
        return ["d", value.isoformat()]
    raise TypeError(f"A pack does not hold {type(value).__name__}.")


_READERS: Mapping[str, Callable[[str], Plain]] = {"m": datetime.fromisoformat, "d": date.fromisoformat}


def _value(cell: Any) -> Plain:
    return _READERS[cell[0]](cell[1]) if type(cell) is list else cell  # type: ignore[no-any-return]  # plain from JSON
