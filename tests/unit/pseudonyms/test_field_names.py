"""Keys that are fields, though somebody is called so, and keys that are somebody."""

from __future__ import annotations

from typing import Any

import pytest

from .fakes import disguised, reading

_RULES = reading(username="login", first_name="first")


def _people(**more: Any) -> list[dict[str, Any]]:
    logins = ("admin", "grace.kern", "omar.li")
    return [
        {"login": login, "first": login.split(".")[0], "mail": f"{login}@acme.de", **more}
        for login in logins
    ]


@pytest.mark.parametrize("key", ["admin", "grace_period", "Admin"])
def test_a_key_of_most_records_is_a_field_whoever_is_called_so(key: str) -> None:
    found, disguise = disguised(_people(**{key: True}), _RULES)
    assert [key in one for one in found] == [True, True, True]
    assert found[0]["login"] != "admin"
    assert not any(disguise.is_left_in(str(one[key])) for one in found)


def test_a_field_of_most_objects_inside_of_records_is_one_too() -> None:
    rights = {"rights": {"admin": False, "read": True, "write": True}}
    found, _ = disguised(_people(**rights), _RULES)
    assert all("admin" in one["rights"] for one in found)


def test_an_object_that_is_keyed_by_people_is_disguised_though_all_have_it() -> None:
    found, _ = disguised(_people(approvers={"grace.kern": "full"}), _RULES)
    assert not any("grace.kern" in one["approvers"] for one in found)


def test_a_key_of_few_records_is_data() -> None:
    records = _people()
    records[1]["grace"] = {"since": 3}
    found, _ = disguised(records, _RULES)
    assert "grace" not in found[1]


@pytest.mark.parametrize("key", ["ada.kern@acme.de", "471100", "2026-03-01"])
def test_an_address_a_number_or_a_date_is_data_wherever_it_is(key: str) -> None:
    found, _ = disguised(_people(**{key: 5}), _RULES)
    assert not any(key in one for one in found)


def test_of_one_record_alone_nobody_can_tell_so_the_key_is_replaced() -> None:
    [found], _ = disguised(_people(admin=True)[:1], _RULES)
    assert "admin" not in found
