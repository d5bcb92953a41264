"""Conditions: a question about a record, a mapped user or an answer, with a yes or a no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onroll.expressions.path import Path, parse_path
from onroll.expressions.reference import as_text
from onroll.model import ABSENT, Absent, Json

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["SUBJECTS", "TESTS", "Condition", "parse_condition"]

SUBJECTS = ("path", "attribute", "body", "header")
TESTS = ("equals", "in", "present")


@dataclass(frozen=True, slots=True)
class Condition:
    """One subject and one test. Without a test the subject must be present.

    JSON values are compared as they are: `true` is not `"true"`. Headers are text, so there a
    wanted `true` or `12` is compared by its text.
    """

    path: Path | None = None
    attribute: str | None = None
    body: Path | None = None
    header: str | None = None
    wanted: tuple[Json, ...] | None = None
    present: bool = True
    message: Path | None = None

    def holds_for_record(self, record: Json, user: Mapping[str, Json]) -> bool:
        """Answer for a record and what is mapped of it so far."""
        if self.attribute is not None:
            return self._test(user.get(self.attribute, ABSENT))
        return self._test(self.path.first(record) if self.path is not None else ABSENT)

    def holds_for_answer(self, body: Json, headers: Mapping[str, str]) -> bool:
        """Answer for a decoded body and its headers."""
        if self.header is not None:
            value = headers.get(self.header, ABSENT)
            if self.wanted is None or isinstance(value, Absent):
                return self._test(value)
            return value.strip() in {as_text(one) for one in self.wanted}
        return self._test(self.body.first(body) if self.body is not None else ABSENT)

    def _test(self, value: Json | Absent) -> bool:
        if self.wanted is None:
            return (not isinstance(value, Absent) and value is not None) is self.present
        return any(_same(value, one) for one in self.wanted)


def _same(left: Json | Absent, right: Json) -> bool:
    # In Python True == 1; in JSON they are two things.
    return isinstance(left, bool) is isinstance(right, bool) and bool(left == right)


def parse_condition(written: Mapping[str, Any]) -> Condition:
    """Compile a condition as written. Its shape was checked by the schema before.

    Raises `PathError` when a path in it cannot be read.
    """
    wanted: tuple[Json, ...] | None = None
    if "equals" in written:
        wanted = (written["equals"],)
    elif "in" in written:
        wanted = tuple(written["in"])
    return Condition(
        path=parse_path(written["path"]) if "path" in written else None,
        attribute=written.get("attribute"),
        body=parse_path(written["body"]) if "body" in written else None,
        header=written.get("header"),
        wanted=wanted,
        present=written.get("present", True),
        message=parse_path(written["message"]) if "message" in written else None,
    )
