"""Since when changes are asked for: never later than everybody was taken in as they are now."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from onroll.service.import_mark import Mark, changes_since, mark_after, mark_of
from onroll.store.memory import Remembered

_NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)
_BEFORE = Mark("2026-03-02T09:00:00+00:00", "d1", "2026-03-20")
_TAKEN_IN = Mark("2026-03-10T09:00:00+00:00", "d1", "2026-04-01")


def _known(mark: Mark) -> Remembered:
    return Remembered(
        fingerprint="f",
        filters="",
        attributes={},
        people=1,
        runs=1,
        confirmed_at="",
        read_from=mark.read_from,
        read_as=mark.read_as,
        stands_until=mark.stands_until,
    )


def test_changes_count_from_when_everybody_was_taken_in() -> None:
    assert changes_since(_known(_BEFORE), "d1", _NOW) == datetime(2026, 3, 2, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "mark",
    [
        Mark(),
        Mark("2026-03-02T09:00:00+00:00", None, None),
        Mark("2026-03-02T09:00:00+00:00", "d2", None),
        Mark("2026-03-10T09:00:01+00:00", "d1", None),
        Mark("2026-03-02T09:00:00+00:00", "d1", "2026-03-09"),
    ],
    ids=["no whole run", "of an older version", "an edit", "a clock ahead", "a day that came"],
)
def test_everybody_is_read_where_changes_are_not_all(mark: Mark) -> None:
    assert changes_since(_known(mark), "d1", _NOW) is None


def test_a_day_comes_where_it_begins_first() -> None:
    evening = datetime(2026, 3, 20, 10, tzinfo=UTC)
    assert changes_since(_known(_BEFORE), "d1", evening) is None
    assert changes_since(_known(_BEFORE), "d1", evening.replace(hour=9)) is not None


def test_before_the_first_run_there_is_no_mark() -> None:
    assert changes_since(None, "d1", _NOW) is None
    assert mark_of(None) == mark_after(None, _TAKEN_IN, "2026-03-01T00:00:00Z") == Mark()


def test_a_run_of_everybody_sets_the_mark() -> None:
    assert mark_after(_known(Mark()), _TAKEN_IN, None) == _TAKEN_IN


def test_changes_since_the_mark_move_it_and_keep_the_nearest_day() -> None:
    moved = mark_after(_known(_BEFORE), _TAKEN_IN, "2026-03-02T09:00:00Z")
    assert moved == Mark(_TAKEN_IN.read_from, "d1", "2026-03-20")


def test_changes_since_a_later_moment_leave_the_mark() -> None:
    assert mark_after(_known(_BEFORE), _TAKEN_IN, "2026-03-02T09:00:01Z") == _BEFORE


def test_changes_under_another_definition_leave_the_mark() -> None:
    edited = Mark(_TAKEN_IN.read_from, "d2", None)
    assert mark_after(_known(_BEFORE), edited, "2026-03-01T00:00:00Z") == _BEFORE
