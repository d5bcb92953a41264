"""Who is let in by the address that waits for the browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from onroll.errors import UsageError
from onroll.service.loopback import Loopback

if TYPE_CHECKING:
    from collections.abc import Iterator

_STATE = "st4te"


@pytest.fixture
def listener() -> Iterator[Loopback]:
    with Loopback() as running:
        running.expect(f"http://127.0.0.1:{running.port}/callback", _STATE)
        yield running


def _ask(
    listener: Loopback, path: str, method: str = "GET", host: str | None = None
) -> httpx.Response:
    headers = {"Host": host} if host else {}
    with httpx.Client(trust_env=False, timeout=30) as client:
        return client.request(method, f"http://127.0.0.1:{listener.port}{path}", headers=headers)


def test_the_browser_that_is_waited_for_is_let_in(listener: Loopback) -> None:
    shown = _ask(listener, f"/callback?code=c0de&state={_STATE}")
    assert shown.status_code == 200
    assert "You can close this window" in shown.text
    assert listener.answered(10) == (
        f"http://127.0.0.1:{listener.port}/callback?code=c0de&state={_STATE}"
    )


def test_the_page_repeats_nothing_of_the_request(listener: Loopback) -> None:
    plain = _ask(listener, f"/callback?code=c0de&state={_STATE}")
    odd = _ask(listener, f"/callback?error=%3Cscript%3E&state={_STATE}")
    assert plain.text == odd.text
    assert plain.headers["content-security-policy"] == "default-src 'none'"
    assert plain.headers["cache-control"] == "no-store"
    assert plain.headers["server"] == "onroll"


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/?code=c&state={_STATE}",
        f"/callback/?code=c&state={_STATE}",
        f"/CALLBACK?code=c&state={_STATE}",
        "/callback",
        "/callback?code=c",
        "/callback?code=c&state=other",
        f"/callback?code=c&state={_STATE}&state={_STATE}",
        f"/callback?code=c&state={_STATE}x",
        f"/callback?{'&'.join(['a=1'] * 60)}&state={_STATE}",
        "/favicon.ico",
    ],
)
def test_anything_else_is_not_there(listener: Loopback, path: str) -> None:
    refused = _ask(listener, path)
    assert refused.status_code == 404
    assert refused.text == ""
    assert listener.answered(0.05) is None


def test_another_name_for_this_machine_is_not_let_in(listener: Loopback) -> None:
    path = f"/callback?code=c&state={_STATE}"
    assert _ask(listener, path, host="evil.example.test").status_code == 404
    assert listener.answered(0.05) is None


@pytest.mark.parametrize("method", ["POST", "HEAD", "OPTIONS"])
def test_only_get_is_answered(listener: Loopback, method: str) -> None:
    refused = _ask(listener, f"/callback?code=c&state={_STATE}", method)
    assert refused.status_code == 501
    assert refused.text == ""
    assert listener.answered(0.05) is None


def test_before_anybody_is_waited_for_nobody_is_let_in() -> None:
    with Loopback() as listener:
        assert _ask(listener, "/callback?code=c&state=").status_code == 404


def test_nothing_is_logged(listener: Loopback, capfd: pytest.CaptureFixture[str]) -> None:
    _ask(listener, f"/callback?code=c0de&state={_STATE}")
    _ask(listener, "/callback?code=c0de")
    said = capfd.readouterr()
    assert said.out + said.err == ""


def test_a_port_that_is_taken_is_told(listener: Loopback) -> None:
    with pytest.raises(UsageError) as caught, Loopback(listener.port):
        pass
    assert caught.value.diagnostic.code == "port-not-free"
    assert "--port" in str(caught.value.diagnostic.hint)
