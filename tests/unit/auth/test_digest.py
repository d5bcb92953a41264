"""`digest`: RFC 7616, against a server that checks on its own."""

import hashlib
import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import httpx
import pytest

from onroll.auth.digest import Digest
from onroll.errors import AuthenticationError
from onroll.fetch.address import Addresses
from onroll.fetch.source import Source
from onroll.http.client import HttpClient
from onroll.http.retry import Policy
from onroll.model import Headers, Limits, Request, Response, Token
from onroll.redaction import Redactor

from .flow import BASE, PEOPLE, build, grant

USER, PASSWORD, REALM = "Mufasa", "Circle of Life", "hr@example.test"


class DigestServer:
    """Checks each answer by RFC 7616, 3.4, and refuses a count that does not grow."""

    def __init__(
        self, algorithm: str = "SHA-256", qop: str | None = "auth", uses_per_nonce: int = 10**6
    ) -> None:
        self.algorithm = algorithm
        self.qop = qop
        self.uses_per_nonce = uses_per_nonce
        self.statuses: list[int] = []
        self.asked: list[httpx.Request] = []
        self.is_overloaded = False
        self._counts: dict[str, int] = {}
        self._lock = threading.Lock()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.asked.append(request)
            response = self._answer(request)
            self.statuses.append(response.status_code)
            return response

    def _answer(self, request: httpx.Request) -> httpx.Response:
        given = {
            name: quoted or bare
            for name, quoted, bare in re.findall(
                r'(\w+)=(?:"([^"]*)"|([^,\s]+))', request.headers.get("Authorization", "")
            )
        }
        nonce = given.get("nonce", "")
        if nonce in self._counts and self._is_right(request, given):
            count = int(given.get("nc", "0"), 16) if self.qop else self._counts[nonce] + 1
            if self._counts[nonce] < count <= self.uses_per_nonce:
                self._counts[nonce] = count
                if self.is_overloaded:
                    self.is_overloaded = False
                    return httpx.Response(503)
                return httpx.Response(200, json={})
            return self._challenge(", stale=true")
        return self._challenge("")

    def _challenge(self, more: str) -> httpx.Response:
        nonce = f"nonce-{len(self._counts) + 1}"
        self._counts[nonce] = 0
        qop = f', qop="{self.qop}"' if self.qop else ""
        header = (
            f'Digest realm="{REALM}", nonce="{nonce}", algorithm={self.algorithm}, '
            f'opaque="o-1"{qop}{more}'
        )
        return httpx.Response(
            401, headers=[("WWW-Authenticate", 'Basic realm="x"'), ("WWW-Authenticate", header)]
        )

    def _is_right(self, request: httpx.Request, given: dict[str, str]) -> bool:
        name = {"MD5": "md5", "SHA-256": "sha256"}[self.algorithm.removesuffix("-sess")]

        def hashed(*parts: str) -> str:
            return hashlib.new(name, ":".join(parts).encode()).hexdigest()

        secret = hashed(USER, REALM, PASSWORD)
        if self.algorithm.endswith("-sess"):
            secret = hashed(secret, given["nonce"], given["cnonce"])
        target = request.url.raw_path.decode()
        what = [request.method, target]
        if given.get("qop") == "auth-int":
            what.append(hashlib.new(name, request.content).hexdigest())
        middle = [given["nc"], given["cnonce"], given["qop"]] if self.qop else []
        expected = hashed(secret, given["nonce"], *middle, hashed(*what))
        return (
            given["uri"] == target and given["opaque"] == "o-1" and (given["response"] == expected)
        )


def _ask(
    server: Callable[[httpx.Request], httpx.Response],
    *requests: Request,
    password: str = PASSWORD,
    threads: int = 1,
) -> list[int]:
    """Ask by way of the session, as a run does; return the statuses at the end."""
    method = build("digest", username=USER, password=password)
    with HttpClient(
        Limits(),
        transport=httpx.MockTransport(server),
        policy=Policy(attempts=3),
        sleep=lambda _: None,
    ) as client:
        source = Source(client, method, Addresses(BASE, BASE), Redactor())
        with ThreadPoolExecutor(threads) as pool:
            return [one.status for one, _ in pool.map(source.exchange, requests)]


@pytest.mark.parametrize("algorithm", ["MD5", "MD5-sess", "SHA-256", "SHA-256-sess"])
@pytest.mark.parametrize("qop", ["auth", "auth-int", "auth-int, auth"])
def test_a_server_that_checks_accepts_every_request(algorithm: str, qop: str) -> None:
    server = DigestServer(algorithm, qop)
    asked = (
        PEOPLE,
        Request(
            "GET", f"{BASE}/people?page=2&sort=a%20b", params=(("q", "Zoë & Ann/b"), ("e", ""))
        ),
        Request("POST", f"{BASE}/pé ople", json={"name": "Zoë"}),
        Request("POST", f"{BASE}/people", form=(("a", "b c"),)),
    )
    assert _ask(server, *asked) == [200] * 4
    assert server.statuses == [401, 200, 200, 200, 200]


def test_a_server_from_before_qop_is_answered_as_it_was_then() -> None:
    server = DigestServer("MD5", None)
    assert _ask(server, PEOPLE, PEOPLE) == [200, 200]
    assert "nc=" not in server.asked[-1].headers["Authorization"]


