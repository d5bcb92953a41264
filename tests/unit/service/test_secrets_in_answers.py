"""What a provider answers is shown to people; nothing secret may be in it, in whatever form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

import onroll
from onroll.definition.load import parse_definition
from onroll.service.connector import Connector

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "pa$$word/with<odd>&signs"

DEFINITION = """
format: 1
name: acme
settings: {k: {secret: true}}
base_url: https://api.example.test
auth: AUTH
success: {body: ok, equals: true, message: told}
list_users: {endpoint: ENDPOINT, resource_location: data, pagination: {style: none}}
attributes: {id: id, email: email, username: email}
"""
KEY_IN_QUERY = '{method: api_key, in: query, name: k, value: "${settings.k}"}'
BASIC = '{method: basic, username: bob, password: "${settings.k}"}'
LOGIN = '{method: login, endpoint: /auth, json: {key: "${settings.k}"}, token: data.token}'


def shown(
    answer: Callable[[httpx.Request], httpx.Response], *, auth: str, endpoint: str = "/people"
) -> str:
    """Return all that a failed test of the connection would show."""
    text = DEFINITION.replace("AUTH", auth).replace("ENDPOINT", endpoint)
    options = onroll.Options(transport=httpx.MockTransport(answer), attempts=1)
    result = Connector(parse_definition(text)).test({"k": SECRET}, options=options)
    assert not result.ok
    assert result.error is not None
    details = " ".join(check.detail for check in result.checks)
    return f"{details} {result.error} {result.error.exchange}"


def parts_of_the_secret(text: str) -> list[str]:
    return [part for part in ("pa$$word", "pa%24%24word", "with<odd>", "&signs") if part in text]


def test_a_key_in_the_query_is_not_in_the_address() -> None:
    said = shown(lambda _: httpx.Response(400, json={"error": "no"}), auth=KEY_IN_QUERY)
    assert parts_of_the_secret(said) == []


@pytest.mark.parametrize(
    "echo",
    [
        "bad key pa$$word\\/with<odd>&signs",
        "bad key pa$$word/with&lt;odd&gt;&amp;signs",
        "bad key pa%24%24word%2fwith%3codd%3e%26signs",
    ],
)
def test_an_echo_is_known_in_the_forms_that_servers_write(echo: str) -> None:
    said = shown(lambda _: httpx.Response(400, text=echo), auth=KEY_IN_QUERY)
    assert "bad key [hidden]" in said
    assert parts_of_the_secret(said) == []


def test_a_secret_in_the_endpoint_is_not_in_the_words_about_a_redirect() -> None:
    target = f"https://api.example.test/x/{SECRET}/"
    answer = httpx.Response(301, headers={"Location": target})
    said = shown(lambda _: answer, auth="{method: none}", endpoint='"/x/${settings.k}"')
    assert parts_of_the_secret(said) == []


def test_what_authentication_made_of_a_secret_is_hidden_too() -> None:
    def echo(request: httpx.Request) -> httpx.Response:
        return httpx.Response(401, text=f"you sent {request.headers['Authorization']}")

    said = shown(echo, auth=BASIC)
    assert "you sent [hidden]" in said


def test_a_long_message_is_cleaned_before_it_is_cut() -> None:
    told = "x" * 290 + SECRET
    said = shown(lambda _: httpx.Response(200, json={"ok": False, "told": told}), auth=KEY_IN_QUERY)
    assert parts_of_the_secret(said) == []


def test_a_token_at_another_place_shows_its_keys_and_not_itself() -> None:
    answer = {"data": {"accessToken": "live-token", "refresh_token": "live-refresh"}}
    said = shown(lambda _: httpx.Response(200, json=answer), auth=LOGIN)
    assert "accessToken" in said
    assert "live-" not in said
