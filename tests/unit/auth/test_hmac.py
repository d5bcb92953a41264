"""`hmac`: what is signed is what is sent, checked by a server that reads the raw request."""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx
import pytest

from onroll.fetch.address import Addresses
from onroll.fetch.source import Source
from onroll.http.client import HttpClient
from onroll.model import Limits, Request, Token
from onroll.redaction import Redactor

from .flow import BASE, PEOPLE, applied, build, grant, refusal

KEY = "s3cr3t-key"
REQUESTS = (
    PEOPLE,
    Request("GET", f"{BASE}/people?page=2&sort=a%20b", params=(("q", "Zoë & Ann/b"), ("e", ""))),
    Request("GET", f"{BASE}/pé ople/{{x}}", params=(("$top", "5"), ("ids[]", "1"), ("ids[]", "2"))),
    Request("POST", f"{BASE}/people", json={"name": "Zoë", "n": None}),
    Request("POST", f"{BASE}/people", form=(("b", "c d"), ("a", "ü"))),
    Request("POST", f"{BASE}/people", json=[], headers={"content-type": "application/x-own"}),
)
Checked = Callable[[httpx.Request], bytes]


def _arrived(method_config: dict[str, Any], *requests: Request) -> list[httpx.Request]:
    """Ask by way of the session, as a run does; return what arrives."""
    arrived: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        request.read()
        arrived.append(request)
        return httpx.Response(200, json={})

    method = build("hmac", key=KEY, **method_config)
    with HttpClient(Limits(), transport=httpx.MockTransport(answer)) as client:
        source = Source(client, method, Addresses(BASE, BASE), Redactor())
        for one in requests:
            source.exchange(one)
    return arrived


def _signature(text: bytes, algorithm: str = "sha256", key: bytes = KEY.encode()) -> str:
    return hmac.new(key, text, algorithm).hexdigest()


def _target(request: httpx.Request) -> bytes:
    return request.url.raw_path


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("method", lambda one: one.method.encode()),
        ("target", _target),
        ("path", lambda one: _target(one).partition(b"?")[0]),
        ("query", lambda one: _target(one).partition(b"?")[2]),
        (
            "sorted_query",
            lambda one: b"&".join(sorted(_target(one).partition(b"?")[2].split(b"&"))),
        ),
        ("host", lambda one: one.headers["host"].encode()),
        ("url", lambda one: b"https://api.example.test" + _target(one)),
        ("content_type", lambda one: one.headers.get("content-type", "").encode()),
        ("body", lambda one: one.content),
        ("body_hash", lambda one: hashlib.sha256(one.content).hexdigest().encode()),
        ({"text": "v1"}, lambda one: b"v1"),
        ({"header": "content-TYPE"}, lambda one: one.headers.get("content-type", "").encode()),
        ({"header": "Host"}, lambda one: one.headers["host"].encode()),
        ({"header": "X-Nobody"}, lambda one: b""),
    ],
)
def test_each_part_is_signed_as_it_is_sent(part: Any, value: Checked) -> None:
    for request in _arrived({"sign": [part]}, *REQUESTS):
        assert request.headers["Authorization"] == _signature(value(request)), request.url


def test_parts_are_joined_by_line_breaks_unless_a_separator_is_named() -> None:
    config = {"sign": ["method", {"text": "x"}, "path"]}
    (request,) = _arrived(config, PEOPLE)
    assert request.headers["Authorization"] == _signature(b"GET\nx\n/v1/people")
    (request,) = _arrived({**config, "separator": ""}, PEOPLE)
    assert request.headers["Authorization"] == _signature(b"GETx/v1/people")


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_the_algorithm_is_the_declared_one(algorithm: str) -> None:
    (request,) = _arrived({"sign": ["method"], "algorithm": algorithm}, PEOPLE)
    assert request.headers["Authorization"] == _signature(b"GET", algorithm)


@pytest.mark.parametrize(
    ("encoding", "written"),
    [
        ("hex", lambda raw: raw.hex()),
        ("base64", lambda raw: base64.b64encode(raw).decode()),
        ("base64url", lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("=")),
    ],
)
def test_the_signature_is_written_as_declared(
    encoding: str, written: Callable[[bytes], str]
) -> None:
    (request,) = _arrived({"sign": ["method"], "encoding": encoding}, PEOPLE)
    raw = hmac.new(KEY.encode(), b"GET", "sha256").digest()
    assert request.headers["Authorization"] == written(raw)


@pytest.mark.parametrize(
    ("encoding", "key"),
    [
        ("text", "\x00\xff-ü"),
        ("hex", "00FF10"),
        ("base64", "AP8Q+/8="),
        ("base64", "AP8Q-_8"),
    ],
)
def test_the_key_is_read_as_declared(encoding: str, key: str) -> None:
    raw = {
        "text": "\x00\xff-ü".encode(),
        "hex": b"\x00\xff\x10",
        "base64": b"\x00\xff\x10\xfb\xff",
    }[encoding]
    method = build("hmac", key=key, key_encoding=encoding, sign=["method"])
    assert applied(method).headers["Authorization"] == _signature(b"GET", key=raw)


