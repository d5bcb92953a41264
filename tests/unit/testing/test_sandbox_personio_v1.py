import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from onroll.testing.sandbox.people import person
from onroll.testing.sandbox.v1_records import berlin_offset, record_writer

Serve = Callable[..., Any]

# The attributes of the documented example, in its order.
DOCUMENTED = [
    "id",
    "first_name",
    "last_name",
    "preferred_name",
    "email",
    "gender",
    "status",
    "position",
    "supervisor",
    "employment_type",
    "weekly_working_hours",
    "hire_date",
    "contract_end_date",
    "termination_date",
    "termination_type",
    "termination_reason",
    "probation_period_end",
    "created_at",
    "last_modified_at",
    "subcompany",
    "office",
    "department",
    "team",
    "cost_centers",
    "holiday_calendar",
    "absence_entitlement",
    "work_schedule",
    "fix_salary",
    "fix_salary_interval",
    "hourly_salary",
    "last_working_day",
    "profile_picture",
    "dynamic_24407",
    "dynamic_21827",
    "dynamic_33400",
]
CREDENTIALS = {"client_id": "me", "client_secret": "right"}
JSON = {"Content-Type": "application/json"}


def written(index: int) -> dict[str, Any]:
    record: dict[str, Any] = json.loads(record_writer()(person(index)))
    return record


def test_a_record_has_the_documented_attributes() -> None:
    assert list(written(5)["attributes"]) == DOCUMENTED


def test_every_attribute_is_wrapped_as_documented() -> None:
    for key, attribute in written(5)["attributes"].items():
        assert {"label", "value", "type", "universal_id"} <= set(attribute)
        assert set(attribute) <= {"label", "value", "type", "universal_id", "currency"}
        assert attribute["universal_id"] in {key, None, "iban"}


def test_a_record_is_json_for_everybody_and_says_who_they_are() -> None:
    for index in range(2_000):
        someone, attributes = person(index), written(index)["attributes"]
        texts = {
            key: attributes[key]["value"]
            for key in ("id", "first_name", "last_name", "preferred_name", "email", "position")
        }
        assert texts == {key: getattr(someone, key) for key in texts}


def test_a_supervisor_is_a_wrapper_in_a_wrapper() -> None:
    value = written(5)["attributes"]["supervisor"]["value"]
    assert value["type"] == "Employee"
    assert list(value["attributes"]) == ["id", "first_name", "last_name", "email"]
    assert value["attributes"]["id"] == {
        "label": "ID",
        "value": 9000,
        "type": "integer",
        "universal_id": "id",
    }


def test_cost_centers_are_a_list_with_percentages() -> None:
    shared = next(i for i in range(100) if len(person(i).cost_centers) == 2)
    first, second = written(shared)["attributes"]["cost_centers"]["value"]
    assert first["type"] == "CostCenter"
    assert set(first["attributes"]) == {"id", "name", "percentage"}
    assert first["attributes"]["percentage"] + second["attributes"]["percentage"] == 100


def test_dates_have_the_local_offset_of_their_season() -> None:
    for index in range(200):
        someone = person(index)
        hours = berlin_offset(date.fromisoformat(someone.hire_date))
        assert written(index)["attributes"]["hire_date"]["value"] == (
            f"{someone.hire_date}T00:00:00+0{hours}:00"
        )


@pytest.mark.parametrize("path", ["/v1/auth", "/auth"])
def test_credentials_are_taken_as_json(serve: Serve, path: str) -> None:
    reply = serve().send("POST", path, json.dumps(CREDENTIALS), JSON)
    assert reply.status == 200
    assert reply.json["success"] is True
    assert reply.json["data"]["token"].startswith("papi-")
    assert reply.json["data"]["expires_in"] == 86_400


def test_credentials_are_taken_from_the_query(serve: Serve) -> None:
    assert serve().send("POST", "/v1/auth?client_id=me&client_secret=x").status == 200


def test_the_same_credentials_get_the_same_token(serve: Serve) -> None:
    client = serve()
    again = client.send("POST", "/v1/auth", json.dumps(CREDENTIALS), JSON)
    assert again.json["data"]["token"] == client.token


def test_other_credentials_get_another_token(serve: Serve) -> None:
    client = serve()
    body = json.dumps({**CREDENTIALS, "client_id": "you"})
    assert client.send("POST", "/auth", body, JSON).json["data"]["token"] != client.token


def test_a_wrong_secret_is_refused_in_the_documented_shape(serve: Serve) -> None:
    body = json.dumps({**CREDENTIALS, "client_secret": "wrong"})
    reply = serve().send("POST", "/v1/auth", body, JSON)
    assert reply.status == 403
    assert reply.json == {
        "success": False,
        "error": {"code": 403, "message": "Provided authorization is not valid"},
    }


