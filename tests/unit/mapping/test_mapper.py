"""From a record to a user, or to the reasons against one."""

from itertools import permutations
from typing import Any

import pytest

from onroll.model import ABSENT, STATUSES

from .people import ADA, attribute, mapped, mapper, refused


@pytest.mark.parametrize("name", ["id", "manager_id", "employee_number"])
@pytest.mark.parametrize(
    ("found", "text"),
    [(9001, "9001"), ("9001", "9001"), ("007", "007"), (9001.0, "9001"), (" x ", "x"), (0, "0"),
     (9007199254740993, "9007199254740993"), (1.5, "1.5")],
)  # fmt: skip
def test_ids_are_always_text(name: str, found: Any, text: str) -> None:
    assert attribute(name, "key", {"key": found}) == text


def test_true_is_no_id() -> None:
    result = mapped({"id": True})
    assert [(one.attribute, one.code) for one in result.reasons] == [("id", "not-an-id")]


def test_text_attributes_take_numbers_and_booleans_as_text() -> None:
    assert attribute("team", "t", {"t": 12}) == "12"
    assert attribute("team", "t", {"t": 1.5}) == "1.5"
    assert attribute("team", "t", {"t": True}) == "true"


@pytest.mark.parametrize("found", [{"label": "x"}, ["x"]])
def test_a_text_attribute_does_not_take_an_object_or_a_list(found: Any) -> None:
    result = mapped({"t": found}, team="t")
    (reason,) = result.reasons
    assert (reason.attribute, reason.code) == ("team", "not-text")
    assert "let the path lead into it" in reason.message


def test_absent_null_and_empty_stay_apart_in_a_user() -> None:
    assert attribute("team", "t", {}) is ABSENT
    assert attribute("team", "t", {"t": None}) is None
    assert attribute("team", "t", {"t": " "}) == ""


@pytest.mark.parametrize(
    ("found", "day"),
    [("2021-03-01", "2021-03-01"), ("2021-03-01T00:00:00+01:00", "2021-03-01"),
     ("0000-00-00", None), ("", None), (None, None)],
)  # fmt: skip
def test_dates_are_days(found: Any, day: Any) -> None:
    assert attribute("hire_date", "d", {"d": found}) == day


@pytest.mark.parametrize("found", ["soon", "2023-02-29", "01.03.2021", 1614556800, True, {}])
def test_a_date_that_cannot_be_read_refuses_the_person(found: Any) -> None:
    assert refused({"d": found}, hire_date="d") == [("hire_date", "not-a-date")]


@pytest.mark.parametrize("name", ["hire_date", "created_at"])
def test_a_list_of_dates_is_no_date(name: str) -> None:
    assert refused({"d": ["2021-03-01"]}, **{name: "d"}) == [(name, "is-a-list")]


def test_instants_are_in_utc() -> None:
    assert attribute("created_at", "d", {"d": "2021-03-01T00:30:00+01:00"}) == (
        "2021-02-28T23:30:00Z"
    )


def test_custom_attributes_are_nested_and_keep_their_json_types() -> None:
    custom = {"shoe": "s", "remote": "r", "tags": "t", "gone": "g", "id": "i"}
    record = {"s": 42.5, "r": False, "t": [{"a": 1}, None], "i": 7}
    user = mapped(record, custom=custom).user
    assert user is not None
    assert user.attributes["custom"] == {
        "shoe": 42.5, "remote": False, "tags": [{"a": 1}, None], "id": 7,
    }  # fmt: skip
    assert user.id == "1"


def test_without_custom_values_there_is_no_custom() -> None:
    user = mapped({}, custom={"x": "x"}).user
    assert user is not None
    assert "custom" not in user.attributes


def test_an_address_may_be_text_or_an_object() -> None:
    assert attribute("address", "a", {"a": "Street 1"}) == "Street 1"
    assert attribute("address", "a", {"a": {"city": "X"}}) == {"city": "X"}


def test_attributes_come_in_one_order_whatever_the_file_s() -> None:
    for names in permutations(("team", "last_name", "job_title")):
        user = mapped({"x": "x"}, **dict.fromkeys(names, "x")).user
        assert user is not None
        assert list(user.attributes) == [
            "id", "username", "email", "last_name", "job_title", "team", "status",
        ]  # fmt: skip


