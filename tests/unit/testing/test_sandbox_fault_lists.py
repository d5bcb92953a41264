"""Faults of who is listed, of pages, of records and of totals."""

from collections.abc import Callable
from typing import Any

import pytest

from onroll.testing.sandbox.faults.listings import FOREIGN_ORIGIN

Serve = Callable[..., Any]
LIST = "/v1/company/employees"
EVERYBODY = list(range(9000, 9450))


def ids(records: list[dict[str, Any]]) -> list[int]:
    """Read the ids of v1's attributes or v2's persons."""
    return [int(r["id"] if isinstance(r["id"], str) else r["id"]["value"]) for r in records]


def next_link(client: Any, path: str = "/v2/persons?limit=50") -> str | None:
    href: str | None = client.get(path).json["_meta"]["links"].get("next", {}).get("href")
    return href


def test_page_cap_cuts_pages_and_says_nothing_of_it(serve: Serve) -> None:
    page = serve("page-cap=100").get(f"{LIST}?limit=200").json
    assert len(page["data"]) == 100
    assert (page["limit"], page["metadata"]["total_elements"]) == (200, 450)


def test_page_cap_loses_nobody_to_cursors(serve: Serve) -> None:
    assert ids(serve("page-cap=7").persons()) == EVERYBODY


def test_drift_skips_one_person_of_offset_paging(serve: Serve) -> None:
    client = serve("drift")
    assert ids(client.employees()) == [number for number in EVERYBODY if number != 9100]


def test_drift_changes_the_total_on_the_way(serve: Serve) -> None:
    client = serve("drift")
    pages = [client.get(f"{LIST}?limit=100&offset={offset}").json for offset in (0, 100)]
    assert [page["metadata"]["total_elements"] for page in pages] == [450, 449]


def test_drift_has_settled_when_the_list_is_read_again(serve: Serve) -> None:
    client = serve("drift")
    client.employees()
    assert ids(client.employees()) == EVERYBODY[1:]


def test_duplicate_lists_one_person_twice_and_nobody_less(serve: Serve) -> None:
    client = serve("duplicate")
    found = ids(client.employees())
    assert (found[0], found[-2], len(found)) == (9000, 9000, 451)
    assert set(found) == set(EVERYBODY)
    assert client.get(LIST).json["metadata"]["total_elements"] == 450


def test_lost_leaves_one_person_out_whom_the_total_counts(serve: Serve) -> None:
    client = serve("lost")
    assert set(EVERYBODY) - set(ids(client.employees())) == {9225}
    assert client.get(LIST).json["metadata"]["total_elements"] == 450


def test_lost_leaves_one_person_out_of_v2_too(serve: Serve) -> None:
    assert len(serve("lost").persons()) == 449


def test_empty_lists_nobody(serve: Serve) -> None:
    client = serve("empty")
    page = client.get(LIST).json
    assert (page["data"], page["metadata"]["total_elements"]) == ([], 0)
    assert client.persons() == []


def test_short_page_is_short_although_more_follow(serve: Serve) -> None:
    client = serve("short-page")
    first = client.get(f"{LIST}?limit=90").json
    assert (len(first["data"]), first["metadata"]["total_elements"]) == (60, 450)


def test_short_page_loses_nobody_who_goes_on_from_what_came(serve: Serve) -> None:
    client = serve("short-page")
    found: list[int] = []
    while len(found) < 450:
        page = client.get(f"{LIST}?limit=100&offset={len(found)}").json
        found += [record["attributes"]["id"]["value"] for record in page["data"]]
    assert found == EVERYBODY
    assert ids(client.persons()) == EVERYBODY


def test_empty_page_is_one_page_of_many(serve: Serve) -> None:
    client = serve("empty-page=2")
    lengths = [
        len(client.get(f"{LIST}?limit=100&offset={start}").json["data"])
        for start in range(0, 500, 100)
    ]
    assert lengths == [100, 0, 100, 100, 50]


def test_empty_page_leads_on_in_v2(serve: Serve) -> None:
    assert ids(serve("empty-page=2").persons()) == EVERYBODY[:50] + EVERYBODY[100:]


def test_repeat_page_ignores_the_offset(serve: Serve) -> None:
    client = serve("repeat-page")
    pages = [client.get(f"{LIST}?offset={offset}").json["data"] for offset in (0, 50, 9999)]
    assert pages[0] == pages[1] == pages[2]
    assert pages[0]


def test_repeat_page_gives_cursor_after_cursor_to_the_same_page(serve: Serve) -> None:
    client = serve("repeat-page", users=20)
    seen, path = [], "/v2/persons?limit=10"
    for _ in range(5):
        page = client.get(path).json
        href = page["_meta"]["links"]["next"]["href"]
        seen.append((ids(page["_data"]), href))
        path = href.removeprefix(client.sandbox.url)
    assert {tuple(numbers) for numbers, _ in seen} == {tuple(range(9000, 9010))}
    assert len({href for _, href in seen}) == 5


