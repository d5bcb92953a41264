"""A plan as a file: to read, to keep, to cut down by person, and to apply later.

JSON. It is void when the definition or the connection was edited since, or when it is older than
a day. People may be taken out of it; a line that was changed is not applied, for what it says was
never checked. That guards against accidents: whoever may apply plans may do anything here anyway.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping  # noqa: TC003  (msgspec reads annotations at run time)
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TextIO

import msgspec

from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError
from onroll.sync.model import WRITES, Item

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

__all__ = ["LIFETIME", "PlanHead", "SavedPlan", "load_plan", "write_plan"]

LIFETIME: Final = timedelta(hours=24)
_FORMAT: Final = 1
_MOST_BYTES: Final = 2 << 30

#: What a line has to have, even when it is None.
_WRITTEN: Final = frozenset({"number", "id", "email", "action"})


@dataclass(frozen=True, slots=True)
class PlanHead:
    """What a plan was made of. Instants are UTC, ISO 8601. `digest` is of definition, connection.

    `accounts` counts the linked users who are not suspended, for the safeguards. `fingerprint` is
    of the source. `absent` are the ids of linked people who are not in the listing; None when the
    listing was not of everybody, so that absence says nothing.
    """

    connector: str
    target: str
    mode: str
    digest: str
    created_at: str
    expires_at: str
    accounts: int
    fingerprint: str = ""
    absent: tuple[str, ...] | None = None
    listing: Mapping[str, Any] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SavedPlan:
    """A plan that was read back: its head, and the items that are left in it."""

    head: PlanHead
    items: tuple[Item, ...]


def write_plan(stream: TextIO, head: PlanHead, items: Iterable[Item]) -> None:
    """Write a plan: counts first, then a line for everybody for whom there is something to do."""
    written = {"format": _FORMAT, **msgspec.to_builtins(head)}
    text = json.dumps(written, ensure_ascii=False, indent=2)
    stream.write(text[: text.rindex("\n")] + ',\n  "items": [')
    separator = "\n    "
    for item in items:
        line = _line(item)
        line["seal"] = _seal(line)
        stream.write(separator + json.dumps(line, ensure_ascii=False))
        separator = ",\n    "
    stream.write("\n  ]\n}\n")


def load_plan(path: Path) -> SavedPlan:
    """Read a plan. Raises `UsageError` when it is no plan, too old, or has an edited line."""
    found = _read(path)
    if found.get("format") != _FORMAT:
        raise _no_plan(path)
    try:
        lines = found.pop("items")
        head = msgspec.convert(found, PlanHead)
        items = tuple(_items(path, lines))
        has_expired = datetime.now(UTC) >= datetime.fromisoformat(head.expires_at)
    except (msgspec.ValidationError, KeyError, TypeError, ValueError, AttributeError):
        raise _no_plan(path) from None
    if has_expired:
        raise UsageError(
            Diagnostic(
                "plan-expired",
                f"`{path}` was made at {head.created_at} and is too old",
                expected="a plan of the last 24 hours",
                hint="make a new one with `onroll import … --dry-run --plan-out FILE`",
            )
        )
    return SavedPlan(head, items)


def _read(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise _no_plan(path)
        found = msgspec.json.decode(path.read_bytes())
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise UsageError(
            Diagnostic("file-not-readable", f"`{path}` cannot be read: {reason}")
        ) from None
    except (msgspec.DecodeError, RecursionError):
        raise _no_plan(path) from None
    if not isinstance(found, dict):
        raise _no_plan(path)
    return found


def _items(path: Path, lines: list[dict[str, Any]]) -> Iterator[Item]:
    seen: set[int] = set()
    for line in lines:
        seal = line.pop("seal")
        if seal != _seal(line):
            raise UsageError(
                Diagnostic(
                    "plan-edited",
                    f"in `{path}` the line of the id {line.get('id')!r} was changed",
                    expected="the lines as they were written; people may be taken out",
                    hint="take the line out, or make a new plan",
                )
            )
        item = msgspec.convert(line, Item)
        if item.number not in seen and item.action in WRITES:
            yield item
        seen.add(item.number)


def _line(item: Item) -> dict[str, Any]:
    written: dict[str, Any] = msgspec.to_builtins(item)
    empty: tuple[Any, ...] = (None, False, {}, "")
    return {
        name: value for name, value in written.items() if name in _WRITTEN or value not in empty
    }


def _seal(line: Mapping[str, Any]) -> str:
    text = json.dumps(line, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _no_plan(path: Path) -> UsageError:
    return UsageError(
        Diagnostic(
            "not-a-plan",
            f"`{path}` is no plan that this version can read",
            expected="a file that `onroll import … --plan-out FILE` wrote",
        )
    )