@pytest.mark.parametrize("found", [None, "", " ", [], {}])
def test_a_record_without_an_id_gives_nobody(found: Any) -> None:
    result = mapped({"id": found})
    assert result.user is None
    assert result.reasons[0].attribute == "id"


def test_a_record_without_the_id_s_key_says_so_first() -> None:
    result = mapper(hire_date="d").map({"d": "soon"})
    assert [(one.attribute, one.code) for one in result.reasons] == [
        ("id", "no-id"),
        ("hire_date", "not-a-date"),
    ]


def test_a_record_needs_an_id_only() -> None:
    user = mapper().map({"id": 5}).user
    assert user is not None
    assert user.attributes == {"id": "5", "status": "active"}


def test_all_reasons_are_named_at_once_and_none_shows_a_value() -> None:
    secret = "Ilse-Kern-1969"
    result = mapped(
        {"x": secret, "y": {secret: secret}},
        hire_date="x",
        created_at="x",
        team="y",
        custom={"age": {"path": "x", "transform": ["number"]}, "team": {"path": "x"}},
    )
    assert [(one.attribute, one.code) for one in result.reasons] == [
        ("team", "not-text"),
        ("hire_date", "not-a-date"),
        ("created_at", "not-an-instant"),
        ("custom.age", "not-a-number"),
    ]
    assert secret not in repr(result)


def test_a_custom_attribute_called_id_does_not_hide_that_the_id_is_missing() -> None:
    built = mapper(custom={"id": {"path": "x", "transform": ["number"]}})
    codes = [one.code for one in built.map({"x": "no"}).reasons]
    assert codes == ["no-id", "not-a-number"]


STATUS = {"path": "s", "map": {"On Leave": "leave", "employed": "active"}}


@pytest.mark.parametrize(("found", "status"), [("on leave ", "leave"), ("EMPLOYED", "active")])
def test_a_status_is_mapped(found: str, status: str) -> None:
    assert attribute("status", STATUS, {"s": found}) == status


@pytest.mark.parametrize(
    ("record", "named"),
    [
        ({"s": "Retired"}, "Retired"),
        ({"s": " retired "}, "retired"),
        ({"s": 7}, "7"),
        ({"s": None}, "(none)"),
        ({"s": ""}, "(none)"),
        ({}, "(none)"),
    ],
)
def test_an_unknown_status_is_named_and_never_active(record: Any, named: str) -> None:
    record = {**record}
    if record.get("s") == "":
        record = {"s": None}
    user = mapped(record, status=STATUS).user
    assert user is not None
    assert (user.attributes["status"], user.unknown_status) == (None, named)


def test_a_status_that_is_not_mapped_to_ours_is_unknown() -> None:
    user = mapped({"s": "Active"}, status="s").user
    assert user is not None
    assert (user.attributes["status"], user.unknown_status) == (None, "Active")


def test_the_unknown_status_of_a_second_place_is_named() -> None:
    written = {"first": ["missing", {"path": "none"}, {"path": "s", "map": {"x": "active"}}]}
    user = mapped({"none": None, "s": "Retired"}, status=written).user
    assert user is not None
    assert user.unknown_status == "Retired"


@pytest.mark.parametrize("status", STATUSES)
def test_our_own_words_need_no_map(status: str) -> None:
    user = mapped({"s": status}, status="s").user
    assert user is not None
    assert (user.attributes["status"], user.unknown_status) == (status, None)


def test_without_a_status_everyone_listed_is_active() -> None:
    user = mapped({}).user
    assert user is not None
    assert (user.attributes["status"], user.unknown_status) == ("active", None)


def test_a_custom_attribute_called_status_says_nothing_of_the_status() -> None:
    custom = {"status": {"path": "c", "map": {"x": 1}}}
    user = mapped({"c": "odd"}, status=STATUS, custom=custom).user
    assert user is not None
    assert user.unknown_status == "(none)"


