"""Why the accounts service refuses something, in sentences that a form can show at a field."""

from registry.core.errors import CoreError

__all__ = ["Refused", "WrongCredentials"]


class Refused(CoreError):
    """What was asked breaks a rule; `problems` are sentences, `field` the input they belong to."""

    def __init__(self, *problems: str, field: str | None = None) -> None:
        """Keep every problem."""
        super().__init__(" ".join(problems))
        self.problems = problems
        self.field = field


class WrongCredentials(CoreError):
    """The name, password or code is wrong; which of them is not said, so that names cannot be tried out."""

    def __init__(self, sentence: str = "The e-mail address or the password is not right.") -> None:
        """Say no more than needed."""
        super().__init__(sentence)
