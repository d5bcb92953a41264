"""Days of a running sandbox: its own endpoint, both APIs on the next day, and the faults."""

from collections.abc import Callable
from typing import Any

import pytest

from onroll.testing.sandbox import Sandbox
from onroll.testing.sandbox.days import next_day
from onroll.testing.sandbox.workforce import Workforce

Serve = Callable[..., Any]
LIST = "/v1/company/employees"
NEXT_DAY = "/sandbox/next-day"


def ids(records: list[dict[str, Any]]) -> list[int]:
    return [int(r["id"] if isinstance(r["id"], str) else r["id"]["value"]) for r in records]


def test_a_day_goes_by_when_it_is_asked_to(serve: Serve) -> None:
    client = serve()
    reply = client.send("POST", NEXT_DAY)
    assert reply.status == 200
    assert reply.json == next_day(Workforce(450, 1))[1].record


def test_the_number_of_changes_can_be_asked_for(serve: Serve) -> None:
    client = serve(users=5_000)
    assert client.send("POST", f"{NEXT_DAY}?changes=200").json["joined"] == 40
    assert client.sandbox.users == 5_040


@pytest.mark.parametrize("text", ["-1", "many", "1.5", "", "1000000000", "%C2%B2"])
def test_a_number_of_changes_that_is_none_is_refused(serve: Serve, text: str) -> None:
    client = serve()
    assert client.send("POST", f"{NEXT_DAY}?changes={text}").status == 400


def test_a_day_goes_by_with_post_only(serve: Serve) -> None:
    client = serve()
    reply = client.send("GET", NEXT_DAY)
    assert (reply.status, reply.headers["allow"]) == (405, "POST")
    assert client.sandbox.users == 450


def test_both_apis_list_and_count_the_people_of_the_day(serve: Serve) -> None:
    client = serve()
    client.sandbox.next_day()
    everybody = list(range(9000, 9452))
    assert ids(client.employees()) == everybody
    assert ids(client.persons()) == everybody
    assert client.get(LIST).json["metadata"]["total_elements"] == 452


def test_both_apis_tell_the_same_of_who_changed(serve: Serve) -> None:
    client = serve(day=20)
    emails = [record["email"]["value"] for record in client.employees()]
    assert [record["email"] for record in client.persons()] == emails


def test_a_start_after_days_is_the_same_as_days_gone_by(serve: Serve) -> None:
    old, new = serve(), serve(day=3)
    for _ in range(3):
        old.sandbox.next_day()
    assert old.employees() == new.employees()


def test_a_negative_number_of_days_is_refused() -> None:
    with pytest.raises(ValueError, match="days must be at least 0"):
        Sandbox(day=-1)


def test_somebody_who_joined_is_found_by_id_and_email(serve: Serve) -> None:
    client = serve()
    assert client.get(f"{LIST}/9450").status == 404
    client.sandbox.next_day()
    assert client.get(f"{LIST}/9450").status == 200
    email = client.get("/v2/persons/9450").json["email"]
    assert ids(client.persons(f"/v2/persons?email={email}")) == [9450]


def test_a_list_by_status_follows_the_day(serve: Serve) -> None:
    client = serve()
    before = ids(client.persons("/v2/persons?limit=50&status=INACTIVE"))
    client.sandbox.next_day()
    later = ids(client.persons("/v2/persons?limit=50&status=INACTIVE"))
    assert len(set(later) - set(before)) == 1


def test_drift_takes_one_person_from_each_day(serve: Serve) -> None:
    client = serve("drift")
    client.employees()
    client.sandbox.next_day()
    assert ids(client.employees()) == list(range(9001, 9452))
    assert client.get(LIST).json["metadata"]["total_elements"] == 451


def test_the_person_whom_a_fault_falls_on_is_the_same_on_each_day(serve: Serve) -> None:
    client = serve("no-id")
    client.sandbox.next_day()
    records = client.employees()
    assert [place for place, record in enumerate(records) if "id" not in record] == [225]


def test_no_fault_falls_on_the_calendar(serve: Serve) -> None:
    client = serve("http-500-every=1", "gzip")
    assert client.send("POST", NEXT_DAY).status == 200


def test_first_lists_so_many_people_as_if_there_were_no_more(serve: Serve) -> None:
    client = serve("first=120")
    assert ids(client.employees()) == list(range(9000, 9120))
    assert client.get(LIST).json["metadata"]["total_elements"] == 120
    assert ids(client.persons()) == list(range(9000, 9120))


def test_first_lists_all_where_there_are_fewer(serve: Serve) -> None:
    assert serve("first=9", users=3).get(LIST).json["metadata"]["total_elements"] == 3
