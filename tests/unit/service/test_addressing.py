"""Where requests may go: what the operator chose, and what a definition may not."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

import onroll
from onroll.errors import DefinitionError, SettingsError, TransportError

from .servers import asking, connector

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from onroll.service.connector import Connector

CLIENT = {
    "method": "oauth2_client_credentials",
    "client_id": "id",
    "client_secret": "${settings.secret}",
}
SECRET: dict[str, Any] = {"secret": {"secret": True}}
PEOPLE = b'{"people": [{"id": "p1", "email": "p1@example.test"}], "total": 1}'


@pytest.fixture
def url() -> Iterator[str]:
    """A server on this machine that lists one person whatever it is asked."""

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", str(len(PEOPLE)))
            self.end_headers()
            self.wfile.write(PEOPLE)

        def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  (its name)
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def ids(one: Connector, settings: dict[str, str] | None = None, **options: Any) -> list[str]:
    found = onroll.Options(attempts=1, use_rate_limits=False, **options)
    return [user.id for user in one.users(settings, options=found)]


def refusal(one: Connector, settings: dict[str, str] | None = None, **options: Any) -> str:
    with pytest.raises(TransportError) as caught:
        ids(one, settings, **options)
    assert caught.value.diagnostic.code == "private-network"
    return str(caught.value)


def urls(one: Connector, settings: dict[str, str], **options: Any) -> list[str]:
    """Return the addresses that are asked."""
    asked: list[str] = []

    def serve(request: httpx.Request) -> Any:
        asked.append(str(request.url))
        return {"access_token": "t0ken", "people": [], "total": 0}

    list(one.users(settings, options=asking(serve, **options)))
    return asked


# --- private networks ---------------------------------------------------------------------------


def test_a_definition_cannot_name_this_machine(url: str) -> None:
    assert "a loopback address" in refusal(connector(base_url=url))


def test_a_host_that_the_caller_names_may_be_anywhere(url: str) -> None:
    assert ids(connector(), base_url=url) == ["p1"]


def test_a_caller_may_allow_the_private_network(url: str) -> None:
    assert ids(connector(base_url=url), allow_private_network=True) == ["p1"]


@pytest.mark.parametrize("path", ["", "/v1"])
def test_a_host_that_a_setting_names_whole_may_be_anywhere(url: str, path: str) -> None:
    one = connector(base_url=f"${{settings.url}}{path}", settings={"url": {}})
    assert ids(one, {"url": url}) == ["p1"]


@pytest.mark.parametrize(
    ("base_url", "setting"),
    [
        ("http://${settings.x}:PORT", "127.0.0.1"),
        ("http://127.0.0.${settings.x}:PORT", "1"),
        ("http://127.0.0.1:${settings.x}", "PORT"),
        ("${settings.x}127.0.0.1:PORT", "http://"),
        ("${settings.x}.0.0.1:PORT", "http://127"),
        ("${settings.x}:PORT", "http://127.0.0.1"),
    ],
)
def test_a_host_that_a_setting_is_a_part_of_is_the_definitions(
    url: str, base_url: str, setting: str
) -> None:
    port = url.rpartition(":")[2]
    one = connector(base_url=base_url.replace("PORT", port), settings={"x": {}})
    refusal(one, {"x": setting.replace("PORT", port)})


@pytest.mark.parametrize("key", ["default", "enum"])
def test_a_value_that_the_definition_brings_along_is_not_the_operators(url: str, key: str) -> None:
    written = {"default": url} if key == "default" else {"enum": [url]}
    one = connector(base_url="${settings.url}", settings={"url": written})
    refusal(one, {"url": url})


def test_a_token_url_cannot_name_this_machine_either(url: str) -> None:
    auth = {**CLIENT, "access_token_url": f"{url}/token"}
    refusal(connector(auth=auth, settings=SECRET), {"secret": "s3cret"})


def test_another_port_than_the_one_that_a_setting_named_is_refused(url: str) -> None:
    auth = {**CLIENT, "access_token_url": "http://127.0.0.1:9/token"}
    one = connector(auth=auth, settings={**SECRET, "url": {}}, base_url="${settings.url}")
    refusal(one, {"secret": "s3cret", "url": url})


def test_the_host_that_was_typed_is_trusted_on_another_port_too(url: str) -> None:
    auth = {**CLIENT, "access_token_url": "http://127.0.0.1:9/token"}
    with pytest.raises(TransportError) as caught:
        ids(connector(auth=auth, settings=SECRET), {"secret": "s3cret"}, base_url=url)
    assert caught.value.diagnostic.code == "unreachable"  # nobody listens there


def test_a_test_of_a_connection_says_so_under_reach(url: str) -> None:
    options = onroll.Options(attempts=1)
    result = connector(base_url=url).test(options=options)
    [reach] = [check for check in result.checks if check.name == "reach"]
    assert (reach.ok, "a loopback address" in reach.detail) == (False, True)


# --- plain http ---------------------------------------------------------------------------------


@pytest.mark.parametrize("auth", [{"method": "bearer", "token": "${settings.secret}"}, None])
def test_a_secret_does_not_travel_over_plain_http(auth: dict[str, str] | None) -> None:
    sent = {"headers": {"X-Key": "${settings.secret}"}} if auth is None else {"auth": auth}
    settings = {"url": {}, **SECRET}
    one = connector(base_url="${settings.url}", settings=settings, **sent)
    with pytest.raises(SettingsError, match="insecure-url"):
        urls(one, {"url": "http://api.example.test", "secret": "s3cret"})
    assert urls(one, {"url": "http://127.0.0.1:9", "secret": "s3cret"})


def test_a_token_url_of_plain_http_is_refused_in_a_definition() -> None:
    auth = {**CLIENT, "access_token_url": "http://auth.example.test/token"}
    with pytest.raises(DefinitionError, match=r"`auth\.access_token_url` starts with http://"):
        connector(auth=auth, settings=SECRET)


def test_a_token_url_that_a_setting_makes_plain_is_refused() -> None:
    auth = {**CLIENT, "access_token_url": "${settings.url}/token"}
    one = connector(auth=auth, settings={"url": {}, **SECRET})
    with pytest.raises(SettingsError, match="insecure-url"):
        urls(one, {"url": "http://auth.example.test", "secret": "s3cret"})


def test_a_token_url_that_the_caller_moves_may_be_plain() -> None:
    auth = {**CLIENT, "access_token_url": "https://auth.example.test/token"}
    one = connector(auth=auth, settings=SECRET)
    options = {"auth_base_url": "http://mock.example.test"}
    asked = urls(one, {"secret": "s3cret"}, **options)
    assert asked[0] == "http://mock.example.test/token"


# --- settings inside of addresses ---------------------------------------------------------------

#: What would name another host, were it put into an address as it is.
OTHERS = [
    "evil.test/", "evil.test#", "evil.test?", "evil.test\\", "me@evil.test", "me:pw@evil.test",
    "evil.test:443/", "//evil.test", "evil.test\r\n", "evil.test\t", " evil.test", "evil.test%2f",
]  # fmt: skip


@pytest.mark.parametrize("value", OTHERS)
def test_a_part_of_a_base_url_names_no_other_host(value: str) -> None:
    one = connector(base_url="https://${settings.company}.example.test", settings={"company": {}})
    with pytest.raises(SettingsError, match="wrong-base-url"):
        urls(one, {"company": value})


@pytest.mark.parametrize("value", OTHERS)
def test_a_part_of_a_token_url_names_no_other_host(value: str) -> None:
    auth = {**CLIENT, "access_token_url": "https://${settings.company}.example.test/token"}
    one = connector(auth=auth, settings={"company": {}, **SECRET})
    with pytest.raises(SettingsError, match="wrong-auth-url"):
        urls(one, {"company": value, "secret": "s3cret"})


@pytest.mark.parametrize("value", ["a/b", "../x", "a?b", "a#b"])
def test_a_part_of_a_token_path_stays_one_part(value: str) -> None:
    auth = {**CLIENT, "access_token_url": "/realms/${settings.realm}/token"}
    one = connector(auth=auth, settings={"realm": {}, **SECRET})
    asked = urls(one, {"realm": value, "secret": "s3cret"})
    assert asked[0].split("/")[-1] == "token"
    assert asked[0].count("/") == 6


@pytest.mark.parametrize("host", ["ada:pw-s3cret@api.example.test", "ada@api.example.test"])
def test_credentials_in_an_address_are_refused(host: str) -> None:
    with pytest.raises(DefinitionError):
        connector(base_url=f"https://{host}")
    whole = connector(base_url="${settings.url}", settings={"url": {}})
    with pytest.raises(SettingsError, match="wrong-base-url") as caught:
        urls(whole, {"url": f"https://{host}"})
    assert "pw-s3cret" not in str(caught.value)
    auth = {**CLIENT, "access_token_url": f"https://{host}/token"}
    with pytest.raises((DefinitionError, SettingsError)) as wrong:
        urls(connector(auth=auth, settings=SECRET), {"secret": "s3cret"})
    assert "pw-s3cret" not in str(wrong.value)
