"""Preview: who shares what, which statuses are not known, and what an import would make of whom."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from onroll.definition.import_rules import ImportRules
from onroll.definition.settings import Settings
from onroll.service.differences import Change, Differences, differences_of
from onroll.service.opening import open_source
from onroll.service.preview import Preview, make_preview

from .servers import asking, connector

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx

_ATTRIBUTES = {
    "id": "id", "email": "email", "username": "name", "first_name": "name", "last_name": "name",
}  # fmt: skip


def _preview(
    records: Sequence[Any],
    *,
    rules: ImportRules | None = None,
    duplicates: str = "refuse",
    **attributes: Any,
) -> Preview:
    listed = {
        "pagination": {"style": "none"}, "duplicates": duplicates, "resource_location": ".",
        "total_count": "na",
    }  # fmt: skip
    found = connector(listed, attributes={**_ATTRIBUTES, **attributes})
    options = asking(lambda _: list(records))
    now = datetime(2026, 11, 22, tzinfo=UTC)
    with open_source(found.definition, Settings({}), options) as opened:
        return make_preview(opened, 100, rules, now)


def _person(number: int, **changes: Any) -> dict[str, Any]:
    return {"id": number, "email": f"{number}@x.test", "name": f"p{number}", **changes}


def _duplicates(*records: Any, **chosen: Any) -> list[tuple[str, str, int, tuple[int, ...]]]:
    found = _preview(records, **chosen).duplicates
    return [(one.attribute, one.value, one.count, one.records) for one in found]


def test_an_e_mail_in_another_spelling_is_the_same() -> None:
    one, other = _person(1, email="Zoe\u0301@x.test"), _person(3, email="ZO\u00c9@X.test ")
    assert _duplicates(one, _person(2), other) == [("email", "Zoe\u0301@x.test", 2, (1, 3))]


def test_a_username_is_shared_by_as_many_as_have_it() -> None:
    records = [_person(number, name="ada") for number in (1, 2, 3)]
    assert _duplicates(*records) == [("username", "ada", 3, (1, 2, 3))]


def test_an_id_that_comes_again_is_told_with_its_count() -> None:
    assert _duplicates(_person(1), _person(2), _person(2), _person(2)) == [("id", "2", 3, (2,))]


def test_ids_may_come_again_where_the_definition_says_so() -> None:
    assert _duplicates(_person(1), _person(1), duplicates="keep_first") == []


def test_an_id_of_an_earlier_part_comes_again() -> None:
    parts = [{}, {"endpoint": "/gone"}]
    listed = {"pagination": {"style": "none"}, "total_count": "na", "parts": parts}
    found = connector(listed, attributes=_ATTRIBUTES)
    options = asking(lambda _: {"people": [_person(1), _person(2)]})
    shown = found.preview(options=options).as_json()
    assert [(one["value"], one["count"]) for one in shown["duplicates"]] == [("1", 2), ("2", 2)]


def test_nothing_is_shared_by_those_who_have_nothing() -> None:
    assert _duplicates(_person(1, email=None, name=""), _person(2, email=None, name="")) == []


def test_unknown_statuses_are_counted_with_those_who_have_none() -> None:
    records = [_person(number, s=status) for number, status in enumerate("aab")]
    found = _preview([*records, _person(9)], status={"path": "s", "map": {"b": "active"}})
    assert found.as_json()["unknown_statuses"] == {"a": 2, "(none)": 1}


def test_standing_is_told_of_each_person_by_the_rules_that_are_given() -> None:
    records = [_person(1, end="2026-11-30"), _person(2)]
    rules = ImportRules(time_zone="Europe/Berlin")
    shown = _preview(records, rules=rules, termination_date="end").as_json()
    assert shown["standing"] == [
        {
            "record": 1,
            "id": "1",
            "state": "active",
            "why": "will count as left from 2026-12-01 00:00 Europe/Berlin",
        },
        {"record": 2, "id": "2", "state": "active", "why": "status `active`"},
    ]
    assert shown["import_rules"] == {
        "time_zone": "Europe/Berlin",
        "create_days_before": None,
        "inactive_statuses": ["inactive", "leave"],
    }


def test_who_is_refused_stands_nowhere() -> None:
    found = _preview([_person(1, end="soon")], termination_date="end")
    assert found.as_json()["standing"] == []


# ---- differences ---------------------------------------------------------------------------------

_TEAMS = [_person(1, team="a"), _person(2, team="b"), _person(3)]


def _differences(before: dict[str, Any], after: dict[str, Any]) -> Differences:
    return differences_of(_preview(_TEAMS, **before), _preview(_TEAMS, **after))


def test_the_same_definition_makes_no_difference() -> None:
    assert _differences({"team": "team"}, {"team": "team"}).is_nothing


def test_a_new_attribute_is_counted_by_those_who_get_it() -> None:
    found = _differences({}, {"team": "team"})
    assert found == Differences(
        attributes={"team": Change(added=2)}, coverage={"team": (0, 2)}, used=("team",)
    )


def test_an_attribute_that_went_is_counted_by_those_who_had_it() -> None:
    found = _differences({"team": "team"}, {})
    assert found.attributes == {"team": Change(removed=2)}
    assert (found.coverage, found.unused) == ({"team": (2, 0)}, ("team",))


def test_another_value_is_counted_and_so_is_another_type() -> None:
    plain: dict[str, Any] = {"team": "team", "custom": {"x": "id"}}
    upper = {"team": {"path": "team", "transform": ["upper"]}, "custom": {"x": {"template": "1"}}}
    found = _differences(plain, upper)
    assert found.attributes == {"team": Change(changed=2), "custom.x": Change(changed=3)}


def test_who_is_newly_refused_is_no_change_of_an_attribute() -> None:
    broken = {"hire_date": {"path": "team", "transform": ["date"]}}
    found = _differences({}, broken)
    assert found.refused == (1, 2)
    assert (found.attributes, found.coverage) == ({}, {})
    assert _differences(broken, {}).repaired == (1, 2)


def test_who_would_be_treated_otherwise_is_counted() -> None:
    status = {"path": "team", "map": {"a": "active", "b": "leave"}}
    found = _differences({}, {"status": status})
    assert found.standing == 2  # one is inactive now, and one has no status


def test_people_who_came_or_went_are_counted_and_not_compared() -> None:
    before, after = _preview(_TEAMS[:2]), _preview(_TEAMS[1:])
    assert differences_of(before, after) == Differences(came=1, went=1)


def test_fields_that_only_other_people_have_are_no_change() -> None:
    before, after = _preview([_person(1)]), _preview([_person(1), _person(2, nickname="z")])
    assert differences_of(before, after) == Differences(came=1)


# ---- a list in parts -----------------------------------------------------------------------------


def _in_parts(limit: int, *counts: int) -> tuple[Preview, list[str]]:
    """Preview parts of so many people each; return also what was asked."""
    asked: list[str] = []

    def serve(request: httpx.Request) -> Any:
        part, start = int(request.url.params["part"]), int(request.url.params["offset"])
        asked.append(f"{part}:{start}")
        here = [_person(part * 1000 + one, state=part) for one in range(counts[part])]
        return {"people": here[start : start + 2], "total": counts[part]}

    parts = [{"params": {"part": str(one)}} for one in range(len(counts))]
    found = connector({"parts": parts}, attributes=_ATTRIBUTES)
    with open_source(found.definition, Settings({}), asking(serve)) as opened:
        return make_preview(opened, limit), asked


def _seen(preview: Preview) -> list[tuple[int, str | None]]:
    return [(one.number, one.id) for one in preview.items]


def test_the_first_of_each_part_are_seen_and_the_total_is_that_of_all() -> None:
    preview, asked = _in_parts(7, 900, 300, 1)
    assert _seen(preview) == [
        (1, "0"), (2, "1"), (3, "2"), (4, "1000"), (5, "1001"), (6, "2000"),
    ]  # fmt: skip
    assert preview.total_count == 1201
    assert asked == ["0:0", "0:2", "1:0", "2:0", "2:1"]


def test_what_a_part_lacks_comes_from_those_behind_it() -> None:
    preview, _ = _in_parts(6, 1, 0, 900)
    assert _seen(preview) == [(1, "0"), *((one + 2, str(2000 + one)) for one in range(5))]


def test_no_more_are_read_than_wanted_where_there_are_more_parts() -> None:
    preview, asked = _in_parts(2, 5, 5, 5)
    assert _seen(preview) == [(1, "0"), (2, "1000")]
    assert asked == ["0:0", "1:0"]


def test_a_test_tells_parts_apart_by_what_differs() -> None:
    parts = [
        {"name": "current", "params": {"state": "here", "fields": "all"}},
        {"name": "former", "params": {"state": "left", "fields": "all"}},
        {"name": "guests", "endpoint": "/guests"},
    ]
    found = connector({"parts": parts, "pagination": {"style": "none"}, "total_count": "na"})
    result = found.test(options=asking(lambda _: {"people": [_person(1)]}))
    check = next(one for one in result.checks if one.name == "list")
    assert check.detail == (
        "current: GET https://api.example.test/v1/people?state=here; "
        "former: GET https://api.example.test/v1/people?state=left; "
        "guests: GET https://api.example.test/v1/guests"
    )
