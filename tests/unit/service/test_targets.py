"""Opening a target: its kind, its connection, and errors that name it and hide its secrets."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from sqlalchemy import create_engine

from onroll.errors import DefinitionError, OnrollError, SettingsError, TargetError
from onroll.model import Request, Response
from onroll.plugins.host import create_host
from onroll.plugins.registry import Registered, Registry, build_registry
from onroll.service.targets import TargetOptions, open_target
from onroll.target import TargetContext, TargetKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from onroll.target import Send

BASE = "https://acme.example.test/scim"
SECRET = "s3cr3t-of-acme"
BEARER = {"method": "bearer", "token": SECRET}
OAUTH = {
    "method": "oauth2_client_credentials",
    "access_token_url": "https://login.example.test/token",
    "client_id": "onroll",
    "client_secret": SECRET,
}


@contextmanager
def _open_plain(config: Any, context: TargetContext) -> Iterator[Any]:
    """Open a target that is nothing but its connection."""
    yield context.connect(config["base_url"], config["auth"])


def registry() -> Registry:
    known = build_registry(create_host(with_installed=False))
    kind = TargetKind("plain", "For a test", {"properties": {}}, _open_plain)
    return replace(known, targets={"plain": Registered(kind, "test", "onroll_targets")})


@contextmanager
def connected(
    answer: Callable[[httpx.Request], httpx.Response],
    auth: Any = BEARER,
    base_url: str = BASE,
    kind: str = "plain",
) -> Iterator[Send]:
    options = TargetOptions(transport=httpx.MockTransport(answer), attempts=2, registry=registry())
    engine = create_engine("sqlite://")
    config = {"base_url": base_url, "auth": auth}
    with open_target("acme", kind, config, engine, options) as send:
        yield send  # type: ignore[misc]  # `_open_plain` gives no target but its connection
    engine.dispose()


def ask(answer: Callable[[httpx.Request], httpx.Response], **how: Any) -> Response:
    method = how.pop("method", "GET")
    with connected(answer, **how) as send:
        return send(Request(method, f"{BASE}/Users"))


def test_credentials_are_on_the_request() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == f"Bearer {SECRET}"
        return httpx.Response(200, json={})

    assert ask(answer).status == 200


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 412, 501])
def test_an_answer_of_any_status_is_brought(status: int) -> None:
    assert ask(lambda _: httpx.Response(status)).status == status


@pytest.mark.parametrize("answers", [[401, 200], [401, 401]])
def test_a_401_renews_the_token_once(answers: list[int]) -> None:
    tokens = iter(("t-1", "t-2"))
    waiting = iter(answers)
    used = []

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "login.example.test":
            return httpx.Response(200, json={"access_token": next(tokens)})
        used.append(request.headers["Authorization"])
        return httpx.Response(next(waiting), json={})

    assert ask(answer, auth=OAUTH).status == answers[-1]
    assert used == ["Bearer t-1", "Bearer t-2"]


def test_a_write_whose_answer_was_lost_is_sent_once_and_a_read_again() -> None:
    sent = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.method)
        raise httpx.ReadError("cut")

    for method in ("POST", "PATCH", "PUT", "DELETE", "GET"):
        with pytest.raises(TargetError):
            ask(answer, method=method)
    assert sent == ["POST", "PATCH", "PUT", "DELETE", "GET", "GET"]


def test_a_target_that_cannot_be_reached_is_an_error_of_the_target() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(f"no route for {SECRET}")

    with pytest.raises(TargetError, match=r"the target `acme`: .* cannot be reached") as caught:
        ask(answer)
    assert caught.value.exit_code == 5
    assert SECRET not in str(caught.value)
    assert "`base_url`" in (caught.value.diagnostic.hint or "")


def test_credentials_that_the_token_endpoint_refuses_are_an_error_of_the_target() -> None:
    refusal = httpx.Response(401, json={"error": "invalid_client", "echo": SECRET})
    with pytest.raises(TargetError, match="the target `acme`: the token endpoint") as caught:
        ask(lambda _: refusal, auth=OAUTH)
    assert SECRET not in str(caught.value)
    assert caught.value.diagnostic.code == "credentials-refused"


def test_credentials_go_to_the_origin_of_the_base_url_only() -> None:
    asked = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json={})

    with connected(answer) as send, pytest.raises(TargetError, match="not the origin"):
        send(Request("GET", "https://other.example.test/Users"))
    assert asked == []


def test_a_redirect_is_not_followed() -> None:
    moved = httpx.Response(307, headers={"Location": f"https://other.test/?t={SECRET}"})
    with pytest.raises(TargetError, match="redirects") as caught:
        ask(lambda _: moved)
    assert SECRET not in str(caught.value)


def refused(**how: Any) -> OnrollError:
    with pytest.raises(OnrollError) as caught:
        ask(lambda _: httpx.Response(200, json={}), **how)
    assert "acme" in str(caught.value)
    assert SECRET not in str(caught.value)
    return caught.value


@pytest.mark.parametrize(
    ("base_url", "code"),
    [
        ("http://acme.example.test/scim", "insecure-url"),
        (f"https://user:{SECRET}@acme.example.test", "wrong-base-url"),
        ("acme.example.test", "wrong-base-url"),
        ("https://acme.example.test/?a=1", "wrong-base-url"),
        ("", "wrong-base-url"),
    ],
)
def test_a_base_url_is_as_for_sources(base_url: str, code: str) -> None:
    error = refused(base_url=base_url)
    assert isinstance(error, SettingsError)
    assert error.diagnostic.code == code


def test_plain_http_is_allowed_on_this_machine() -> None:
    with connected(lambda _: httpx.Response(200, json={}), base_url="http://127.0.0.1:1") as send:
        assert send(Request("GET", "http://127.0.0.1:1/Users")).status == 200


@pytest.mark.parametrize(
    ("auth", "code", "told"),
    [
        ({"method": "bearer", "tokn": SECRET}, "unknown-key", "`tokn` is not a key of `auth`"),
        ({"method": "bearer"}, "missing-key", "`auth` lacks `token`"),
        ({"method": "bearer", "token": [SECRET]}, "wrong-type", "`auth.token`"),
        ({"method": "bear", "token": SECRET}, "unknown-plugin", "no authentication method"),
        ({"token": SECRET}, "unknown-plugin", "no authentication method"),
    ],
)
def test_an_auth_section_is_checked_as_in_a_connector(auth: Any, code: str, told: str) -> None:
    error = refused(auth=auth)
    assert isinstance(error, DefinitionError)
    assert code in [one.code for one in error.diagnostics]
    assert told in str(error)
    assert all("the target `acme`" in one.message for one in error.diagnostics)
    assert all(one.place is None for one in error.diagnostics)  # an excerpt would hold values


def test_an_unknown_kind_is_named_with_the_nearest() -> None:
    error = refused(kind="plane")
    assert error.diagnostic.hint == "did you mean `plain`?"


def test_the_built_in_kinds_are_registered() -> None:
    known = build_registry(create_host(with_installed=False)).targets
    assert {"directory", "scim"} <= set(known)
    assert known["directory"].kind.is_in_store
    assert not known["scim"].kind.is_in_store
    assert json.dumps(known["scim"].kind.schema)
