"""What an answer says beside its records: the members of its objects, and its headers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from onroll.drafting.leaves import shown, written

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.drafting.evidence import Answer
    from onroll.model import Json
    from onroll.outline import Keys

__all__ = ["Member", "bare", "header_members", "members"]

_DEEPEST: Final = 4
#: An object with more keys is a dictionary of something, not what describes a list.
_MOST_KEYS: Final = 60
_MOST_MEMBERS: Final = 2000
_LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Member:
    """A value of an answer, with its `locator` as a definition writes it. `keys` lead to it."""

    keys: Keys
    value: Json = field(repr=False)
    locator: Json
    label: str
    is_header: bool = False

    @property
    def name(self) -> str:
        """The last key, or the header's name."""
        return str(self.keys[-1]) if self.keys else ""

    @property
    def bare(self) -> str:
        """The name without case and signs; of a header also without its `X-`."""
        return bare(self.name.removeprefix("X-") if self.is_header else self.name)

    @property
    def above(self) -> str:
        """The bare name of the object that holds it."""
        return bare(str(self.keys[-2])) if len(self.keys) > 1 else ""


def bare(name: str) -> str:
    """Return a name in lower case, with its letters and digits only."""
    return re.sub(r"[^a-z0-9]", "", name[:_LONGEST_NAME].lower())


def members(body: Json, without: Keys | None = None) -> list[Member]:
    """Return the members of a body, the nearest first, never those inside of lists.

    What lies at the keys `without` is left out, with all below it.
    """
    found: list[Member] = []
    for keys, value in _below(body, (), without):
        path = written(keys)
        found.append(Member(keys, value, path, shown(path)))
        if len(found) >= _MOST_MEMBERS:
            break
    return sorted(found, key=lambda one: len(one.keys))


def header_members(answer: Answer) -> list[Member]:
    """Return the headers of an answer."""
    found: list[Member] = []
    for lower, value in answer.headers.items():
        name = "-".join(part.capitalize() for part in lower.split("-"))
        found.append(Member((name,), value, {"header": name}, f"the header `{name}`", True))  # noqa: FBT003  (a field of the value)
    return found


def _below(value: Json, keys: Keys, without: Keys | None) -> Iterator[tuple[Keys, Json]]:
    if keys == without or len(keys) >= _DEEPEST:
        return
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], dict):
        if without is not None and without[: len(keys)] == keys and len(without) > len(keys):
            yield from _below(value[0], (*keys, 0), without)
        return
    if not isinstance(value, dict) or len(value) > _MOST_KEYS:
        return
    for key, inner in value.items():
        if (*keys, key) != without and key.isprintable():
            yield (*keys, key), inner
        yield from _below(inner, (*keys, key), without)
