from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from onroll.testing.sandbox.people import person

Serve = Callable[..., Any]

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
GRANT = {"grant_type": "client_credentials", "client_id": "me", "client_secret": "right"}
PERSON = [
    "id",
    "email",
    "created_at",
    "updated_at",
    "first_name",
    "last_name",
    "preferred_name",
    "gender",
    "profile_picture",
    "status",
    "custom_attributes",
    "employments",
    "_meta",
]
EMPLOYMENT = [
    "id",
    "status",
    "weekly_working_hours",
    "full_time_weekly_working_hours",
    "probation_end_date",
    "employment_start_date",
    "employment_end_date",
    "type",
    "contract_end_date",
    "created_at",
    "updated_at",
    "position",
    "supervisor",
    "office",
    "legal_entity",
    "job",
    "sub_company",
    "org_units",
    "cost_centers",
    "person",
    "termination",
    "_meta",
]


def test_a_token_is_given_for_a_form(serve: Serve) -> None:
    reply = serve().send("POST", "/v2/auth/token", urlencode(GRANT), FORM)
    assert reply.status == 200
    assert reply.json["access_token"].startswith("papi-")
    assert reply.json["token_type"] == "Bearer"
    assert reply.json["expires_in"] == 86_400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"client_secret": "wrong"}, "unauthorized_client"),
        ({"client_secret": ""}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
def test_a_bad_grant_is_a_problem_with_status_400(
    serve: Serve, changes: dict[str, str], error: str
) -> None:
    reply = serve().send("POST", "/v2/auth/token", urlencode(GRANT | changes), FORM)
    assert reply.status == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.json["error"] == error
    assert set(reply.json) == {
        "timestamp",
        "trace_id",
        "error",
        "error_description",
        "error_uri",
        "meta",
    }


def test_another_content_type_is_refused_in_the_documented_words(serve: Serve) -> None:
    headers = {"Content-Type": "application/json"}
    reply = serve().send("POST", "/v2/auth/token", "{}", headers)
    assert reply.status == 400
    assert reply.json["error_description"] == (
        "The content type of the request must be application/x-www-form-urlencoded"
    )


def test_a_revoked_token_is_refused(serve: Serve) -> None:
    client = serve()
    reply = client.send("POST", "/v2/auth/revoke", urlencode({"token": client.token}), FORM)
    assert (reply.status, reply.body) == (200, b"")
    assert client.get("/v2/persons").status == 401


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer papi-made-up"}])
def test_a_list_needs_a_token(serve: Serve, headers: dict[str, str]) -> None:
    reply = serve().send("GET", "/v2/persons", headers=headers)
    assert reply.status == 401
    assert reply.json["errors"][0]["title"] == "Unauthorized Request"


def test_a_person_has_the_documented_keys(serve: Serve) -> None:
    assert list(serve().get("/v2/persons").json["_data"][0]) == PERSON


def test_ids_are_the_numbers_of_v1_as_texts(serve: Serve) -> None:
    client = serve(users=120)
    numbers = [str(record["id"]["value"]) for record in client.employees(pages=2)]
    assert [record["id"] for record in client.persons()] == numbers


def test_a_page_has_10_records_unless_asked(serve: Serve) -> None:
    assert len(serve().get("/v2/persons").json["_data"]) == 10


@pytest.mark.parametrize("limit", ["0", "51", "x", "-1"])
def test_a_senseless_limit_is_a_bad_request(serve: Serve, limit: str) -> None:
    reply = serve().get(f"/v2/persons?limit={limit}")
    assert reply.status == 400
    assert reply.headers["content-type"] == "application/problem+json"
    assert set(reply.json) == {"personio_trace_id", "timestamp", "errors"}
    assert reply.json["errors"][0]["title"] == "Bad request"


@pytest.mark.parametrize("users", [1, 50, 51, 450])
def test_next_links_lead_to_everybody_once(serve: Serve, users: int) -> None:
    found = [record["id"] for record in serve(users=users).persons()]
    assert found == [str(number) for number in range(9000, 9000 + users)]


def test_the_last_page_has_no_next_link(serve: Serve) -> None:
    assert "next" not in serve(users=10).get("/v2/persons?limit=10").json["_meta"]["links"]


def test_a_page_has_no_total(serve: Serve) -> None:
    assert set(serve().get("/v2/persons").json) == {"_data", "_meta"}


def test_a_next_link_names_the_host_that_was_asked(serve: Serve) -> None:
    page = serve().get("/v2/persons", Host="hr.example.test:81").json
    assert page["_meta"]["links"]["next"]["href"].startswith(
        "http://hr.example.test:81/v2/persons?cursor=cur_"
    )


@pytest.mark.parametrize("cursor", ["nonsense", "cur_", "cur_AAAA", "cur_%C3%BC"])
def test_a_made_up_cursor_is_a_bad_request(serve: Serve, cursor: str) -> None:
    assert serve().get(f"/v2/persons?cursor={cursor}").status == 400


def test_statuses_split_the_people_in_two(serve: Serve) -> None:
    client = serve()
    active = client.persons("/v2/persons?limit=50&status=ACTIVE")
    inactive = client.persons("/v2/persons?limit=50&status=INACTIVE")
    assert {record["status"] for record in active} == {"ACTIVE"}
    assert {record["status"] for record in inactive} == {"INACTIVE"}
    assert len(active) + len(inactive) == 450


def test_an_unknown_status_is_a_bad_request(serve: Serve) -> None:
    assert serve().get("/v2/persons?status=LEAVE").status == 400


def test_persons_are_found_by_ids(serve: Serve) -> None:
    found = serve().persons("/v2/persons?id=9005,9003,1")
    assert [record["id"] for record in found] == ["9003", "9005"]


def test_filters_are_all_kept_to(serve: Serve) -> None:
    path = f"/v2/persons?id=9005,9003&email={person(5).email},{person(6).email}"
    assert [record["id"] for record in serve().persons(path)] == ["9005"]


def test_one_person_is_the_bare_object(serve: Serve) -> None:
    client = serve()
    assert client.get("/v2/persons/9003").json == client.get("/v2/persons").json["_data"][3]


@pytest.mark.parametrize("path", ["/v2/persons/1", "/v2/persons/1/employments", "/v2/nothing"])
def test_what_is_not_there_is_a_documented_problem(serve: Serve, path: str) -> None:
    reply = serve().get(path)
    assert reply.status == 404
    assert reply.json["errors"][0]["title"] == "Resource not found"


def test_an_employment_has_the_documented_keys(serve: Serve) -> None:
    page = serve().get("/v2/persons/9003/employments").json
    assert list(page["_data"][0]) == EMPLOYMENT


def test_a_rehire_has_two_employments_the_latest_first(serve: Serve) -> None:
    rehire = next(i for i in range(450) if person(i).previous_employment)
    client = serve()
    latest, earlier = client.get(f"/v2/persons/{9000 + rehire}/employments").json["_data"]
    assert latest["employment_start_date"] > earlier["employment_end_date"]
    listed = client.get(f"/v2/persons/{9000 + rehire}").json["employments"]
    assert [reference["id"] for reference in listed] == [latest["id"], earlier["id"]]


def test_a_leaver_has_a_termination(serve: Serve) -> None:
    leaver = next(i for i in range(450) if person(i).status == "inactive")
    employment = serve().get(f"/v2/persons/{9000 + leaver}/employments").json["_data"][0]
    assert employment["status"] == "INACTIVE"
    assert employment["termination"]["termination_date"] == person(leaver).termination_date


def test_the_next_link_of_employments_names_a_path_that_is_not_there(serve: Serve) -> None:
    rehire = next(i for i in range(450) if person(i).previous_employment)
    client = serve()
    path = f"/v2/persons/{9000 + rehire}/employments"
    href = client.get(f"{path}?limit=1").json["_meta"]["links"]["next"]["href"]
    assert href.startswith(f"{client.sandbox.url}/v2/employments?cursor=")
    assert client.get(href.removeprefix(client.sandbox.url)).status == 404
    cursor = href.partition("?")[2]
    assert len(client.get(f"{path}?{cursor}").json["_data"]) == 1


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v2/org-units?type=department", "Finance"),
        ("/v2/org-units?type=team", "Payroll"),
        ("/v2/workplaces", "Bremen"),
        ("/v2/cost-centers", "CC North"),
        ("/v2/legal-entities", "Example GmbH"),
    ],
)
def test_look_ups_name_what_employments_number(serve: Serve, path: str, name: str) -> None:
    joint = "&" if "?" in path else "?"
    found = serve().persons(f"{path}{joint}limit=2")
    assert name in {record["name"] for record in found}
    assert all(isinstance(record["id"], str) for record in found)


def test_every_unit_of_an_employment_can_be_looked_up(serve: Serve) -> None:
    client = serve(users=5)
    for number in range(9000, 9005):
        for unit in client.get(f"/v2/persons/{number}/employments").json["_data"][0]["org_units"]:
            reply = client.get(f"/v2/org-units/{unit['id']}?type={unit['type']}")
            assert reply.json["id"] == unit["id"]


def test_org_units_need_a_type(serve: Serve) -> None:
    assert serve().get("/v2/org-units").status == 400


def test_answers_have_the_observed_rate_headers(serve: Serve) -> None:
    headers = serve().get("/v2/persons").headers
    assert headers["x-ratelimit-burst-capacity"] == "100"
    assert {"x-ratelimit-replenish-rate", "x-ratelimit-remaining"} <= set(headers)