def test_repeat_next_names_its_own_page(serve: Serve) -> None:
    client = serve("repeat-next")
    href = next_link(client)
    assert href is not None
    assert next_link(client, href.removeprefix(client.sandbox.url)) == href


@pytest.mark.parametrize(
    ("fault", "origin"),
    [
        ("foreign-next", FOREIGN_ORIGIN),
        ("foreign-next=http://127.0.0.1:9", "http://127.0.0.1:9"),
    ],
)
def test_foreign_next_names_another_host(serve: Serve, fault: str, origin: str) -> None:
    href = next_link(serve(fault))
    assert href is not None
    assert href.startswith(f"{origin}/v2/persons?cursor=cur_")


def test_foreign_next_ends_where_the_list_ends(serve: Serve) -> None:
    assert next_link(serve("foreign-next", users=50)) is None


def test_relative_next_has_no_host(serve: Serve) -> None:
    client = serve("relative-next")
    assert str(next_link(client)).startswith("/v2/persons?cursor=cur_")
    assert ids(client.persons()) == EVERYBODY


@pytest.mark.parametrize(
    ("fault", "total"), [("total-text", "450"), ("total-null", None), ("total-page", 20)]
)
def test_the_total_is_not_to_be_relied_on(serve: Serve, fault: str, total: object) -> None:
    metadata = serve(fault).get(f"{LIST}?limit=20").json["metadata"]
    assert metadata["total_elements"] == total


def test_total_missing_leaves_the_total_out(serve: Serve) -> None:
    metadata = serve("total-missing").get(LIST).json["metadata"]
    assert set(metadata) == {"current_page", "total_pages"}


def test_no_id_takes_the_id_from_one_record(serve: Serve) -> None:
    client = serve("no-id")
    assert sum("id" not in record for record in client.employees()) == 1
    assert sum("id" not in record for record in client.persons()) == 1


def test_null_id_clears_the_id_of_one_record(serve: Serve) -> None:
    client = serve("null-id")
    assert sum(record["id"]["value"] is None for record in client.employees()) == 1
    assert sum(record["id"] is None for record in client.persons()) == 1


def test_bad_date_gives_one_person_a_day_that_never_was(serve: Serve) -> None:
    dates = [record["hire_date"]["value"] for record in serve("bad-date").employees()]
    assert dates.count("2021-02-30") == 1


def test_bad_date_shows_in_the_employment_too(serve: Serve) -> None:
    page = serve("bad-date").get("/v2/persons/9225/employments").json
    assert page["_data"][0]["employment_start_date"] == "2021-02-30"


def test_status_unknown_gives_one_person_an_undocumented_status(serve: Serve) -> None:
    client = serve("status-unknown")
    statuses = [record["status"]["value"] for record in client.employees()]
    assert statuses.count("sabbatical") == 1
    assert [record["status"] for record in client.persons()].count("SABBATICAL") == 1


def test_missing_attributes_withholds_status_and_department(serve: Serve) -> None:
    client = serve("missing-attributes", users=20)
    keys = set().union(*client.employees(), *client.persons())
    keys |= set(client.get("/v2/persons/9003/employments").json["_data"][0])
    assert keys.isdisjoint({"status", "department", "org_units"})
    assert "email" in keys


def test_no_data_puts_the_records_under_another_key(serve: Serve) -> None:
    client = serve("no-data")
    for path, key in ((LIST, "data"), ("/v2/persons", "_data")):
        page = client.get(path).json
        assert key not in page
        assert page["people"]


def test_deep_json_nests_a_value(serve: Serve) -> None:
    assert b"[" * 5000 + b"]" * 5000 in serve("deep-json").get(LIST).body


def test_fat_page_pads_the_page(serve: Serve) -> None:
    reply = serve("fat-page=2").get(f"{LIST}?limit=1")
    assert len(reply.body) > 2_000_000
    assert len(reply.json["data"]) == 1


@pytest.mark.parametrize("users", [0, 1, 2])
@pytest.mark.parametrize(
    "fault", ["lost", "duplicate", "drift", "no-id", "short-page", "repeat-next", "bad-date"]
)
def test_faults_do_not_need_many_people(serve: Serve, fault: str, users: int) -> None:
    client = serve(fault, users=users)
    for path in (LIST, f"{LIST}?offset=1&limit=1", "/v2/persons"):
        assert client.get(path).status == 200


def test_faults_can_be_combined(serve: Serve) -> None:
    client = serve("total-missing", "lost", "page-cap=30")
    page = client.get(f"{LIST}?limit=100").json
    assert len(page["data"]) == 30
    assert "total_elements" not in page["metadata"]
    assert 9225 not in ids(client.persons())
