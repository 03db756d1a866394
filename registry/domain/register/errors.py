"""Errors of the domain; the edges (web, command line) turn them into pages, messages and exit codes."""

from collections.abc import Sequence

from registry.domain.register.problems import Problem

__all__ = [
    "Cancelled",
    "DomainError",
    "IllegalMove",
    "InvalidParameter",
    "InvalidRegister",
    "InvalidScenario",
    "UnknownCode",
]


class DomainError(Exception):
    """Root of everything the domain refuses; its text is fit to be shown to a person."""


class UnknownCode(DomainError):
    """A code that no fact of the register carries."""

    def __init__(self, code: str, expected: str = "fact") -> None:
        """Keep the code and the kind of fact that was looked for."""
        super().__init__(f"There is no {expected} with the code {code!r} in this register.")
        self.code = code
        self.expected = expected


class InvalidRegister(DomainError):
    """A register that breaks rules; carries every problem found, not the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        """Keep all problems; the message counts them and quotes the first."""
        first = problems[0]
        where = f"{first.place()}: " if first.place() else ""
        super().__init__(f"{len(problems)} problem(s) in the register. {where}{first.message}")
        self.problems = tuple(problems)


class InvalidParameter(DomainError):
    """A parameter key that does not exist, or a value outside its range."""


class InvalidScenario(DomainError):
    """A question that cannot be asked of this register."""


class IllegalMove(DomainError):
    """A change of state that the rules do not allow."""


class Cancelled(DomainError):
    """Somebody stopped a run; nothing of it was kept."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__("The run was stopped before it was done; nothing was kept.")