@pytest.mark.parametrize(
    ("condition", "record", "is_excluded"),
    [
        ({"path": "kind", "equals": "robot"}, {"kind": "robot"}, True),
        ({"path": "kind", "equals": "robot"}, {"kind": "person"}, False),
        ({"path": "kind", "present": False}, {}, True),
        ({"attribute": "team", "equals": "Robots"}, {"t": "robots"}, True),
        ({"attribute": "team", "equals": "robots"}, {"t": "robots"}, False),
        ({"attribute": "team", "in": ["Robots", "Bots"]}, {"t": "bots"}, True),
        ({"attribute": "team", "present": False}, {}, True),
    ],
)
def test_records_are_excluded_by_a_path_or_by_an_attribute(
    condition: Any, record: Any, is_excluded: bool
) -> None:
    built = mapper(exclude=[condition], team={"path": "t", "transform": ["title"]})
    result = built.map({**ADA, **record})
    assert (result.is_excluded, result.user is None) == (is_excluded, is_excluded)


def test_one_condition_of_several_is_enough() -> None:
    built = mapper(exclude=[{"path": "a"}, {"path": "b"}])
    assert built.map({**ADA, "b": 1}).is_excluded


def test_an_excluded_record_is_not_refused() -> None:
    built = mapper(exclude=[{"path": "robot"}], hire_date="d")
    result = built.map({**ADA, "robot": 1, "d": "soon"})
    assert (result.is_excluded, result.reasons) == (True, ())


CHAIN = {
    "display_name": {"template": "${first_name} ${last_name}"},
    "first_name": "f",
    "last_name": {"path": "l", "when": {"attribute": "team", "equals": "x"}},
    "team": {"first": [{"template": "${division}"}, "t"]},
    "division": "d",
}


@pytest.mark.parametrize("names", list(permutations(CHAIN))[::7])
def test_attributes_may_be_made_of_others_in_any_order_of_the_file(names: tuple[str, ...]) -> None:
    user = mapped({"f": "Ada", "l": "L", "d": "x"}, **{name: CHAIN[name] for name in names}).user
    assert user is not None
    assert user.attributes["display_name"] == "Ada L"


def test_custom_attributes_may_be_made_of_ours() -> None:
    user = mapped({}, custom={"mail": {"template": "<${email}>"}}).user
    assert user is not None
    assert user.attributes["custom"] == {"mail": "<ada@example.test>"}


def test_an_attribute_made_of_an_unreadable_one_is_not_named_beside_it() -> None:
    attributes = {"hire_date": "d", "display_name": {"template": "${hire_date}"}}
    assert refused({"d": "soon"}, **attributes) == [("hire_date", "not-a-date")]


def test_a_record_that_is_no_object_gives_nobody() -> None:
    for record in ("text", 7, None, ["x"], True):
        assert mapper().map(record).user is None
        assert mapper().identify(record) is None


@pytest.mark.parametrize(
    ("record", "identifier"),
    [({"id": 9001}, "9001"), ({"id": " x "}, "x"), ({"id": ""}, None), ({"id": None}, None),
     ({}, None), ({"id": {"a": 1}}, None), ({"id": True}, None)],
)  # fmt: skip
def test_a_record_is_known_by_its_id(record: Any, identifier: str | None) -> None:
    assert mapper().identify(record) == identifier


@pytest.mark.parametrize(
    "written",
    [
        {"template": "${employee_number}-${team}"},
        {"first": ["missing", {"template": "${employee_number}-${team}"}]},
        {"path": "both", "when": {"attribute": "team", "equals": "X"}},
    ],
)
def test_an_id_that_is_made_of_other_attributes_is_known_before_all_is_mapped(
    written: Any,
) -> None:
    team = {"path": "t", "transform": ["upper"]}
    built = mapper(id=written, employee_number="n", team=team, hire_date="d")
    record = {"n": 7, "t": "x", "both": "7-X", "d": "soon"}
    assert built.identify(record) == "7-X"


def test_mapping_changes_nothing_in_the_record() -> None:
    record = {"id": 1, "email": " a@b.test ", "r": [" x "], "c": {"a": [1]}}
    before = repr(record)
    mapper(roles="r", custom={"c": "c"}).map(record)
    assert repr(record) == before
