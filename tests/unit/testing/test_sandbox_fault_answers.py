"""Faults of answers, tokens and the way over the network."""

import gzip
import json
import time
from collections.abc import Callable
from email.utils import parsedate_to_datetime
from http.client import IncompleteRead, RemoteDisconnected
from typing import Any

import pytest

Serve = Callable[..., Any]
LISTS = ["/v1/company/employees", "/v2/persons"]
LIST = LISTS[0]
JSON = {"Content-Type": "application/json"}
CREDENTIALS = json.dumps({"client_id": "me", "client_secret": "right"})


def statuses(client: Any, path: str, count: int) -> list[int]:
    return [client.get(path).status for _ in range(count)]


def burst(client: Any, count: int) -> list[Any]:
    """Ask so often within a second; a machine that was too busy for it may try again."""
    assert client.token
    for _ in range(10):
        started = time.monotonic()
        replies = [client.get(f"{LIST}?limit=1") for _ in range(count)]
        if time.monotonic() - started < 1:
            return replies
        time.sleep(1.05)
    raise AssertionError(f"{count} requests take longer than a second")


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("fault", "status"),
    [("http-500-every=2", 500), ("http-503-every=2", 503), ("unauthorized-every=2", 401)],
)
def test_every_nth_list_request_fails(serve: Serve, fault: str, status: int, path: str) -> None:
    assert statuses(serve(fault), path, 4) == [200, status, 200, status]


def test_every_fault_leaves_auth_and_single_people_alone(serve: Serve) -> None:
    client = serve("http-500-every=1")
    assert client.get("/v1/company/employees/9003").status == 200
    assert client.get("/v2/persons/9003").status == 200


def test_failures_have_the_shape_of_their_api(serve: Serve) -> None:
    client = serve("http-500-every=1")
    assert client.get(LISTS[0]).json["success"] is False
    assert client.get(LISTS[1]).json["errors"][0]["title"] == "Internal server error"


@pytest.mark.parametrize(("fault", "seconds"), [("429", "1"), ("429=0", "0"), ("429=7", "7")])
def test_429_comes_with_every_5th_list_request(serve: Serve, fault: str, seconds: str) -> None:
    client = serve(fault)
    assert statuses(client, LIST, 4) == [200] * 4
    reply = client.get(LIST)
    assert (reply.status, reply.headers["retry-after"]) == (429, seconds)


def test_429_date_names_a_date_ahead(serve: Serve) -> None:
    client = serve("429-date")
    statuses(client, LIST, 4)
    before = time.time()
    reply = client.get(LIST)
    assert reply.status == 429
    until = parsedate_to_datetime(reply.headers["retry-after"]).timestamp()
    assert before < until <= time.time() + 2


def test_rate_limit_reset_names_an_epoch_and_no_retry_after(serve: Serve) -> None:
    client = serve("rate-limit-reset")
    statuses(client, LIST, 4)
    before = time.time()
    headers = client.get(LIST).headers
    assert headers["x-ratelimit-remaining"] == "0"
    assert before < int(headers["x-ratelimit-reset"]) <= time.time() + 2
    assert "retry-after" not in headers


def test_limits_refuse_what_is_more_than_the_burst(serve: Serve) -> None:
    replies = burst(serve("limits=3"), 4)
    assert [reply.status for reply in replies] == [200, 200, 200, 429]
    assert replies[-1].headers["retry-after"] == "1"


def test_limits_let_requests_in_again_after_a_second(serve: Serve) -> None:
    client = serve("limits=1")
    assert [reply.status for reply in burst(client, 2)] == [200, 429]
    time.sleep(1.05)
    assert client.get(LIST).status == 200


def test_limits_are_not_there_unless_asked_for(serve: Serve) -> None:
    assert statuses(serve(), f"{LIST}?limit=1", 20) == [200] * 20


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(("fault", "status"), [("forbidden", 403), ("not-found", 404)])
def test_lists_are_refused(serve: Serve, fault: str, status: int, path: str) -> None:
    assert statuses(serve(fault), path, 2) == [status, status]


