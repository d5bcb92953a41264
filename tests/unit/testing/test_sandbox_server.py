"""The sandbox as a program: its settings, its log, its connections and its end."""

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

import pytest

from onroll.testing.sandbox import FAULTS, Fault, Sandbox

Serve = Callable[..., Any]

VALUES = {
    "N": "2",
    "EVERY": "2",
    "PER_SECOND": "9",
    "BYTES_PER_SECOND": "900000",
    "MEGABYTES": "1",
    "SECONDS": "0.1",
    "URL": "http://other.example.test",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_every_fault_is_a_sentence_and_can_be_asked_for(fault: Fault) -> None:
    assert fault.description.endswith(".")
    assert fault.description[0].isupper()
    text = fault.name if fault.argument is None else f"{fault.name}={VALUES[fault.argument]}"
    with Sandbox(users=3, faults=(text,)) as sandbox:
        assert sandbox.url


def test_fault_names_are_distinct() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)


@pytest.mark.parametrize(
    ("name", "usage"), [("page-cap", "page-cap=N"), ("429", "429[=SECONDS]"), ("lost", "lost")]
)
def test_a_fault_says_how_it_is_written(name: str, usage: str) -> None:
    assert next(fault.usage for fault in FAULTS if fault.name == name) == usage


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("page-cup=100", "There is no fault `page-cup`. Did you mean `page-cap`?"),
        ("xyzzy", "Known faults: page-cap, drift"),
        ("page-cap", "write `page-cap=N`"),
        ("page-cap=0", "N must be a whole number of at least 1"),
        ("page-cap=", "N must be a whole number of at least 1"),
        ("slow=fast", "SECONDS must be a number of seconds"),
        ("slow=nan", "SECONDS must be a number of seconds"),
        ("foreign-next=host", "URL must be an http or https URL"),
        ("lost=1", "`lost` takes no value"),
    ],
)
def test_a_bad_fault_is_refused_with_a_sentence(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"fault|must be") as caught:
        Sandbox(faults=(text,))
    assert words in str(caught.value)


def test_an_unknown_connector_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match=r"Did you mean `personio`\?"):
        Sandbox(connectors=("personnio",))


def test_a_negative_number_of_users_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 0"):
        Sandbox(users=-1)


def test_only_the_connectors_asked_for_are_served(serve: Serve) -> None:
    client = serve(connectors=("personio",))
    assert client.get("/v1/company/employees").status == 200
    assert client.get("/v2/persons").status == 404


def test_the_log_shows_what_was_asked(serve: Serve) -> None:
    client = serve()
    client.get("/v1/company/employees?limit=5&attributes%5B%5D=id", **{"X-Personio-App-ID": "ME"})
    seen = client.sandbox.requests[-1]
    assert (seen.method, seen.path) == ("GET", "/v1/company/employees")
    assert seen.query == "limit=5&attributes%5B%5D=id"
    assert seen.headers["x-personio-app-id"] == "ME"
    assert [request.method for request in client.sandbox.requests] == ["POST", "GET"]


def test_the_log_shows_no_token_by_accident(serve: Serve) -> None:
    client = serve()
    client.get("/v1/company/employees")
    assert client.token not in repr(client.sandbox.requests)


def test_the_log_can_be_cleared(serve: Serve) -> None:
    client = serve()
    client.get("/v1/company/employees")
    client.sandbox.requests.clear()
    assert len(client.sandbox.requests) == 0


def test_a_connection_is_kept_for_many_requests(serve: Serve) -> None:
    client = serve()
    connection = HTTPConnection("127.0.0.1", client.sandbox.port, timeout=10)
    headers = {"Authorization": f"Bearer {client.token}"}
    connection.connect()
    own_port = connection.sock.getsockname()[1]
    for _ in range(3):
        connection.request("GET", "/v1/company/employees?limit=1", headers=headers)
        assert connection.getresponse().read()
        assert connection.sock.getsockname()[1] == own_port
    connection.close()


def test_threads_are_served_side_by_side(serve: Serve) -> None:
    client = serve("slow=1.2")
    assert client.token
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(client.get, ["/v1/company/employees?limit=1"] * 8))
    assert {reply.status for reply in replies} == {200}
    # One after the other they would take 9.6 seconds.
    assert time.monotonic() - started < 9


def test_list_requests_of_many_threads_are_counted_once_each(serve: Serve) -> None:
    client = serve("http-500-every=5")
    assert client.token
    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(client.get, ["/v1/company/employees?limit=1"] * 40))
    assert [reply.status for reply in replies].count(500) == 8


def test_closing_ends_connections_that_are_kept_open() -> None:
    sandbox = Sandbox(users=3)
    connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    connection.request("GET", "/v1/nothing")
    connection.getresponse().read()
    sandbox.close()
    assert connection.sock.recv(1) == b""
    connection.close()


def test_closing_does_not_wait_for_slow_answers() -> None:
    sandbox = Sandbox(users=3, faults=("slow=60",))
    connection = HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    connection.request("GET", "/v1/company/employees")
    started = time.monotonic()
    sandbox.close()
    assert time.monotonic() - started < 30
    connection.close()


def test_closing_twice_is_fine() -> None:
    sandbox = Sandbox(users=3)
    sandbox.close()
    sandbox.close()


def test_wait_ends_when_the_sandbox_is_closed() -> None:
    sandbox = Sandbox(users=3)
    waiting = threading.Thread(target=sandbox.wait)
    waiting.start()
    sandbox.close()
    waiting.join(timeout=30)
    assert not waiting.is_alive()


def test_a_method_that_is_not_served_is_refused(serve: Serve) -> None:
    client = serve()
    assert client.send("GET", "/v1/auth").status == 405
    assert client.send("DELETE", "/v2/persons").status == 405


def test_a_body_that_is_too_large_is_refused(serve: Serve) -> None:
    body = json.dumps({"client_id": "x" * 1_000_001})
    headers = {"Content-Length": str(len(body))}
    assert serve().send("POST", "/v1/auth", "", headers).status == 413
