"""Credentials go to the origin of the base URL and to the token URLs, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from onroll.errors import ResponseError
from onroll.fetch.address import Addresses

from .reading import BASE_URL, NEXT_LINK, definition, people, read

if TYPE_CHECKING:
    import httpx

SECRET = "s3cret-key"
_HELD_BY = f"{BASE_URL}/people?limit=2"


def _follow(link: str, **options: Any) -> tuple[list[httpx.Request], Any]:
    """Read a list whose first page names this link; return what was asked, and the error."""
    connector = definition(
        {"pagination": NEXT_LINK},
        auth={
            "method": "api_key",
            "keys": [
                {"in": "header", "name": "X-Key", "value": SECRET},
                {"in": "query", "name": "key", "value": SECRET},
            ],
        },
        headers={"X-Other": "header-of-ours"},
    )
    count = 0

    def serve(_request: httpx.Request) -> Any:
        nonlocal count
        count += 1
        return {"people": people(count), "next": link if count == 1 else None}

    result = read(connector, serve, **options)
    return result.requests, result.error


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.test/people?cursor=2",
        "https://api.example.test:8443/v1/people?cursor=2",
        "http://api.example.test/v1/people?cursor=2",
        "//evil.test/people",
        "https://api.example.test@evil.test/people",
        "https://api.example.test:443@evil.test/people",
        "https://api.example.test\\@evil.test/people",
        "https://evil.test\\.api.example.test/people",
        "https://evil.test#@api.example.test/people",
        "https://evil.test?@api.example.test/people",
        "https://api.example.test.evil.test/people",
        "https://api.example.testevil/people",
        "https://xapi.example.test/people",
        "https://127.0.0.1/people",
        "HTTPS://EVIL.TEST/people",
        " https://evil.test/people",
        "ht\ntps://evil.test/people",
        "ftp://api.example.test/people",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https:///evil.test/people",
        "https://\uff41pi.example.test@evil.test/",
    ],
)
def test_no_credential_reaches_another_origin(link: str) -> None:
    requests, error = _follow(link)
    assert {(one.url.scheme, one.url.host, one.url.port) for one in requests} == {
        ("https", "api.example.test", None)
    }
    if len(requests) == 1:
        assert isinstance(error, ResponseError)
        assert error.diagnostic.code == "foreign-next-link"
        assert "cursor=2" not in str(error)


@pytest.mark.parametrize("link", ["http://[", "https://[evil/", "https://api.example.test:x/"])
def test_a_next_link_that_is_no_url_is_said_to_be_none(link: str) -> None:
    _, error = _follow(link)
    assert isinstance(error, ResponseError)
    assert error.diagnostic.code == "broken-next-link"


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("https://api.example.test/v1/people?cursor=2", "/v1/people?cursor=2"),
        ("https://API.Example.TEST/v1/people?cursor=2", "/v1/people?cursor=2"),
        ("https://api.example.test:443/v1/people?cursor=2", "/v1/people?cursor=2"),
        ("https://ada:pw@api.example.test/v1/people?cursor=2", "/v1/people?cursor=2"),
        ("/v2/people?cursor=2", "/v2/people?cursor=2"),
        ("people?cursor=2", "/v1/people?cursor=2"),
        ("?cursor=2", "/v1/people?cursor=2"),
        ("?cursor=2#top", "/v1/people?cursor=2"),
        ("//api.example.test/v1/people?cursor=2", "/v1/people?cursor=2"),
        ("./more/../people?cursor=2", "/v1/people?cursor=2"),
        ("?cursor=a%2Fb%3D%3D", "/v1/people?cursor=a%2Fb%3D%3D"),
        ("/\\evil.test/people", "/\\evil.test/people"),
    ],
)
def test_a_next_link_of_our_own_origin_is_followed(link: str, path: str) -> None:
    addresses = Addresses(BASE_URL, BASE_URL)
    assert addresses.next_link(link, _HELD_BY) == f"https://api.example.test{path}"


def test_a_followed_link_carries_the_credentials_and_no_others() -> None:
    requests, error = _follow("https://ada:pw@api.example.test/v1/people?cursor=2")
    assert error is None
    assert requests[1].headers["x-key"] == SECRET
    assert requests[1].url.params.multi_items() == [("cursor", "2"), ("key", SECRET)]
    assert "authorization" not in requests[1].headers


# --- another base URL ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "moved"),
    [
        ("https://api.example.test/v1/people?cursor=2", "http://127.0.0.1:8080/x/people?cursor=2"),
        ("https://api.example.test/v1?cursor=2", "http://127.0.0.1:8080/x?cursor=2"),
        ("https://api.example.test/v2/people", "http://127.0.0.1:8080/v2/people"),
        ("https://api.example.test/v10/people", "http://127.0.0.1:8080/v10/people"),
        ("http://127.0.0.1:8080/x/people?cursor=2", "http://127.0.0.1:8080/x/people?cursor=2"),
        ("?cursor=2", "http://127.0.0.1:8080/x/people?cursor=2"),
    ],
)
def test_another_base_url_moves_the_links_of_the_old_origin(link: str, moved: str) -> None:
    addresses = Addresses(BASE_URL, "http://127.0.0.1:8080/x")
    assert addresses.next_link(link, "http://127.0.0.1:8080/x/people") == moved


def test_a_base_url_without_a_path_is_moved_whole() -> None:
    addresses = Addresses("https://api.example.test", "http://127.0.0.1:8080/x")
    link = "https://api.example.test/people?cursor=2"
    assert addresses.next_link(link, addresses.base) == "http://127.0.0.1:8080/x/people?cursor=2"


def test_another_base_url_opens_no_third_origin() -> None:
    addresses = Addresses(BASE_URL, "http://127.0.0.1:8080/x")
    with pytest.raises(ResponseError):
        addresses.next_link("https://evil.test/v1/people", addresses.base)


@pytest.mark.parametrize(
    ("auth_base", "written", "url"),
    [
        (None, "/auth", "http://127.0.0.1:8080/x/auth"),
        (None, "https://api.example.test/v1/auth", "http://127.0.0.1:8080/x/auth"),
        (None, "https://api.example.test/oauth/token", "http://127.0.0.1:8080/oauth/token"),
        (None, "https://login.example.test/token", "https://login.example.test/token"),
        ("http://127.0.0.1:9000", "/auth", "http://127.0.0.1:9000/auth"),
        ("http://127.0.0.1:9000", "https://api.example.test/v1/auth", "http://127.0.0.1:9000/auth"),
        (
            "http://127.0.0.1:9000/y",
            "https://login.example.test/token?a=1",
            "http://127.0.0.1:9000/y/token?a=1",
        ),
    ],
)
def test_token_urls_move_with_the_base_url_or_by_their_own(
    auth_base: str | None, written: str, url: str
) -> None:
    addresses = Addresses(BASE_URL, "http://127.0.0.1:8080/x", auth_base)
    assert addresses.for_auth(written) == url


def test_without_another_base_url_token_urls_stay() -> None:
    addresses = Addresses(BASE_URL, BASE_URL)
    assert addresses.for_auth("https://login.example.test/t") == "https://login.example.test/t"
    assert addresses.for_auth("/auth") == f"{BASE_URL}/auth"
