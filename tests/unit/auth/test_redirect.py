"""Where the browser is sent back to: RFC 8252."""

import pytest

from onroll.auth.redirect import redirect_from


def test_any_free_port_is_listened_on_unless_one_is_named() -> None:
    assert redirect_from({}).listening_port() == 0
    assert redirect_from({"redirect_port": 8400}).listening_port() == 8400


def test_the_operators_port_goes_before_the_definitions() -> None:
    assert redirect_from({"redirect_port": 8400}).listening_port(9000) == 9000


def test_the_address_is_the_loopback_callback_with_the_port() -> None:
    assert redirect_from({}).uri(49152) == "http://127.0.0.1:49152/callback"


@pytest.mark.parametrize(
    ("exact", "port"),
    [
        ("http://localhost:8400/oauth", 8400),
        ("http://127.0.0.1:8400/", 8400),
        ("http://[::1]:8400/", 8400),
        ("http://localhost/", 80),
        ("https://localhost:8400/", None),
        ("https://example.com/onroll", None),
        ("http://127.0.0.1.example.com/", None),
    ],
)
def test_an_exact_address_says_itself_whether_it_can_be_listened_on(
    exact: str, port: int | None
) -> None:
    redirect = redirect_from({"redirect_uri": exact})
    assert redirect.listening_port(9000) == port
    assert redirect.uri(49152) == exact
