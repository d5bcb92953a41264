"""Preview: a sample of records, the users they give, and how the two fit together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from onroll.definition.import_rules import ImportRules
from onroll.mapping.coverage import (
    Coverage,
    RawField,
    attribute_coverage,
    raw_schema,
    unmapped,
)
from onroll.service.duplicates import Duplicate, find_duplicates
from onroll.service.reading import Item, People
from onroll.service.written import user_json
from onroll.sync.outlook import Outlook, outlook_of
from onroll.sync.standing import Calendar

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.model import Json
    from onroll.service.opening import OpenSource

__all__ = ["Preview", "make_preview"]


@dataclass(frozen=True, slots=True)
class Preview:
    """A sample of a source: its own schema beside the mapped users, and what an import would see.

    `outlooks` are by the number of the record. `unknown_statuses` counts people by the status that
    is not known, and `NO_STATUS` those who have none.
    """

    connector: str
    total_count: int | None
    items: tuple[Item, ...] = field(repr=False)
    schema: tuple[RawField, ...] = field(repr=False)
    coverage: dict[str, Coverage] = field(repr=False)
    warnings: tuple[str, ...]
    attributes: Mapping[str, Json]
    rules: ImportRules
    outlooks: dict[int, Outlook]
    duplicates: tuple[Duplicate, ...]
    unknown_statuses: dict[str, int]

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
            "standing": [
                {
                    "record": one.number,
                    "id": one.id,
                    "state": self.outlooks[one.number].state,
                    "why": self.outlooks[one.number].why,
                }
                for one in self.items
                if one.number in self.outlooks
            ],
            "import_rules": {
                "time_zone": self.rules.time_zone,
                "create_days_before": self.rules.create_days_before,
                "inactive_statuses": sorted(self.rules.inactive_statuses),
            },
            "duplicates": [
                {
                    "attribute": one.attribute,
                    "value": one.value,
                    "count": one.count,
                    "records": list(one.records),
                }
                for one in self.duplicates
            ],
            "unknown_statuses": self.unknown_statuses,
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


def make_preview(
    opened: OpenSource,
    limit: int,
    rules: ImportRules | None = None,
    now: datetime | None = None,
) -> Preview:
    """Read the first `limit` records and show what becomes of them. Raises `SourceError`.

    Of a list in parts these are the first of each part, numbered as they come. `rules` say what an
    import would make of them, the defaults when there are none; `now` is aware.
    """
    rules = rules or ImportRules()
    calendar = Calendar(now or datetime.now(UTC), rules.time_zone)
    people = People(opened, listing=opened.listing(reads_ahead=False, sample=limit))
    items: list[Item] = []
    repeated: list[str] = []
    for sheet in people.sheets(most=limit):
        items += sheet.items
        repeated += sheet.repeated
    attributes = opened.definition.attributes
    if opened.definition.list_users.duplicates == "keep_first":
        repeated = []
    report = people.report
    return Preview(
        connector=opened.definition.name,
        total_count=report.total_count,
        items=tuple(items),
        schema=tuple(raw_schema([one.record for one in items], attributes)),
        coverage=attribute_coverage(attributes, [one.mapped for one in items]),
        warnings=report.warnings,
        attributes=attributes,
        rules=rules,
        outlooks={
            one.number: outlook_of(one.mapped.user, rules, calendar)
            for one in items
            if one.mapped.user is not None
        },
        duplicates=find_duplicates(items, repeated),
        unknown_statuses=dict(report.unknown_statuses),
    )
