"""What goes out: the address, the headers and the body, and what is refused before it does."""

from __future__ import annotations

import httpx
import pytest

from onroll.errors import ResponseError
from onroll.http.body import decode_json
from onroll.http.client import HttpClient
from onroll.model import Limits, Request

URL = "https://api.example.test/people"


def _sent(request: Request) -> httpx.Request:
    """Send a request and return what arrives."""
    arrived: list[httpx.Request] = []

    def handle(one: httpx.Request) -> httpx.Response:
        arrived.append(one)
        return httpx.Response(200, json={})

    with HttpClient(Limits(), transport=httpx.MockTransport(handle)) as client:
        client.send(request, decode_json)
    return arrived[0]


@pytest.mark.parametrize(
    ("params", "query"),
    [
        ((("b", "1"), ("a", "2")), b"b=1&a=2"),
        ((("id", "1"), ("id", "2")), b"id=1&id=2"),
        ((("$top", "5"), ("page[limit]", "2")), b"$top=5&page%5Blimit%5D=2"),
        ((("updated_at.gt", "2024-01-01T00:00:00+01:00"),), None),
        ((("q", "a b&c=d/é"),), b"q=a%20b%26c%3Dd/%C3%A9"),
        ((("empty", ""),), b"empty="),
    ],
)
def test_parameters_arrive_in_order_and_encoded(
    params: tuple[tuple[str, str], ...], query: bytes | None
) -> None:
    url = _sent(Request("GET", URL, params)).url
    assert tuple(url.params.multi_items()) == params
    if query is not None:
        assert url.query.replace(b"%2F", b"/") == query


def test_parameters_join_the_query_of_a_next_link() -> None:
    request = Request("GET", f"{URL}?cursor=a%2Fb", (("key", "x"),))
    assert _sent(request).url.query == b"cursor=a%2Fb&key=x"


def test_a_json_body_arrives_as_utf_8() -> None:
    sent = _sent(Request("POST", URL, json={"name": "Zoë"}))
    assert sent.content == '{"name": "Zoë"}'.encode()
    assert sent.headers["content-type"] == "application/json"


def test_a_form_arrives_encoded_and_in_order() -> None:
    sent = _sent(Request("POST", URL, form=(("b", "1 2"), ("a", "&"))))
    assert sent.content == b"b=1+2&a=%26"
    assert sent.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_content_type_of_the_definition_is_kept() -> None:
    headers = {"Content-Type": "application/vnd.api+json"}
    sent = _sent(Request("POST", URL, headers=headers, json={}))
    assert sent.headers.get_list("content-type") == ["application/vnd.api+json"]


def test_blanks_around_a_header_are_not_sent() -> None:
    sent = _sent(Request("GET", URL, headers={"Authorization": "Bearer abc \t"}))
    assert sent.headers["authorization"] == "Bearer abc"


@pytest.mark.parametrize(
    "value", ["s3cret\r\nX-Evil: 1", "s3cret\n", "s3cret\r", "s3cret\x00", "s3crét", "s3cret\x7f"]
)
def test_a_header_that_cannot_be_sent_is_refused_without_its_value(value: str) -> None:
    with pytest.raises(ResponseError, match="the header `X-Key` cannot be sent") as caught:
        _sent(Request("GET", URL, headers={"X-Key": value}))
    assert "s3cr" not in str(caught.value)


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example.test/\x00s3cret",
        "https://api.example.test:99999/s3cret",
        "https://[api.example.test/s3cret",
        f"https://api.example.test/s3cret{'x' * 70_000}",
    ],
)
def test_an_address_that_cannot_be_asked_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(ResponseError, match="a request cannot be sent") as caught:
        _sent(Request("GET", url))
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "request_",
    [
        Request("GET", URL, (("q", "\udc80"),)),
        Request("POST", URL, json={"q": "\udc80"}),
        Request("POST", URL, form=(("q", "\udc80"),)),
    ],
    ids=["query", "json", "form"],
)
def test_text_that_no_encoding_knows_is_refused(request_: Request) -> None:
    with pytest.raises(ResponseError, match="a request cannot be sent"):
        _sent(request_)


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\0", "\x0b", "\x85", "\u2028", "\u010a"])
@pytest.mark.parametrize("header", ["Authorization", "Cookie", "X-Company"])
def test_a_header_cannot_begin_another(header: str, break_: str) -> None:
    request = Request("GET", URL, headers={header: f"a{break_}X-Role: admin"})
    with pytest.raises(ResponseError) as caught:
        _sent(request)
    assert caught.value.diagnostic.code == "unsendable-header"
    assert "admin" not in str(caught.value)


