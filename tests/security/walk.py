"""Every route of the application with an address to try it at: also routes that are added later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import Rule

SAFE = {"GET", "HEAD", "OPTIONS"}
# An argument of a route -> a value that names nothing; the kind of converter decides.
STRANGERS: Mapping[str, object] = {
    "IntegerConverter": 999_999,
    "FloatConverter": 9.5,
    "UUIDConverter": "00000000-0000-4000-8000-000000000000",
}
STRANGER = "X-9999"


@dataclass(frozen=True)
class Way:
    """One method of one route."""

    endpoint: str
    method: str
    path: str

    @property
    def is_safe(self) -> bool:
        """Whether the method promises to change nothing."""
        return self.method in SAFE

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.endpoint})"


def ways(app: Flask, known: Mapping[str, object] | None = None) -> Iterator[Way]:
    """Yield every method of every route; arguments take a known value by name, else one that names nothing."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
            path = adapter.build(rule.endpoint, _values(rule, known or {}), force_external=False)
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Way(rule.endpoint, method, path)


def _values(rule: Rule, known: Mapping[str, object]) -> dict[str, object]:
    values: dict[str, object] = {}
    for name in rule.arguments:
        converter = type(rule._converters[name]).__name__
        allowed = sorted(getattr(rule._converters[name], "items", []))
        values[name] = known.get(name) or (allowed[0] if allowed else STRANGERS.get(converter, STRANGER))
    return values
