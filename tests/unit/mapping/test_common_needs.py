"""What mappings of real APIs need, each in the shape in which APIs have it."""

from typing import Any

import pytest

from onroll.model import ABSENT

from .people import attribute, mapped, value


@pytest.mark.parametrize(
    ("supervisor", "found"),
    [({"id": 7}, "7"), ({"id": "007"}, "007"), ({"id": None}, None), (None, None)],
)
def test_a_manager_is_named_by_the_id_of_the_source_as_text(supervisor: Any, found: Any) -> None:
    assert attribute("manager_id", "supervisor.id", {"supervisor": supervisor}) == found


def test_a_manager_is_named_by_an_address() -> None:
    written = {"path": "boss.mail", "transform": ["lower"]}
    assert attribute("manager_email", written, {"boss": {"mail": "Ada@X.test"}}) == "ada@x.test"
    assert attribute("manager_email", written, {"boss": {}}) is None
    assert attribute("manager_email", written, {}) is ABSENT


FIELDS = {
    "fields": [
        {"id": 2, "name": "Cost center", "value": "CC1"},
        {"id": 3, "name": "Shoe size", "value": "38"},
        {"id": 4, "name": "Keys", "value": ["K1", "K2"]},
        {"id": 5, "name": "Badge", "value": None},
    ]
}


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("$.fields[?(@.name=='Cost center')].value", "CC1"),
        ("$.fields[?(@.id==2)].value", "CC1"),
        ({"path": "$.fields[?(@.id==3)].value", "transform": ["number"]}, 38),
        ("$.fields[?(@.name=='Keys')].value", ["K1", "K2"]),
        ({"path": "$.fields[?(@.name=='Keys')].value", "transform": [{"join": "+"}]}, "K1+K2"),
        ("$.fields[?(@.name=='Badge')].value", None),
        ("$.fields[?(@.name=='Nothing')].value", None),
    ],
)
def test_a_list_of_names_and_values_is_read_by_the_name_or_the_number(
    written: Any, found: Any
) -> None:
    assert value(written, FIELDS) == found


@pytest.mark.parametrize("name", ["roles", "groups"])
@pytest.mark.parametrize(
    ("written", "record", "found"),
    [
        ("teams", {"teams": ["a", "b"]}, ["a", "b"]),
        ("$.teams[*].name", {"teams": [{"name": "a"}, {"name": "b"}]}, ["a", "b"]),
        ("$.teams[?(@.open==true)].name", {"teams": [{"name": "a", "open": True}]}, ["a"]),
        ("team", {"team": "a"}, ["a"]),
        ({"path": "team", "transform": [{"split": {"on": ","}}]}, {"team": "a, b"}, ["a", "b"]),
        (
            {"path": "$.teams[*]", "transform": [{"split": {"on": ";"}}, "unique"]},
            {"teams": ["a; b", "b;c"]},
            ["a", "b", "c"],
        ),
        ({"path": "teams", "map": {"A": "admins"}}, {"teams": ["a", "x"]}, ["admins"]),
        ("teams", {"teams": []}, []),
        ("teams", {"teams": None}, None),
        ("teams", {}, ABSENT),
    ],
)
def test_roles_and_groups_are_lists_of_text(
    name: str, written: Any, record: Any, found: Any
) -> None:
    assert attribute(name, written, record) == found


def test_custom_attributes_keep_the_type_that_json_gives_them() -> None:
    record = {
        "size": 38,
        "hours": 37.5,
        "is_remote": False,
        "tags": ["a"],
        "no": None,
        "id7": "007",
    }
    user = mapped(record, custom={name: name for name in [*record, "absent"]}).user
    assert user is not None
    assert user.attributes["custom"] == record


@pytest.mark.parametrize(
    ("locale", "written", "name"),
    [
        ("de-AT", {}, "joerg.groesslund"),
        ("en", {}, "jorg.grosslund"),
        (None, {}, "jorg.grosslund"),
        ("en", {"locale": "de"}, "joerg.groesslund"),
        ("de", {"locale": "da"}, "jorg.grosslund"),
    ],
)
def test_a_sign_in_name_is_composed_by_the_person_s_locale_or_the_one_written(
    locale: Any, written: Any, name: str
) -> None:
    composed = {
        "beginning": {"attribute": "first_name"},
        "separator": ".",
        "end": {"attribute": "last_name"},
        **written,
    }
    user = mapped(
        {"first": "Jörg", "last": "Größlund", "language": locale},
        first_name="first",
        last_name="last",
        locale="language",
        username={"compose": composed},
    ).user
    assert user is not None
    assert user.attributes["username"] == name


def test_who_has_left_without_a_status_is_told_by_another_key() -> None:
    written = {
        "first": [
            {"value": "inactive", "when": {"path": "left_because", "present": True}},
            {"value": "active"},
        ]
    }
    assert attribute("status", written, {"left_because": "retired"}) == "inactive"
    assert attribute("status", written, {"left_because": None}) == "active"
    assert attribute("status", written, {}) == "active"