@pytest.mark.parametrize("name", ["X\r\nY", "X: a\r\nY", "X Y", "X:", "", "Übung", "X\0", "X\n"])
def test_a_header_has_a_name_that_headers_have(name: str) -> None:
    with pytest.raises(ResponseError) as caught:
        _sent(Request("GET", URL, headers={name: "a"}))
    assert caught.value.diagnostic.code == "unsendable-header"


@pytest.mark.parametrize("name", ["Host", "hOST", "Content-Length", "Transfer-Encoding", "Upgrade"])
def test_a_header_cannot_say_where_a_request_goes_or_ends(name: str) -> None:
    with pytest.raises(ResponseError) as caught:
        _sent(Request("GET", URL, headers={name: "7"}))
    assert caught.value.diagnostic.code == "unsendable-header"
    assert f"`{name}` cannot be set" in caught.value.diagnostic.message


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\0", "\x7f"])
def test_an_address_cannot_begin_another_request(break_: str) -> None:
    request = Request("GET", f"{URL}/ HTTP/1.1{break_}Host: evil.test{break_}{break_}GET /x")
    with pytest.raises(ResponseError, match="a request cannot be sent"):
        _sent(request)


@pytest.mark.parametrize("text", ["a b", "a\r\nb", "a&b=c", "a#b", "a/../b", "ü", "%0d%0a"])
def test_a_parameter_stays_one_parameter(text: str) -> None:
    sent = _sent(Request("GET", URL, (("q", text),)))
    assert dict(sent.url.params) == {"q": text}
    assert b" " not in sent.url.raw_path
    assert b"\n" not in sent.url.raw_path


# --- redirects ----------------------------------------------------------------------------------


def _redirect(status: int, location: str | None) -> tuple[str, int]:
    """Return the message about a redirect, and how many requests there were."""
    count = 0

    def handle(_request: httpx.Request) -> httpx.Response:
        nonlocal count
        count += 1
        return httpx.Response(status, headers={} if location is None else {"Location": location})

    client = HttpClient(Limits(), transport=httpx.MockTransport(handle))
    with client, pytest.raises(ResponseError) as caught:
        client.send(Request("GET", f"{URL}?key=s3cret"), decode_json)
    assert caught.value.diagnostic.code == "redirect"
    assert "s3cret" not in str(caught.value)
    return str(caught.value), count


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("location", ["/elsewhere", "https://evil.test/people"])
def test_no_redirect_is_followed(status: int, location: str) -> None:
    message, requests = _redirect(status, location)
    assert requests == 1
    assert f"redirects ({status})" in message


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("/login?session=s3cret", "https://api.example.test/login,"),
        ("https://evil.test/login?token=s3cret", "https://evil.test/login,"),
        ("https://evil.test/#access_token=s3cret", "https://evil.test/,"),
        ("https://ada:s3cret@evil.test/x", "https://evil.test/x,"),
        ("//evil.test/x", "https://evil.test/x,"),
        (None, "nowhere,"),
        ("http://[", "something that is no URL,"),
        ("http://evil.test:s3cret/", "something that is no URL,"),
    ],
)
def test_a_redirect_is_told_by_its_target_without_the_query(
    location: str | None, shown: str
) -> None:
    assert f"to {shown}" in _redirect(302, location)[0]


def test_the_hint_knows_whether_the_host_is_the_same() -> None:
    assert "into `base_url` or the endpoint" in _redirect(302, "/v2/people")[0]
    assert "if you trust that host" in _redirect(302, "https://evil.test/")[0]


def test_every_request_says_who_asks_and_what_it_can_read() -> None:
    headers = _sent(Request("GET", URL)).headers
    assert headers["user-agent"] == "onroll"
    assert headers["accept-encoding"] == "gzip, deflate"
    assert headers["accept"] == "*/*"
    assert headers["host"] == "api.example.test"


def test_a_header_of_the_definition_takes_the_place_of_ours() -> None:
    request = Request("POST", URL, json={}, headers={"accept": "a/b", "content-type": "c/d"})
    headers = _sent(request).headers
    assert headers.get_list("accept") == ["a/b"]
    assert headers.get_list("content-type") == ["c/d"]


def test_a_cookie_is_not_sent_back() -> None:
    arrived: list[httpx.Request] = []

    def handle(one: httpx.Request) -> httpx.Response:
        arrived.append(one)
        return httpx.Response(200, json={}, headers={"Set-Cookie": "session=s3cret"})

    with HttpClient(Limits(), transport=httpx.MockTransport(handle)) as client:
        for _ in range(2):
            client.send(Request("GET", URL), decode_json)
    assert [one.headers.get("cookie") for one in arrived] == [None, None]


def test_a_user_in_the_address_is_no_credential() -> None:
    request = Request("GET", "https://ada:s3cret@api.example.test/people")
    assert "authorization" not in _sent(request).headers
