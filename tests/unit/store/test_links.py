"""Links as they are stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from onroll.store.links import (
    Link,
    add_link,
    count_absences,
    end_link,
    ended_links,
    find_link,
    links_of_user,
    open_links,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from onroll.store.database import Store

_DAY = "2026-01-0{}T00:00:00Z"


def _add(db: Connection, user: str, source: str, connection: str = "c", target: str = "d") -> int:
    return add_link(
        db,
        target=target,
        user_id=user,
        connection=connection,
        source_id=source,
        run="r1",
        at=_DAY.format(1),
    )


def test_a_link_is_found_as_it_was_added(store: Store) -> None:
    with store.begin() as db:
        number = _add(db, "u1", "17")
    with store.read() as db:
        link = find_link(db, "d", "c", "17")
        assert link == Link(number, "d", "u1", "c", "17", "r1", _DAY.format(1), None, 0)
        assert find_link(db, "d", "c", "18") is None
        assert find_link(db, "d", "other", "17") is None
        assert find_link(db, "other", "c", "17") is None


def test_a_person_has_one_open_link(store: Store) -> None:
    with store.begin() as db:
        _add(db, "u1", "17")
    with pytest.raises(IntegrityError), store.begin() as db:
        _add(db, "u2", "17")


def test_ids_of_people_are_told_apart_by_case(store: Store) -> None:
    with store.begin() as db:
        _add(db, "u1", "a")
        _add(db, "u2", "A")
        found = find_link(db, "d", "c", "A")
    assert found is not None
    assert found.user_id == "u2"


def test_an_ended_link_stays_and_makes_room_for_another(store: Store) -> None:
    with store.begin() as db:
        first = _add(db, "u1", "17")
        end_link(db, first, _DAY.format(2))
        end_link(db, first, _DAY.format(3))
        second = _add(db, "u1", "17")
    with store.read() as db:
        assert [link.id for link in open_links(db, "d")] == [second]
        assert [(link.id, link.ended_at) for link in ended_links(db, "d")] == [
            (first, _DAY.format(2))
        ]
        assert [link.id for link in links_of_user(db, "d", "u1")] == [first, second]


def test_links_come_in_the_order_in_which_they_were_made(store: Store) -> None:
    with store.begin() as db:
        added = [_add(db, "u1", str(number), f"c{number}") for number in (3, 1, 2)]
        _add(db, "u1", "1", target="other")
    with store.read() as db:
        assert [link.id for link in open_links(db, "d")] == added
        assert [link.source_id for link in links_of_user(db, "d", "u1")] == ["3", "1", "2"]


def _absences(store: Store, connection: str = "c") -> dict[str, int]:
    with store.read() as db:
        found = [link for link in open_links(db, "d") if link.connection == connection]
    return {link.source_id: link.absences for link in found}


def test_absences_are_counted_until_the_person_is_back(store: Store) -> None:
    with store.begin() as db:
        for source_id in ("1", "2", "3"):
            _add(db, f"u{source_id}", source_id)
        count_absences(db, "d", "c", ["1", "2"])
        count_absences(db, "d", "c", ["2"])
    assert _absences(store) == {"1": 0, "2": 2, "3": 0}


def test_thousands_may_be_absent_at_once(store: Store) -> None:
    with store.begin() as db:
        for number in range(2_500):
            _add(db, f"u{number}", str(number))
        count_absences(db, "d", "c", [str(number) for number in range(2_500) if number != 7])
    assert {one for one, count in _absences(store).items() if count == 0} == {"7"}


def test_absences_of_other_connections_are_their_own(store: Store) -> None:
    with store.begin() as db:
        _add(db, "u1", "1")
        _add(db, "u1", "1", connection="other")
        count_absences(db, "d", "other", ["1"])
        count_absences(db, "d", "c", [])
    assert (_absences(store), _absences(store, "other")) == ({"1": 0}, {"1": 1})


def test_many_links_are_read_in_portions(store: Store) -> None:
    fetched: list[str] = []
    with store.begin() as db:
        for number in range(5_001):
            _add(db, "u", str(number))
    with store.read() as db:
        event.listen(store.engine, "after_cursor_execute", lambda *a: fetched.append(a[2]))
        seen = [int(link.source_id) for link in open_links(db, "d")]
    assert seen == list(range(5_001))
    assert sum("FROM links" in statement for statement in fetched) == 2


def test_links_can_be_written_while_they_are_read(store: Store) -> None:
    with store.begin() as db:
        for number in range(3):
            _add(db, "u", str(number))
        for link in open_links(db, "d"):
            end_link(db, link.id, _DAY.format(2))
        assert list(open_links(db, "d")) == []


def test_a_portion_is_read_in_the_order_of_an_index(store: Store) -> None:
    """To sort anew for each portion would take quadratic time."""
    if store.engine.dialect.name != "sqlite":
        pytest.skip("the planner of a small table of PostgreSQL sorts")
    plans: list[str] = []

    @event.listens_for(store.engine, "before_cursor_execute", retval=True)
    def explain(
        db: Connection, _cursor: object, statement: str, values: object, *_: object
    ) -> tuple[str, object]:
        if "LIMIT" in statement:
            raw = db.connection.cursor()
            plans.extend(row[3] for row in raw.execute(f"EXPLAIN QUERY PLAN {statement}", values))  # type: ignore[arg-type]  # as the driver gets them
        return statement, values

    with store.read() as db:
        list(open_links(db, "d"))
    assert plans
    assert not any("TEMP B-TREE" in step for step in plans)
