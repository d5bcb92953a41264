"""What is replaced in records, what stays and why, and that nothing is left by mistake."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.pseudonyms.bodies import Body, Layout
from onroll.pseudonyms.disguise import Disguise
from onroll.pseudonyms.pseudonyms import words_in
from onroll.pseudonyms.rules import Rules

from .fakes import KEY, disguised, reading

_ADA = {
    "id": 4711,
    "first_name": "Ada",
    "last_name": "Kern",
    "display": "Ada Kern",
    "email": "ada.kern@acme.de",
    "department": "Sales",
    "born": "1990-05-17",
    "salary": 54000,
    "active": True,
    "note": None,
    "state": "ON_LEAVE",
}


def _fates(disguise: Disguise) -> dict[str, str]:
    return {one.path: one.fate for one in disguise.changes}


def test_everything_is_replaced_but_flags_and_nothing() -> None:
    [found], _ = disguised([_ADA])
    changed = {name for name, value in found.items() if value != _ADA[name]}
    assert changed == _ADA.keys() - {"active", "note"}


def test_a_name_looks_alike_wherever_it_stands() -> None:
    [found], _ = disguised([_ADA])
    first, last = found["first_name"], found["last_name"]
    assert found["display"] == f"{first} {last}"
    assert found["email"] == f"{first}.{last}@example.com".lower()


def test_a_status_stays_where_the_definition_reads_it_and_elsewhere() -> None:
    records = [{**_ADA, "old": {"state": "ON_LEAVE"}}]
    [found], disguise = disguised(records, reading(status="state"))
    assert (found["state"], found["old"]["state"]) == ("ON_LEAVE", "ON_LEAVE")
    assert _fates(disguise)["state"] == "vocabulary"


def test_a_status_that_names_somebody_is_replaced() -> None:
    records = [{"last_name": "Kern", "state": "left for Kern"}]
    [found], _ = disguised(records, reading(status="state"))
    assert "Kern" not in found["state"]


def test_what_the_definition_compares_with_stays() -> None:
    [found], disguise = disguised([_ADA], Rules(compared=frozenset({"on_leave"})))
    assert found["state"] == "ON_LEAVE"
    assert _fates(disguise)["state"] == "compared"


def test_a_path_that_is_to_be_kept_stays_with_all_below_it() -> None:
    records = [{"office": {"name": "Berlin", "city": "Potsdam"}, "boss": "Kern"}]
    [found], disguise = disguised(records, keep=frozenset({"office"}))
    assert found["office"] == {"name": "Berlin", "city": "Potsdam"}
    assert found["boss"] != "Kern"
    assert disguise.unknown_keep == frozenset()


def test_a_path_that_is_nowhere_is_named() -> None:
    _, disguise = disguised([_ADA], keep=frozenset({"offfice"}))
    assert disguise.unknown_keep == {"offfice"}


def test_a_text_that_only_names_a_field_stays() -> None:
    records = [{"hire_date": {"label": "Hire date", "value": "2020-01-02"}}]
    [found], disguise = disguised(records)
    assert found["hire_date"]["label"] == "Hire date"
    assert _fates(disguise)["hire_date.label"] == "field"


def test_somebody_who_is_called_like_a_field_is_replaced() -> None:
    [found], _ = disguised([{"last_name": "Mark", "mark": "good"}])
    assert "Mark" not in found.values()


@pytest.mark.parametrize("key", ["ada.kern@acme.de", "4711", "ada.kern", "Ada Kern"])
def test_a_key_that_is_somebodys_is_replaced_as_the_value_is(key: str) -> None:
    [found], _ = disguised([{"last_name": "Kern", "first_name": "Ada", "x": {key: {"a": True}}}])
    assert key not in found["x"]
    assert list(found["x"].values()) == [{"a": True}]


@pytest.mark.parametrize("key", ["Kern, Ada (HR)", "notes_kern", "mail to ada@acme.de"])
def test_a_key_with_somebodys_name_or_address_in_it_is_replaced(key: str) -> None:
    rules = reading(last_name="last", first_name="first")
    [found], _ = disguised([{"last": "Kern", "first": "Ada", "x": {key: True}}], rules)
    assert not {"kern", "ada", "acme"} & set(words_in(str(found["x"])))


def test_the_account_shows_no_key_that_is_somebodys() -> None:
    _, disguise = disguised([{"ada.kern@acme.de": {"grade": 3}}])
    [change] = disguise.changes
    assert not {"ada", "kern", "acme"} & set(words_in(change.path))


def test_a_key_that_the_definition_names_stays() -> None:
    rules = reading(email="4047")
    [found], _ = disguised([{"4047": "ada@acme.de"}], rules)
    assert list(found) == ["4047"]


def test_ids_that_are_keys_and_ids_that_are_values_stay_the_same() -> None:
    people = {"4711": {"boss": 4712}, "4712": {"boss": None}}
    body = Body("people", people, Layout(keyed={id(people): (("id",), ())}))
    found = Disguise([body], Rules(), key=KEY).body(body)
    [first, second] = found
    assert "4711" not in found
    assert str(found[first]["boss"]) == second


def test_rows_are_told_by_the_names_of_their_columns() -> None:
    columns, rows = ["mail", "plan"], [["ada@acme.de", "Gold"]]
    layout = Layout(rows={id(rows): ((), ("mail", "plan"))}, columns=frozenset({id(columns)}))
    body = Body("list_users", {"columns": columns, "rows": rows}, layout)
    disguise = Disguise([body], Rules(), key=KEY)
    found = disguise.body(body)
    assert found["columns"] == columns
    assert found["rows"][0][0].endswith("@example.com")
    assert {"mail", "plan"} <= {one.path for one in disguise.changes}


def test_counts_beside_the_records_stay_and_texts_there_do_not() -> None:
    records = [_ADA]
    answer = {"total": 450, "account": 81234, "company": "Acme GmbH", "people": records}
    body = Body("list_users", answer, Layout(lists={id(records): ()}))
    found = Disguise([body], Rules(), key=KEY).body(body)
    assert found["total"] == 450
    assert found["account"] != 81234
    assert found["company"] != "Acme GmbH"


@pytest.mark.parametrize("key", ["phone_number", "customer_number", "max_salary", "first_hired"])
def test_a_number_beside_the_records_that_counts_no_people_is_replaced(key: str) -> None:
    records = [_ADA]
    body = Body("list_users", {key: 493012345, "people": records}, Layout(lists={id(records): ()}))
    assert Disguise([body], Rules(), key=KEY).body(body)[key] != 493012345


def test_the_total_that_the_definition_reads_stays_whatever_its_name() -> None:
    records = [_ADA]
    answer = {"meta": {"staff": 450, "rooms": 450}, "people": records}
    body = Body("list_users", answer, Layout(lists={id(records): ()}))
    rules = Rules(counts=frozenset({("meta", "staff")}))
    found = Disguise([body], rules, key=KEY).body(body)["meta"]
    assert found["staff"] == 450
    assert found["rooms"] != 450


def test_a_phone_number_that_looks_like_a_moment_is_not_moved_as_one() -> None:
    _, disguise = disguised([{"day_phone": 2025550123}])
    assert _fates(disguise)["day_phone"] == "number"


def test_a_text_stays_as_a_fields_name_only_where_fields_are_named() -> None:
    [found], _ = disguised([{"May": {"label": "May", "x": 5}, "buddy": "May"}])
    assert found["May"]["label"] == "May"
    assert found["buddy"] != "May"


@pytest.mark.parametrize(
    "status", ["ask bob@acme.de", "away until 2026-03-01", "call 030 998877", "replaced by Bo"]
)
def test_a_status_that_says_more_than_a_status_is_replaced(status: str) -> None:
    records = [{"last_name": "Kern", "first_name": "Bo", "state": status}]
    [found], _ = disguised(records, reading(status="state"))
    assert found["state"] != status


def test_what_is_read_as_a_title_too_is_no_status() -> None:
    rules = Rules(attributes={("job",): frozenset({"employee_type", "job_title"})})
    [found], _ = disguised([{"job": "Queen"}], rules)
    assert found["job"] != "Queen"


def test_somebody_who_is_called_like_a_status_is_replaced_and_the_status_stays() -> None:
    rules = Rules(
        compared=frozenset({"active"}),
        maps={("state",): frozenset({"active"})},
        attributes={("last",): frozenset({"last_name"}), ("state",): frozenset({"status"})},
    )
    [found], _ = disguised([{"last": "Active", "state": "active"}], rules)
    assert (found["last"] == "Active", found["state"]) == (False, "active")


def test_a_name_that_a_condition_looks_for_stays() -> None:
    rules = Rules(compared=frozenset({"test"}), sought=frozenset({"test"}))
    [found], _ = disguised([{"last_name": "Test"}], rules)
    assert found["last_name"] == "Test"


def test_a_name_that_a_departments_transform_looks_for_is_replaced() -> None:
    rules = Rules(words=frozenset({"ann", "dr"}), name_words=frozenset({"dr"}))
    [found], _ = disguised([{"name": "Dr Ann Kern"}], rules)
    assert words_in(found["name"])[0] == "dr"
    assert "Ann" not in found["name"]


def test_of_a_link_header_only_its_addresses_and_what_they_are_stay() -> None:
    _, disguise = disguised([])
    link = '<https://a.de/p?page=2>; rel="next"; title="Ada Kern", <https://a.de/h>; rel=help'
    found = disguise.header("Link", link)
    assert [one.partition(">")[2] for one in found.split(", ")] == ['; rel="next"', "; rel=help"]


def test_a_header_that_a_condition_looks_for_stays() -> None:
    _, disguise = disguised([], Rules(compared=frozenset({"yes"})))
    assert disguise.header("X-More", "yes") == "yes"


def test_what_a_transform_looks_for_stays_inside_a_text() -> None:
    [found], _ = disguised([{"dn": "CN=Ada,OU=Sales"}], Rules(words=frozenset({"cn", "ou"})))
    assert found["dn"].startswith("CN=")
    assert "Sales" not in found["dn"]


def test_a_name_in_a_kept_path_is_found_before_it_is_written() -> None:
    records = [{"last_name": "Kern", "office": "Kern Tower"}]
    _, disguise = disguised(records, keep=frozenset({"office"}))
    assert disguise.is_left_in("Kern Tower")
    assert not disguise.is_left_in("Kernel")


def test_the_account_shows_fakes_and_never_what_was_there() -> None:
    _, disguise = disguised([_ADA])
    shown = json.dumps([one.examples for one in disguise.changes])
    assert not {"ada", "kern", "sales", "acme"} & set(words_in(shown))


def test_a_phone_number_with_a_name_beside_it_is_replaced_with_it() -> None:
    [found], _ = disguised([{"phone": "0301234567 (Kern)"}])
    assert "Kern" not in found["phone"]
    assert "0301234567" not in found["phone"]


_SCALARS = st.none() | st.booleans() | st.integers() | st.text(max_size=20)
_RECORDS = st.lists(
    st.dictionaries(
        st.sampled_from(["id", "name", "email", "x", "phone", "start_date", "team"]),
        st.recursive(_SCALARS, lambda one: st.lists(one, max_size=3), max_leaves=5),
        max_size=5,
    ),
    max_size=5,
)


@given(_RECORDS)
def test_no_word_of_four_letters_survives_but_the_names_of_fields(
    records: list[dict[str, Any]],
) -> None:
    found, disguise = disguised(records)
    fields = {word for record in records for key in record for word in words_in(key)}
    before = {word for one in _texts(records) for word in words_in(one) if len(word) >= 4}
    after = {word for one in _texts(found) for word in words_in(one)}
    assert before & after <= fields
    assert not [one for one in _texts(found) if disguise.is_left_in(one)]


@given(_RECORDS)
def test_the_shape_of_records_stays(records: list[dict[str, Any]]) -> None:
    found, _ = disguised(records)
    assert _kinds(found) == _kinds(records)


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


def _kinds(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _kinds(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_kinds(item) for item in value]
    return type(value)
