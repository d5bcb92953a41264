"""Preview: a sample of records, the users they give, and how the two fit together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onroll.mapping.coverage import (
    Coverage,
    RawField,
    attribute_coverage,
    raw_schema,
    unmapped,
)
from onroll.service.reading import Item, People

if TYPE_CHECKING:
    from onroll.model import User
    from onroll.service.opening import OpenSource

__all__ = ["Preview", "make_preview", "user_json"]


@dataclass(frozen=True, slots=True)
class Preview:
    """A sample of a source: its own schema beside the mapped users."""

    connector: str
    total_count: int | None
    items: tuple[Item, ...]
    schema: tuple[RawField, ...]
    coverage: dict[str, Coverage]
    warnings: tuple[str, ...]

    @property
    def refused(self) -> list[Item]:
        """The records that gave no user although they were not excluded."""
        return [one for one in self.items if one.mapped.user is None and not one.mapped.is_excluded]

    def as_json(self) -> dict[str, Any]:
        """Return the preview as `onroll preview --json` prints it."""
        return {
            "connector": self.connector,
            "total_count": self.total_count,
            "records": [one.record for one in self.items],
            "users": [user_json(one.mapped.user) for one in self.items if one.mapped.user],
            "refused": [
                {
                    "record": one.number,
                    "id": one.id,
                    "reasons": [
                        {"attribute": why.attribute, "code": why.code, "message": why.message}
                        for why in one.mapped.reasons
                    ],
                }
                for one in self.refused
            ],
            "coverage": {name: _coverage_json(one) for name, one in self.coverage.items()},
            "unmapped": unmapped(self.schema),
            "schema": [
                {
                    "path": one.path,
                    "types": dict(one.types),
                    "filled": one.filled,
                    "used_by": one.used_by,
                }
                for one in self.schema
            ],
            "warnings": list(self.warnings),
        }


def _coverage_json(one: Coverage) -> dict[str, Any]:
    found: dict[str, Any] = {
        "filled": one.filled,
        "empty": one.empty,
        "absent": one.absent,
        "types": dict(one.types),
        "examples": one.examples,
    }
    if one.unmatched:
        found["unmatched"] = dict(one.unmatched)
    return found


def user_json(user: User) -> dict[str, Any]:
    """Return a user as JSON: absent attributes left out, null kept, an unknown status named."""
    flat = dict(user.attributes)
    if user.unknown_status is not None:
        flat["unknown_status"] = user.unknown_status
    return flat


def make_preview(opened: OpenSource, limit: int) -> Preview:
    """Read the first `limit` records and show what becomes of them. Raises `SourceError`."""
    people = People(opened, reads_ahead=False)
    items: list[Item] = []
    for sheet in people.sheets(most=limit):
        items += sheet.items
    attributes = opened.definition.attributes
    report = people.report
    return Preview(
        connector=opened.definition.name,
        total_count=report.total_count,
        items=tuple(items),
        schema=tuple(raw_schema([one.record for one in items], attributes)),
        coverage=attribute_coverage(attributes, [one.mapped for one in items]),
        warnings=report.warnings,
    )
