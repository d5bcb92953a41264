"""What is said of a request before it is sent is what arrives."""

import httpx
import pytest

from onroll.http.body import decode_json
from onroll.http.client import HttpClient
from onroll.http.encoding import body_of, content_type_of, host_of, target_of, url_of
from onroll.model import Limits, Request

from .rawserver import OK, RawServer

URL = "https://api.example.test"
REQUESTS = (
    Request("GET", URL),
    Request("GET", f"{URL}/people?"),
    Request("GET", f"{URL}/people?cursor=a%2Fb%2f c", (("key", "x y&z=ü/"), ("$top", ""))),
    Request("GET", "https://API.example.test:443/a/../b/%7Ec/é"),
    Request("GET", "https://api.example.test:8443/people#top"),
    Request("GET", "https://bücher.example.test/people"),
    Request("POST", URL, json={"name": "Zoë", "list": [1, None]}),
    Request("POST", URL, form=(("b", "1 2"), ("a", "&ü"))),
    Request("POST", URL, json={}, headers={"content-TYPE": "application/vnd.api+json"}),
)


@pytest.mark.parametrize("request_", REQUESTS, ids=range(len(REQUESTS)))
def test_what_is_said_is_what_arrives(request_: Request) -> None:
    arrived: list[httpx.Request] = []

    def answer(one: httpx.Request) -> httpx.Response:
        arrived.append(one)
        return httpx.Response(200, json={})

    with HttpClient(Limits(), transport=httpx.MockTransport(answer)) as client:
        client.send(request_, decode_json)
    (one,) = arrived
    assert target_of(request_).encode() == one.url.raw_path
    assert host_of(request_) == one.headers["host"]
    assert (body_of(request_) or b"") == one.content
    assert content_type_of(request_) == one.headers.get("content-type")
    assert httpx.URL(url_of(request_)) == one.url


@pytest.mark.parametrize(
    "broken",
    [
        Request("GET", "https://api.example.test/\x00?key=s3cr3t"),
        Request("GET", URL, (("q", "\ud800"),)),
    ],
    ids=["control", "surrogate"],
)
def test_an_address_that_cannot_be_sent_raises_value_error_without_its_text(
    broken: Request,
) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  (any of its words but those)
        target_of(broken)
    assert "s3cr3t" not in str(caught.value)


@pytest.mark.parametrize(
    "path", ["/people?cursor=a%2Fb%2f c", "/a/../b/%7Ec/é?q=[1]|'\"<>^`{}", "?x"]
)
def test_the_target_is_what_goes_over_the_wire(path: str) -> None:
    with RawServer(lambda connection, _: connection.sendall(OK)) as server:
        request = Request("GET", server.url + path, (("key", "x y&z=ü/"), ("$top", "")))
        with HttpClient(Limits()) as client:
            client.send(request, decode_json)
        (head,) = server.heads
    assert head.split(b" ")[1].decode() == target_of(request)
    assert f"\r\nhost: {host_of(request)}\r\n".encode() in head.lower()
