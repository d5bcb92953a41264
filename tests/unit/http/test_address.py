"""Addresses are taken apart as httpx takes them apart, the plain ones without it."""

from __future__ import annotations

import subprocess
import sys

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from onroll.http.address import Address, address_of

_HOST = st.one_of(
    st.from_regex(r"[a-z0-9.-]{1,20}", fullmatch=True),
    st.sampled_from(
        ["127.0.0.1", "127.1", "999.1.1.1", "[::1]", "API.example.test", "münchen.test"]
    ),
)
_PORT = st.one_of(st.just(""), st.integers(0, 70_000).map(lambda number: f":{number}"))
_REST = st.text("abcXYZ019-._~/?#&=%;:@!$'()*+,[]{}|^\\\"` <>é\t", max_size=30)


@given(st.sampled_from(["http", "https", "HTTP"]), _HOST, _PORT, _REST)
@example("https", "api.example.test", "", "")
@example("https", "api.example.test", "", "?a=1")
@example("https", "api.example.test", ":443", "/a")
@example("http", "api.example.test", "", "/a/../b/./c")
@example("http", "api.example.test", "", "/a%2fb%2Fc%zz")
@example("http", "user:word@api.example.test", "", "/a")
def test_an_address_is_what_httpx_makes_of_it(scheme: str, host: str, port: str, rest: str) -> None:
    url = f"{scheme}://{host}{port}{'' if not rest or rest[0] in '/?#' else '/'}{rest}"
    try:
        expected = httpx.URL(url)
        is_sendable = bool(expected.host) and (expected.port or 0) <= 65_535
    except httpx.InvalidURL:
        is_sendable = False
    if not is_sendable:
        with pytest.raises(ValueError):  # noqa: PT011  (some are the standard library's)
            address_of(url)
        return
    assert address_of(url) == Address(
        expected.scheme,
        expected.raw_host.decode(),
        {"http": 80, "https": 443}[expected.scheme] if expected.port is None else expected.port,
        expected.netloc.decode(),
        expected.raw_path.decode(),
        str(expected),
    )


@pytest.mark.parametrize("url", ["people", "//api.example.test/", "ftp:people", "file:///etc/x"])
def test_what_is_no_absolute_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="address"):
        address_of(url)


def test_a_repr_shows_no_query() -> None:
    assert "s3cret" not in repr(address_of("https://api.example.test/people?key=s3cret"))


def test_reading_from_the_network_needs_no_httpx() -> None:
    """It takes longer to import than some thousand people to read."""
    program = (
        "import sys\n"
        "from onroll.http.client import HttpClient\n"
        "from onroll.http.address import address_of\n"
        "from onroll.model import Limits\n"
        "HttpClient(Limits()).close()\n"
        "address_of('https://api.example.test/people?limit=200&page%5Bnumber%5D=1')\n"
        "print(sorted({'httpx', 'httpcore', 'ssl'} & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )
    assert done.stdout == "[]\n"