@pytest.mark.parametrize("body", ["", "{}", "[]", "{", '{"client_id": "me"}'])
def test_missing_credentials_are_refused(serve: Serve, body: str) -> None:
    reply = serve().send("POST", "/v1/auth", body, JSON)
    assert (reply.status, reply.json["success"]) == (400, False)


def test_a_list_needs_a_token(serve: Serve) -> None:
    reply = serve().send("GET", "/v1/company/employees")
    assert reply.status == 401
    assert reply.json == {
        "success": False,
        "error": {"message": "Authorization is not provided", "code": 401},
    }


def test_a_made_up_token_is_forbidden(serve: Serve) -> None:
    headers = {"Authorization": "Bearer papi-made-up"}
    reply = serve().send("GET", "/v1/company/employees", headers=headers)
    assert (reply.status, reply.json["error"]["code"]) == (403, 403)


def test_a_good_answer_names_the_same_token_again(serve: Serve) -> None:
    client = serve()
    reply = client.get("/v1/company/employees?limit=1")
    assert reply.headers["authorization"] == f"Bearer {client.token}"


def test_pages_by_offset_hold_everybody_once(serve: Serve) -> None:
    found = [record["id"]["value"] for record in serve(users=450).employees(limit=100, pages=6)]
    assert found == list(range(9000, 9450))


@pytest.mark.parametrize("path", ["/v1/company/employees", "/company/employees"])
def test_a_page_says_where_it_is(serve: Serve, path: str) -> None:
    page = serve(users=450).get(f"{path}?limit=100&offset=300").json
    assert page["metadata"] == {"total_elements": 450, "current_page": 3, "total_pages": 5}
    assert (page["success"], page["offset"], page["limit"]) == (True, 300, 100)


@pytest.mark.parametrize(("query", "length"), [("", 50), ("?limit=200", 200), ("?limit=999", 200)])
def test_a_page_has_50_records_unless_asked_and_200_at_most(
    serve: Serve, query: str, length: int
) -> None:
    assert len(serve().get(f"/v1/company/employees{query}").json["data"]) == length


@pytest.mark.parametrize("query", ["limit=0", "limit=-1", "limit=x", "offset=-1", "offset=x"])
def test_a_senseless_page_is_refused(serve: Serve, query: str) -> None:
    assert serve().get(f"/v1/company/employees?{query}").status == 400


def test_the_email_filter_finds_one_person(serve: Serve) -> None:
    email = person(77).email
    page = serve().get(f"/v1/company/employees?email={email}").json
    assert [record["attributes"]["id"]["value"] for record in page["data"]] == [9077]
    assert page["metadata"]["total_elements"] == 1


def test_the_email_filter_finds_nobody_beyond_the_last(serve: Serve) -> None:
    email = person(77).email
    assert serve(users=10).get(f"/v1/company/employees?email={email}").json["data"] == []


def test_the_email_filter_is_ignored_with_updated_since(serve: Serve) -> None:
    path = f"/v1/company/employees?email={person(7).email}&updated_since=2022-12-24"
    assert serve().get(path).json["metadata"]["total_elements"] == 450


def test_attributes_are_only_those_asked_for(serve: Serve) -> None:
    path = "/v1/company/employees?attributes[]=last_name&attributes%5B%5D=id&attributes[]=huh"
    records = serve().get(path).json["data"]
    assert {tuple(record["attributes"]) for record in records} == {("id", "last_name")}


def test_one_employee_is_shown_as_in_the_list(serve: Serve) -> None:
    client = serve()
    listed = client.get("/v1/company/employees?offset=7&limit=1").json["data"][0]
    assert client.get("/v1/company/employees/9007").json == {"success": True, "data": listed}


@pytest.mark.parametrize("number", ["9450", "8999", "1", "nobody"])
def test_an_unknown_employee_is_not_found_in_the_documented_shape(
    serve: Serve, number: str
) -> None:
    reply = serve(users=450).get(f"/v1/company/employees/{number}")
    assert reply.status == 404
    assert reply.json["error"] == {"code": 404, "message": "Es ist ein Problem aufgetreten "}


def test_the_attributes_of_the_account_are_listed(serve: Serve) -> None:
    listed = serve().get("/v1/company/employees/attributes").json["data"]
    assert [attribute["key"] for attribute in listed] == DOCUMENTED


def test_an_unknown_path_is_not_found(serve: Serve) -> None:
    assert serve().get("/v1/company/nothing").status == 404


def test_a_million_people_need_no_start_up(serve: Serve) -> None:
    page = serve(users=1_000_000).get("/v1/company/employees?limit=1&offset=999999").json
    assert page["data"][0]["attributes"]["id"]["value"] == 1_008_999
