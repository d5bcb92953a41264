"""`onroll login` and `onroll logout`, as processes: a browser, a pasted address, a code."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from cryptography.fernet import Fernet
from tests.ports import free_port

from .provider import ACCESS, CODE, REFRESH, Provider

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_KEY: Final = Fernet.generate_key().decode()
_LIST: Final = {
    "endpoint": "/people",
    "resource_location": "people",
    "pagination": {"style": "none"},
}
_ATTRIBUTES: Final = {
    "id": "id",
    "email": "email",
    "username": "email",
    "first_name": "first",
    "last_name": "last",
}
#: Opens the address that it is given, and goes where it is sent.
_FOLLOW: Final = (
    "import sys, urllib.request as r; "
    "r.build_opener(r.ProxyHandler({})).open(sys.argv[1], timeout=30).read()"
)
_BROWSER: Final = f"{shlex.quote(sys.executable)} -c {shlex.quote(_FOLLOW)} %s"
#: The provider is on this machine.
_LOCAL: Final = {"NO_PROXY": "*", "ONROLL_ALLOW_PRIVATE_NETWORK": "1"}
_NO_BROWSER: Final = f"{shlex.quote(sys.executable)} -c pass %s"


@dataclass(frozen=True)
class Site:
    """A folder with a connection `acme`, and a provider that it signs in to."""

    folder: Path
    provider: Provider

    def write(self, method: str = "oauth2_authorization_code", **auth: Any) -> None:
        url = self.provider.url
        if method == "oauth2_authorization_code":
            auth = {"authorization_url": f"{url}/authorize", "revoke_url": f"{url}/revoke", **auth}
        written = {
            "format": 1,
            "name": "hr",
            "base_url": url,
            "auth": {"method": method, "access_token_url": f"{url}/token", "client_id": "app"}
            | auth,
            "list_users": _LIST,
            "attributes": _ATTRIBUTES,
        }
        (self.folder / "hr.yaml").write_text(json.dumps(written))
        connections = {"format": 1, "connections": {"acme": {"connector": "./hr.yaml"}}}
        (self.folder / "onroll.yaml").write_text(json.dumps(connections))

    def start(
        self,
        *arguments: str,
        browser: str = _BROWSER,
        terminal: int = subprocess.PIPE,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.Popen[str]:
        kept = {name: value for name, value in os.environ.items() if "ONROLL" not in name}
        given = {"BROWSER": browser, "ONROLL_TOKEN_KEY": _KEY, "HOME": str(self.folder)}
        return subprocess.Popen(
            [sys.executable, "-m", "onroll", *arguments],
            cwd=self.folder,
            env={**kept, **_LOCAL, **given, **(environment or {})},
            stdin=terminal,
            stdout=subprocess.PIPE,
            stderr=terminal,
            text=True,
        )

    def run(
        self, *arguments: str, pasted: str = "", browser: str = _BROWSER, **environment: str
    ) -> tuple[int, str, str]:
        with self.start(*arguments, browser=browser, environment=environment) as process:
            out, err = process.communicate(pasted, timeout=120)
        for secret in (ACCESS, REFRESH, CODE):
            assert secret not in out + err
        return process.returncode, out, err


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Provider() as provider:
        made = Site(tmp_path, provider)
        made.write()
        yield made


def test_the_browser_is_opened_and_the_token_is_kept_for_later_commands(site: Site) -> None:
    code, out, err = site.run("login", "acme")
    assert (code, out) == (0, "")
    assert "signed in: the token of acme is kept, encrypted" in err
    code, out, err = site.run("fetch", "acme")
    assert code == 0, err
    assert json.loads(out)["email"] == "ada@example.test"
    # One call for a token in all: the second process took the first one's.
    assert [path for path, _ in site.provider.asked] == ["/authorize", "/token", "/people"]


def test_the_code_is_traded_with_its_verifier_at_the_address_that_was_listened_on(
    site: Site,
) -> None:
    site.run("login", "acme")
    asked = dict(site.provider.asked)
    assert asked["/authorize"]["code_challenge_method"] == "S256"
    assert asked["/token"]["code_verifier"]
    uri = asked["/token"]["redirect_uri"]
    assert uri == asked["/authorize"]["redirect_uri"]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/callback", uri)


def test_what_was_signed_in_is_told_as_json(site: Site) -> None:
    _, out, err = site.run("login", "acme", "--json")
    assert out, err
    said = json.loads(out)
    assert said["connection"] == "acme"
    assert said["renewable"] is True
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", said["expires_at"])


def test_a_port_may_be_chosen(site: Site) -> None:
    port = free_port()
    site.run("login", "acme", "--port", str(port))
    uri = dict(site.provider.asked)["/authorize"]["redirect_uri"]
    assert uri == f"http://127.0.0.1:{port}/callback"


def test_a_definition_may_name_the_port(site: Site) -> None:
    port = free_port()
    site.write(redirect_port=port)
    code, _, err = site.run("login", "acme")
    assert code == 0, err
    uri = dict(site.provider.asked)["/authorize"]["redirect_uri"]
    assert uri == f"http://127.0.0.1:{port}/callback"


def test_who_denies_access_is_not_signed_in(site: Site) -> None:
    site.provider.refuses = "access_denied"
    code, _, err = site.run("login", "acme")
    assert code == 4
    assert "error[access-denied]" in err
    assert "nobody has signed in for `acme`" in site.run("fetch", "acme")[2]


def test_without_a_browser_the_address_is_pasted(site: Site) -> None:
    with site.start("login", "acme", "--no-browser") as process:
        address = _visited(process)
        ended = httpx.get(address, trust_env=False).headers["location"]
        _, err = process.communicate(ended + "\n", timeout=120)
    assert process.returncode == 0, err
    assert "signed in" in err
    assert site.run("fetch", "acme")[0] == 0


@pytest.mark.parametrize(
    ("pasted", "code"),
    [
        ("", "wrong-address"),
        ("hello\n", "wrong-address"),
        ("http://127.0.0.1:8771/callback?code=c\n", "wrong-address"),
        ("http://127.0.0.1:8771/callback?code=c&state=of-another-sign-in\n", "sign-in-refused"),
    ],
)
def test_a_pasted_address_that_is_not_ours_is_refused(site: Site, pasted: str, code: str) -> None:
    _, _, err = site.run("login", "acme", "--no-browser", pasted=pasted)
    assert f"error[{code}]" in err
    assert "/token" not in dict(site.provider.asked)


def test_nobody_is_waited_for_forever(site: Site) -> None:
    code, _, err = site.run("login", "acme", "--timeout", "1", browser=_NO_BROWSER)
    assert code == 4
    assert "error[sign-in-timeout]" in err


def test_a_browser_that_does_not_open_is_told(site: Site) -> None:
    broken = f"{shlex.quote(sys.executable)} -c 'raise SystemExit(1)' %s"
    _, _, err = site.run("login", "acme", "--timeout", "3", browser=broken, PATH="", DISPLAY="")
    assert "No browser opened here" in err


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such terminals")
def test_on_a_terminal_the_address_may_be_pasted_while_the_browser_is_waited_for(
    site: Site,
) -> None:
    ours, theirs = os.openpty()
    with (
        os.fdopen(ours, "r+b", buffering=0) as terminal,
        site.start("login", "acme", browser=_NO_BROWSER, terminal=theirs) as process,
    ):
        os.close(theirs)
        shown = b""
        while b"paste here" not in shown:
            shown += terminal.read(1000)
        page = next(one for one in shown.decode().split() if one.startswith("http"))
        ended = httpx.get(page, trust_env=False).headers["location"]
        terminal.write(b"hello\n")
        while b"That is not it" not in shown:
            shown += terminal.read(1000)
        terminal.write(ended.encode() + b"\n")
        assert process.wait(timeout=60) == 0
    assert site.run("fetch", "acme")[0] == 0


def test_a_code_is_shown_and_waited_for(site: Site) -> None:
    site.write("oauth2_device_code", device_authorization_url=f"{site.provider.url}/device")
    code, _, err = site.run("login", "acme")
    assert code == 0, err
    assert f"{site.provider.url}/enter" in err
    assert "The code is WXYZ-1234" in err
    assert site.run("fetch", "acme")[0] == 0


def test_a_connection_that_needs_nobody_says_so(site: Site) -> None:
    for method, more in (
        ("oauth2_client_credentials", {"client_secret": "s3cret"}),
        ("oauth2_refresh_token", {"refresh_token": "configured"}),
    ):
        site.write(method, **more)
        code, _, err = site.run("login", "acme")
        assert code == 2
        assert f"`acme` needs nobody to sign in: its method is `{method}`" in err


def test_logging_out_gives_the_grant_back_and_forgets_it(site: Site) -> None:
    site.run("login", "acme")
    code, out, _ = site.run("logout", "acme", "--json")
    assert code == 0
    assert json.loads(out) == {
        "connection": "acme", "removed": True, "revoked": True, "reason": None,
    }  # fmt: skip
    path, form = site.provider.asked[-1]
    assert (path, form["token"]) == ("/revoke", REFRESH)
    assert "error[not-signed-in]" in site.run("fetch", "acme")[2]


def test_a_grant_that_cannot_be_given_back_is_forgotten_all_the_same(site: Site) -> None:
    site.run("login", "acme")
    site.provider.revokes = 400
    code, _, err = site.run("logout", "acme")
    assert code == 1
    assert "the provider did not take it back" in err
    assert "error[not-signed-in]" in site.run("fetch", "acme")[2]


def test_logging_out_of_nothing_is_no_error(site: Site) -> None:
    code, out, err = site.run("logout", "acme")
    assert (code, out) == (0, "")
    assert "no token of acme is kept here" in err


def test_a_kept_token_is_not_sent_to_another_host(site: Site) -> None:
    site.run("login", "acme")
    with Provider() as other:
        options = ("--base-url", other.url)
        code, _, err = site.run("fetch", "acme", *options)
        assert code == 4
        assert "error[sign-in-again]" in err
        assert "`base_url`" in err
        assert site.run("logout", "acme", *options)[0] == 1
        assert other.asked == []


def test_another_key_is_told_with_its_place(site: Site) -> None:
    site.run("login", "acme")
    other = Fernet.generate_key().decode()
    code, _, err = site.run("fetch", "acme", ONROLL_TOKEN_KEY=other)
    assert code == 3
    assert "error[token-not-readable]" in err
    assert "ONROLL_TOKEN_KEY" in err
    assert site.run("login", "acme", ONROLL_TOKEN_KEY=other)[0] == 0
    assert site.run("fetch", "acme", ONROLL_TOKEN_KEY=other)[0] == 0


def test_the_store_is_the_one_that_is_named(site: Site) -> None:
    site.run("login", "acme", "--store", "here.db")
    assert not (site.folder / "onroll.db").exists()
    assert site.run("fetch", "acme", "--store", "here.db")[0] == 0
    assert site.run("fetch", "acme", ONROLL_STORE="here.db")[0] == 0
    assert "error[not-signed-in]" in site.run("fetch", "acme")[2]


def test_each_command_that_asks_the_source_finds_the_token(site: Site) -> None:
    site.run("login", "acme")
    for command in (("test",), ("preview",), ("import", "--yes")):
        code, _, err = site.run(command[0], "acme", *command[1:])
        assert code == 0, err
    assert [path for path, _ in site.provider.asked].count("/token") == 1


def test_a_program_names_the_store(site: Site) -> None:
    site.run("login", "./hr.yaml")
    program = (
        "import onroll\n"
        "connector = onroll.load('./hr.yaml')\n"
        "options = onroll.Options(allow_private_network=True)\n"
        "users = connector.users(store='onroll.db', options=options)\n"
        "print([user.id for user in users])\n"
        "try:\n    list(connector.users(options=options))\n"
        "except onroll.SettingsError as error:\n    print(error.diagnostic.code)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=site.folder,
        env={**os.environ, **_LOCAL, "ONROLL_TOKEN_KEY": _KEY},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.stdout == "['1']\nno-token-store\n", ran.stderr


def _visited(process: subprocess.Popen[str]) -> str:
    """Read standard error until the address that a person is to open."""
    assert process.stderr is not None
    for line in process.stderr:
        if line.strip().startswith("http"):
            return line.strip()
    raise AssertionError("no address was shown")
