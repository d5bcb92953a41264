"""What a fault is: a name, perhaps an argument, a sentence, and the effect that it has."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from onroll.testing.sandbox.account import Effect


@dataclass(frozen=True, slots=True)
class Setting:
    """What a fault is built from: its argument as text, and the number of people."""

    text: str
    users: int

    @property
    def count(self) -> int:
        """The argument as a whole number."""
        return int(self.text)

    @property
    def seconds(self) -> float:
        """The argument as a number of seconds."""
        return float(self.text)

    @property
    def middle(self) -> int:
        """The index of the person that a fault of one person falls on."""
        return self.users // 2


@dataclass(frozen=True, slots=True)
class Fault:
    """A failure that the sandbox serves on demand, asked for as `name` or `name=value`.

    `default` is the argument's value where it is left out; without one it must be given.
    """

    name: str
    argument: str | None
    description: str
    build: Callable[[Setting], Effect] = field(repr=False, compare=False)
    default: str | None = None

    @property
    def usage(self) -> str:
        """How the fault is written, as in `page-cap=N` or `429[=SECONDS]`."""
        if self.argument is None:
            return self.name
        return f"{self.name}[={self.argument}]" if self.default else f"{self.name}={self.argument}"

    def effect(self, value: str | None, users: int) -> Effect:
        """Build the effect; raises ValueError where the value does not fit."""
        if self.argument is None:
            if value is not None:
                raise ValueError(f"The fault `{self.name}` takes no value, but got `{value}`.")
            return self.build(Setting("", users))
        text = self.default if value is None else value
        if text is None:
            raise ValueError(f"The fault `{self.name}` needs a value: write `{self.usage}`.")
        is_fit, expected = _EXPECTED[self.argument]
        if not is_fit(text):
            raise ValueError(f"`{self.name}={text}`: {self.argument} must be {expected}.")
        return self.build(Setting(text, users))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdecimal() and int(text) >= 1


def _is_seconds(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and float(text) >= 0
    except ValueError:
        return False


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


_COUNT = (_is_count, "a whole number of at least 1")
_EXPECTED: dict[str, tuple[Callable[[str], bool], str]] = {
    "N": _COUNT,
    "EVERY": _COUNT,
    "PER_SECOND": _COUNT,
    "BYTES_PER_SECOND": _COUNT,
    "MEGABYTES": _COUNT,
    "SECONDS": (_is_seconds, "a number of seconds of at least 0"),
    "URL": (_is_origin, "an http or https URL"),
}