@pytest.mark.parametrize(
    ("encoding", "key"), [("hex", "s3cr3t"), ("base64", "s3cr3t!"), ("base64", "a")]
)
def test_a_key_that_is_written_in_another_way_is_told_without_it(encoding: str, key: str) -> None:
    refused = refusal(build("hmac", key=key, key_encoding=encoding, sign=["method"]))
    assert refused.code == "wrong-key"
    assert encoding in refused.message
    assert "s3cr3t" not in f"{refused.message} {refused.hint}"


@pytest.mark.parametrize(
    ("form", "read"),
    [
        ("unix", lambda text: datetime.fromtimestamp(int(text), UTC)),
        ("unix_ms", lambda text: datetime.fromtimestamp(int(text) / 1000, UTC)),
        ("iso", lambda text: datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)),
        ("rfc1123", parsedate_to_datetime),
    ],
)
def test_the_time_is_sent_and_signed_in_each_form(
    form: str, read: Callable[[str], datetime]
) -> None:
    config = {"sign": ["timestamp"], "timestamp": {"header": "X-Time", "format": form}}
    before = datetime.now(UTC).timestamp() - 2
    (request,) = _arrived(config, PEOPLE)
    sent = request.headers["X-Time"]
    assert before < read(sent).timestamp() < datetime.now(UTC).timestamp() + 2
    assert request.headers["Authorization"] == _signature(sent.encode())


def test_a_nonce_is_sent_signed_and_never_the_same() -> None:
    config = {"sign": ["nonce"], "nonce": {"header": "X-Nonce"}}
    requests = _arrived(config, PEOPLE, PEOPLE, PEOPLE)
    for request in requests:
        nonce = request.headers["X-Nonce"]
        assert request.headers["Authorization"] == _signature(nonce.encode())
    assert len({request.headers["X-Nonce"] for request in requests}) == 3


def test_a_try_after_a_fault_is_signed_anew() -> None:
    nonces: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        nonces.append(request.headers["X-Nonce"])
        return httpx.Response(503 if len(nonces) == 1 else 200, json={})

    method = build("hmac", key=KEY, sign=["nonce"], nonce={"header": "X-Nonce"})
    transport = httpx.MockTransport(answer)
    with HttpClient(Limits(), transport=transport, sleep=lambda _: None) as client:
        source = Source(client, method, Addresses(BASE, BASE), Redactor())
        response, _ = source.exchange(PEOPLE)
    assert response.status == 200
    assert len(set(nonces)) == 2


def test_the_hash_of_the_body_is_sent_and_signed() -> None:
    config = {
        "sign": ["body_hash", {"header": "Content-MD5"}],
        "body_hash": {"algorithm": "md5", "encoding": "base64", "header": "Content-MD5"},
    }
    for request in _arrived(config, *REQUESTS):
        digest = base64.b64encode(hashlib.md5(request.content).digest())
        assert request.headers["Content-MD5"].encode() == digest
        assert request.headers["Authorization"] == _signature(digest + b"\n" + digest)


def test_further_headers_are_sent_and_can_be_signed() -> None:
    config = {"sign": [{"header": "X-Key-Id"}], "headers": {"X-Key-Id": "reader"}}
    (request,) = _arrived(config, PEOPLE)
    assert request.headers["X-Key-Id"] == "reader"
    assert request.headers["Authorization"] == _signature(b"reader")


def test_the_header_holds_what_is_declared() -> None:
    config = {
        "sign": ["method", "timestamp", "nonce"],
        "header": "X-Auth",
        "header_value": [
            {"text": 'Hawk id="k-1", ts="'},
            "timestamp",
            {"text": '", nonce="'},
            "nonce",
            {"text": '", mac="'},
            "signature",
            {"text": '"'},
        ],
    }
    (request,) = _arrived(config, PEOPLE)
    match = re.fullmatch(
        r'Hawk id="k-1", ts="(\d+)", nonce="(\w+)", mac="(\w+)"', request.headers["X-Auth"]
    )
    assert match is not None
    assert match[3] == _signature(f"GET\n{match[1]}\n{match[2]}".encode())
    assert "Authorization" not in request.headers


def test_nothing_is_granted_or_renewed() -> None:
    asked, token = grant(build("hmac", key=KEY, sign=["method"]))
    assert asked == []
    assert not token.is_renewable


def test_a_request_that_cannot_be_sent_is_left_to_the_client() -> None:
    method = build("hmac", key=KEY, sign=["target"])
    broken = replace(PEOPLE, params=(("q", "\ud800"),))
    assert method.apply(broken, Token("")) is broken


@pytest.mark.parametrize(
    "config",
    [
        {"headers": {"X-Key-Id": "a\nb"}},
        {"header_value": [{"text": "ü "}, "signature"]},
    ],
)
def test_what_no_header_can_carry_is_refused_before_it_is_sent(config: dict[str, Any]) -> None:
    refused = refusal(build("hmac", key=KEY, sign=["method"], **config))
    assert refused.code == "credential-not-sendable"
