"""A plan as a file: read back as it was, cut down by person, and void when it was touched."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.errors import UsageError
from onroll.sync.model import Item, Manager
from onroll.sync.saved_plan import LIFETIME, PlanHead, SavedPlan, load_plan, write_plan

if TYPE_CHECKING:
    from pathlib import Path

_ITEMS = (
    Item(1, "a", "a@x.io", "create", {"email": (None, "a@x.io"), "state": (None, "active")}),
    Item(
        2, "b", None, "update", {"job_title": ("Cook", None)}, user_id="u2", manager=Manager("u1")
    ),
    Item(3, "c", "c@x.io", "suspend", {"state": ("active", "suspended")}, "absent", user_id="u3"),
    Item(4, "d", "é\u2028@x.io", "link", {"groups": ([], ["vip"])}, user_id="u4", is_link=True),
)


def _head(age: timedelta = timedelta()) -> PlanHead:
    made = datetime.now(UTC) - age
    return PlanHead(
        "hr", "directory", "all", "d1gest", made.isoformat(), (made + LIFETIME).isoformat(), 9,
        listing={"complete": True}, counts={"create": 1},
    )  # fmt: skip


def _text(*items: Item, head: PlanHead | None = None) -> str:
    stream = io.StringIO()
    write_plan(stream, head or _head(), items)
    return stream.getvalue()


def _load(folder: Path, text: str | bytes) -> SavedPlan:
    path = folder / "plan.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_plan(path)


def _code(folder: Path, text: str | bytes) -> str:
    with pytest.raises(UsageError) as raised:
        _load(folder, text)
    return raised.value.diagnostics[0].code


def test_a_plan_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    head = _head()
    assert _load(tmp_path, _text(*_ITEMS, head=head)) == SavedPlan(head, _ITEMS)


def test_a_plan_of_nothing_can_be_kept(tmp_path: Path) -> None:
    assert _load(tmp_path, _text()).items == ()


def test_counts_come_before_the_lines() -> None:
    text = _text(*_ITEMS)
    assert text.index('"counts"') < text.index('"items"')
    assert len(json.loads(text)["items"]) == len(_ITEMS)


def test_people_may_be_taken_out(tmp_path: Path) -> None:
    plan = json.loads(_text(*_ITEMS))
    del plan["items"][1]
    kept = _load(tmp_path, json.dumps(plan, indent=4)).items
    assert [item.id for item in kept] == ["a", "c", "d"]


def test_people_may_stand_in_another_order(tmp_path: Path) -> None:
    plan = json.loads(_text(*_ITEMS))
    plan["items"].reverse()
    assert {item.id for item in _load(tmp_path, json.dumps(plan)).items} == set("abcd")


def test_a_line_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    plan = json.loads(_text(*_ITEMS))
    plan["items"] *= 2
    assert _load(tmp_path, json.dumps(plan)).items == _ITEMS


@pytest.mark.parametrize(
    "edit",
    [
        {"action": "suspend"},
        {"id": "z"},
        {"changes": {"email": [None, "eve@x.io"]}},
        {"user_id": "u9"},
        {"is_link": True},
        {"digest": "0" * 16},
    ],
)
def test_an_edited_line_is_refused(tmp_path: Path, edit: dict[str, Any]) -> None:
    plan = json.loads(_text(*_ITEMS))
    plan["items"][0] |= edit
    assert _code(tmp_path, json.dumps(plan)) == "plan-edited"


def test_lines_that_write_nothing_are_for_reading_only(tmp_path: Path) -> None:
    others = [
        replace(_ITEMS[0], number=9, action=action)
        for action in ("skipped", "conflict", "refused", "unchanged")
    ]
    assert _load(tmp_path, _text(*others)).items == ()


@pytest.mark.parametrize(
    ("age", "is_good"), [(timedelta(hours=23, minutes=59), True), (timedelta(hours=24), False)]
)
def test_a_plan_is_good_for_a_day(tmp_path: Path, age: timedelta, is_good: bool) -> None:
    text = _text(*_ITEMS, head=_head(age))
    if is_good:
        assert _load(tmp_path, text).items == _ITEMS
    else:
        assert _code(tmp_path, text) == "plan-expired"


@pytest.mark.parametrize(
    "text",
    [
        b"", b"\xff\xfe", b"null", b"[]", b"{}", b'{"format": 1}', b'{"format": 2, "items": []}',
        b'{"format": 1, "items": 7}', b'{"format": 1, "items": [7]}', b"[" * 5000,
        b'{"format": 1, "items": [{}], "connector": "x"}',
    ],
)  # fmt: skip
def test_garbage_is_no_plan(tmp_path: Path, text: bytes) -> None:
    assert _code(tmp_path, text) == "not-a-plan"


@pytest.mark.parametrize(
    "key", ["connector", "target", "mode", "digest", "expires_at", "accounts", "items"]
)
def test_a_head_that_lacks_something_is_no_plan(tmp_path: Path, key: str) -> None:
    plan = json.loads(_text(*_ITEMS))
    del plan[key]
    assert _code(tmp_path, json.dumps(plan)) == "not-a-plan"


@pytest.mark.parametrize("instant", ["soon", "", "2025-03-03T09:00:00", None, 7])
def test_an_expiry_that_is_no_instant_is_no_plan(tmp_path: Path, instant: Any) -> None:
    plan = json.loads(_text(*_ITEMS))
    plan["expires_at"] = instant
    assert _code(tmp_path, json.dumps(plan)) == "not-a-plan"


@given(
    st.recursive(
        st.none() | st.integers() | st.text(),
        lambda one: st.lists(one) | st.dictionaries(st.text(), one),
    )
)
def test_no_line_at_all_brings_anything_but_a_usage_error(tmp_path_factory: Any, line: Any) -> None:
    plan = json.loads(_text(*_ITEMS))
    plan["items"].append(line)
    path = tmp_path_factory.mktemp("any-line") / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    with pytest.raises(UsageError):
        load_plan(path)


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        load_plan(tmp_path / "nowhere.json")
    assert raised.value.diagnostics[0].code == "file-not-readable"


def test_a_file_of_gigabytes_is_not_even_read(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    with path.open("wb") as stream:
        stream.truncate((2 << 30) + 1)  # a hole: it takes no room
    with pytest.raises(UsageError) as raised:
        load_plan(path)
    assert raised.value.diagnostics[0].code == "not-a-plan"