def test_the_first_request_learns_the_challenge_and_the_others_use_it() -> None:
    server = DigestServer()
    _ask(server, PEOPLE, PEOPLE, PEOPLE)
    sent = [one.headers.get("Authorization", "") for one in server.asked]
    assert sent[0] == ""
    assert [re.search(r"nc=(\w+)", one)[1] for one in sent[1:]] == [  # type: ignore[index]  # it is there
        "00000001", "00000002", "00000003",
    ]  # fmt: skip


def test_a_stale_nonce_is_replaced_and_the_request_repeated_once() -> None:
    server = DigestServer(uses_per_nonce=2)
    assert _ask(server, *[PEOPLE] * 5) == [200] * 5
    assert server.statuses == [401, 200, 200, 401, 200, 200, 401, 200]


def test_a_try_after_a_fault_has_a_count_of_its_own() -> None:
    server = DigestServer()
    server.is_overloaded = True
    assert _ask(server, PEOPLE) == [200]
    assert server.statuses == [401, 503, 200]


def test_a_wrong_password_ends_after_one_answer_to_the_challenge() -> None:
    server = DigestServer()
    assert _ask(server, PEOPLE, password="wrong") == [401]
    assert server.statuses == [401, 401]


def test_a_wrong_password_is_told_as_unauthorized() -> None:
    method = build("digest", username=USER, password="wrong")
    with HttpClient(Limits(), transport=httpx.MockTransport(DigestServer())) as client:
        source = Source(client, method, Addresses(BASE, BASE), Redactor())
        with pytest.raises(AuthenticationError) as caught:
            source.ask(PEOPLE)
    assert caught.value.diagnostics[0].code == "unauthorized"


def test_threads_share_a_challenge_and_no_count_twice() -> None:
    server = DigestServer()
    _ask(server, *[PEOPLE] * 40, threads=8)
    counts = [
        (one["nonce"], one["nc"])
        for one in (
            dict(re.findall(r'(\w+)="?([^",\s]+)', request.headers.get("Authorization", "")))
            for request in server.asked
        )
        if one
    ]
    assert len(set(counts)) == len(counts)


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_sample_of_the_rfc_gives_its_answer(algorithm: str, expected: str) -> None:
    header = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", '
        f'algorithm={algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    method = Digest(
        "Mufasa",
        "Circle of Life",
        make_nonce=lambda: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
    )
    _, token = grant(method)
    challenged = method.renewed(token, _challenge(header))
    request = Request("GET", "http://www.example.org/dir/index.html")
    sent = method.apply(request, challenged).headers["Authorization"]
    assert f'response="{expected}"' in sent
    assert 'uri="/dir/index.html"' in sent


def _challenge(header: str, status: int = 401) -> Response:
    return Response(status, Headers({"WWW-Authenticate": header}), b"", f"{BASE}/people")


@pytest.mark.parametrize(
    "header",
    [
        "",
        'Basic realm="x"',
        "Digest",
        'Digest realm="x"',
        'Digest realm="x", nonce=""',
        'Digest realm="x", nonce="n", algorithm=GOST',
    ],
)
def test_a_challenge_that_cannot_be_answered_changes_nothing(header: str) -> None:
    method = build("digest", username=USER, password=PASSWORD)
    _, token = grant(method)
    assert method.renewed(token, _challenge(header)) is token


def test_the_first_challenge_that_is_known_is_answered() -> None:
    method = build("digest", username=USER, password=PASSWORD)
    header = 'Digest realm="x", nonce="n", algorithm=GOST, Digest realm="x", nonce="m"'
    challenged = method.renewed(Token("", is_renewable=False), _challenge(header))
    assert 'nonce="m"' in method.apply(PEOPLE, challenged).headers["Authorization"]


def test_a_next_nonce_is_taken_from_a_good_answer() -> None:
    method = build("digest", username=USER, password=PASSWORD)
    first = method.renewed(Token(""), _challenge('Digest realm="x", nonce="n-1", qop="auth"'))
    info = Headers({"Authentication-Info": 'nextnonce="n-2", qop=auth'})
    following = method.renewed(first, Response(200, info, b"", BASE))
    assert 'nonce="n-2", nc=00000001' in method.apply(PEOPLE, following).headers["Authorization"]


def test_a_user_name_beyond_ascii_is_sent_in_the_form_of_rfc_5987() -> None:
    method = build("digest", username="Jäsøn Doe", password=PASSWORD)
    challenged = method.renewed(Token(""), _challenge('Digest realm="x", nonce="n"'))
    sent = method.apply(PEOPLE, challenged).headers["Authorization"]
    assert "username*=UTF-8''J%C3%A4s%C3%B8n%20Doe" in sent
    assert sent.isascii()


def test_quotes_in_a_user_name_are_escaped() -> None:
    method = build("digest", username='a"b\\c', password=PASSWORD)
    challenged = method.renewed(Token(""), _challenge('Digest realm="x", nonce="n"'))
    sent = method.apply(PEOPLE, challenged).headers["Authorization"]
    assert r'username="a\"b\\c"' in sent


def test_a_request_that_cannot_be_sent_is_left_to_the_client() -> None:
    method = build("digest", username=USER, password=PASSWORD)
    challenged = method.renewed(Token(""), _challenge('Digest realm="x", nonce="n"'))
    broken = replace(PEOPLE, params=(("q", "\ud800"),))
    assert method.apply(broken, challenged) is broken