def test_success_false_comes_with_200(serve: Serve) -> None:
    reply = serve("success-false").get(LIST)
    assert reply.status == 200
    assert reply.json == {
        "success": False,
        "error": {"code": 0, "message": "Something went wrong"},
    }


def test_redirect_leads_to_another_host(serve: Serve) -> None:
    reply = serve("redirect").get(LIST)
    assert reply.status == 302
    assert reply.headers["location"] == f"http://foreign.example.test{LIST}"


def test_token_lifetime_is_said_and_kept_to(serve: Serve) -> None:
    # A new one must be good for long enough to be used on a busy machine.
    client = serve("token-lifetime=2.5")
    grant = client.send("POST", "/v1/auth?client_id=me&client_secret=right").json["data"]
    assert grant["expires_in"] == 2
    time.sleep(2.6)
    assert client.send("GET", LIST, "", {"Authorization": f"Bearer {grant['token']}"}).status == 401
    assert client.get(LIST).status == 200


def test_rotate_makes_each_token_good_for_one_request(serve: Serve) -> None:
    client = serve("rotate")
    first = client.get(f"{LIST}?limit=1")
    following = first.headers["authorization"]
    assert following != f"Bearer {client.token}"
    assert client.get(LIST).status == 401
    second = client.get(LIST, Authorization=following)
    assert second.status == 200
    assert client.get(LIST, Authorization=second.headers["authorization"]).status == 200


def test_html_is_a_login_page_with_200(serve: Serve) -> None:
    reply = serve("html=1").get(LIST)
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/html")
    assert b"password" in reply.body


@pytest.mark.parametrize("fault", ["html", "cut-json", "truncate", "close"])
def test_the_3rd_list_request_fails_unless_another_is_named(serve: Serve, fault: str) -> None:
    client = serve(fault)
    assert [len(client.get(f"{LIST}?limit=3").json["data"]) for _ in range(2)] == [3, 3]
    with pytest.raises((ValueError, IncompleteRead, RemoteDisconnected)):
        assert client.get(LIST).json


def test_cut_json_is_framed_well(serve: Serve) -> None:
    reply = serve("cut-json=1").get(LIST)
    assert int(reply.headers["content-length"]) == len(reply.body)
    with pytest.raises(json.JSONDecodeError):
        assert reply.json


def test_truncate_promises_more_than_it_sends(serve: Serve) -> None:
    with pytest.raises(IncompleteRead) as caught:
        serve("truncate=1").get(LIST)
    assert caught.value.expected is not None
    assert len(caught.value.partial) - caught.value.expected in {-1, 0, 1}


def test_close_answers_nothing(serve: Serve) -> None:
    with pytest.raises(RemoteDisconnected):
        serve("close=1").get(LIST)


def test_slow_delays_every_answer(serve: Serve) -> None:
    client = serve("slow=0.2")
    started = time.monotonic()
    client.send("POST", "/v1/auth", CREDENTIALS, JSON)
    assert time.monotonic() - started >= 0.2


def test_drip_sends_the_body_at_its_pace(serve: Serve) -> None:
    client = serve("drip=20000")
    assert client.token
    started = time.monotonic()
    body = client.get(f"{LIST}?limit=1").body
    assert time.monotonic() - started >= len(body) / 20_000 * 0.8


def test_gzip_compresses_for_those_who_accept_it(serve: Serve) -> None:
    client = serve("gzip")
    packed = client.get(LIST, **{"Accept-Encoding": "gzip, deflate"})
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(packed.body) == client.get(LIST, **{"Accept-Encoding": ""}).body


def test_gzip_bomb_is_small_and_grows(serve: Serve) -> None:
    reply = serve("gzip-bomb=5").get(LIST)
    assert reply.headers["content-encoding"] == "gzip"
    assert len(reply.body) < 10_000
    assert len(gzip.decompress(reply.body)) > 5_000_000
