"""A person signs in, and from then on nobody has to: tokens are kept, renewed and rotated.

The provider's access tokens live for five seconds, and the second use of a refresh token ends the
grant that it came from.
"""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from onroll.service.token_key import find_key
from onroll.store.database import open_store
from onroll.store.tokens import find_token

from .command import assert_complete, assert_incomplete
from .servers.fault_proxy import Rule
from .servers.oidc_browser import visit

if TYPE_CHECKING:
    from .command import CommandLine, Listing, Outcome
    from .servers.fault_proxy import FaultProxy
    from .servers.oidc import Oidc

_BROWSER = Path(__file__).parent / "servers" / "oidc_browser.py"
#: Twelve pages at this pace outlive a token twice.
_SLOWLY = Rule("delay", every=1, path="/api/users", seconds=0.8)


@dataclass(frozen=True)
class App:
    """An app of the provider, run by its definition, with its own store and key."""

    onroll: CommandLine
    oidc: Oidc
    definition: Path
    name: str = "public"
    url: str = ""
    auth_url: str = ""

    @property
    def settings(self) -> dict[str, str]:
        client_id, secret = self.oidc.apps[self.name]
        return {"client_id": client_id} | ({} if secret is None else {"client_secret": secret})

    def arguments(self, command: str) -> list[str | Path]:
        # The provider itself is asked for tokens: behind a proxy it would be another issuer.
        addresses = ["--base-url", f"{self.url or self.oidc.url}/api", "--auth-base-url"]
        return [command, self.definition, *addresses, self.auth_url or self.oidc.url]

    def login(self, *words: str) -> Outcome:
        return self.onroll(
            *self.arguments("login"),
            "--timeout",
            "60",
            settings=self.settings,
            environment={"BROWSER": shlex.join([sys.executable, str(_BROWSER), *words, "%s"])},
        )

    def logout(self) -> Outcome:
        return self.onroll(*self.arguments("logout"), "--json", settings=self.settings)

    def fetch(self, **settings: str) -> Listing:
        _, *rest = self.arguments("fetch")
        return self.onroll.fetch(*rest, settings={**self.settings, **settings})

    def start(self, command: str, *words: str, **more: str) -> subprocess.Popen[str]:
        """Start a command, and let it run."""
        given = self.settings | more
        settings = [word for pair in given.items() for word in ("--set", "=".join(pair))]
        return subprocess.Popen(
            [sys.executable, "-m", "onroll", *map(str, self.arguments(command)), *settings, *words],
            cwd=self.onroll.folder,
            env=self.onroll._environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def kept(self) -> dict[str, Any]:
        """Return the kept token, decrypted."""
        folder = self.onroll.folder
        key = find_key({"XDG_CONFIG_HOME": str(folder / ".config")}, may_make=False)
        with open_store(str(folder / "onroll.db"), for_writing=False) as store, store.read() as db:
            payload = find_token(db, self.definition.stem)
        assert payload is not None
        text = key.decrypt(payload)
        assert text is not None
        found: dict[str, Any] = json.loads(text)
        return found

    def refresh(self, token: str) -> httpx.Response:
        """Use a refresh token as nobody but a thief would."""
        form = {"grant_type": "refresh_token", "refresh_token": token, **self.settings}
        return httpx.post(f"{self.oidc.url}/token", data=form, trust_env=False)

    def outlive_token(self) -> None:
        until = self.kept()["expires_at"]
        time.sleep(max(0.0, until - time.time()) + 0.1)


@pytest.fixture
def app(onroll: CommandLine, oidc: Oidc, definitions: Path) -> App:
    return App(onroll, oidc, definitions / "oauth-code.yaml")


def _signed_in(app: App) -> App:
    done = app.login()
    assert done.exit_code == 0, done
    return app


@pytest.mark.parametrize("name", ["public", "confidential"])
def test_who_signs_in_once_can_read_from_then_on(
    onroll: CommandLine, oidc: Oidc, definitions: Path, name: str
) -> None:
    app = _signed_in(App(onroll, oidc, definitions / "oauth-code.yaml", name))
    before = oidc.token_requests()
    assert_complete(app.fetch(), oidc.count)
    assert oidc.token_requests() - before <= 1  # none, unless five seconds have passed
    app.outlive_token()
    assert_complete(app.fetch(), oidc.count)


def test_nothing_in_the_folder_holds_a_token(app: App) -> None:
    kept = _signed_in(app).kept()
    for file in app.onroll.folder.rglob("*"):
        content = file.read_bytes() if file.is_file() else b""
        assert kept["value"].encode() not in content, file
        assert kept["refresh"].encode() not in content, file
    for name in ("onroll.db", ".config/onroll/token.key"):
        assert (app.onroll.folder / name).stat().st_mode & 0o777 == 0o600


def test_who_cancels_is_not_signed_in(app: App) -> None:
    done = app.login("--deny")
    assert done.exit_code == 4, done
    assert "access-denied" in done.stderr, done
    assert_incomplete(app.fetch())


def test_without_a_browser_the_address_is_pasted(app: App) -> None:
    with app.start("login", "--no-browser") as process:
        assert process.stderr is not None
        lines = (line.strip() for line in process.stderr)
        page = next(line for line in lines if line.startswith("http"))
        ended = visit(page, until="http://127.0.0.1:8771/callback")
        _, said = process.communicate(ended + "\n", timeout=60)
    assert process.returncode == 0, said
    assert_complete(app.fetch(), app.oidc.count)


def test_a_code_typed_on_another_device_signs_in(
    onroll: CommandLine, oidc: Oidc, definitions: Path
) -> None:
    app = App(onroll, oidc, definitions / "oauth-device.yaml")
    with app.start("login") as process:
        assert process.stderr is not None
        lines = (line.strip() for line in process.stderr)
        visit(next(line for line in lines if line.startswith("http")))
        _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    app.outlive_token()
    assert_complete(app.fetch(), oidc.count)


def test_a_token_that_expires_in_mid_listing_is_renewed_and_the_newest_is_kept(
    app: App, oidc_proxy: FaultProxy
) -> None:
    oidc_proxy.use(_SLOWLY)
    slow = App(app.onroll, app.oidc, app.definition, url=oidc_proxy.url)
    first = _signed_in(slow).kept()
    listing = slow.fetch()
    assert_complete(listing, app.oidc.count)
    assert listing.report["seconds"] > app.oidc.token_seconds, listing
    newest = slow.kept()
    assert newest["refresh"] != first["refresh"]
    # The newest works, and is not the one that was used up.
    assert slow.refresh(newest["refresh"]).status_code == 200


def test_processes_that_renew_at_once_do_not_end_the_grant(
    app: App, oidc_proxy: FaultProxy
) -> None:
    oidc_proxy.use(_SLOWLY)
    slow = App(app.onroll, app.oidc, app.definition, url=oidc_proxy.url)
    _signed_in(slow).outlive_token()
    before, began = app.oidc.token_requests(), time.monotonic()

    def run(number: int) -> tuple[int, str]:
        with slow.start("fetch", "--report", f"report-{number}.json") as process:
            out, said = process.communicate(timeout=120)
        return len(out.splitlines()), said

    with ThreadPoolExecutor(3) as pool:
        read = list(pool.map(run, range(3)))

    assert [count for count, _ in read] == [app.oidc.count] * 3, read
    # They share the tokens: three times ten seconds cost hardly more than once.
    most = 3 + app.oidc.renewals_in(time.monotonic() - began)
    assert app.oidc.token_requests() - before <= most
    slow.outlive_token()
    oidc_proxy.use()
    assert_complete(slow.fetch(), app.oidc.count)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
def test_a_kill_after_a_renewal_loses_nothing(app: App, oidc_proxy: FaultProxy) -> None:
    oidc_proxy.use(_SLOWLY)
    slow = App(app.onroll, app.oidc, app.definition, url=oidc_proxy.url)
    _signed_in(slow).outlive_token()
    old = slow.kept()["refresh"]
    with slow.start("fetch") as process:
        deadline = time.monotonic() + 60
        while slow.kept()["refresh"] == old:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    slow.outlive_token()
    oidc_proxy.use()
    assert_complete(slow.fetch(), app.oidc.count)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL there")
def test_a_kill_before_the_new_token_has_come_costs_a_sign_in_and_no_more(
    app: App, oidc_proxy: FaultProxy, definitions: Path
) -> None:
    token = _signed_in(app).kept()["refresh"]
    by_token = App(
        app.onroll, app.oidc, definitions / "oauth-refresh.yaml", auth_url=oidc_proxy.url
    )
    # The provider has answered, and the answer is on its way.
    oidc_proxy.use(Rule("delay", every=1, path="/token", seconds=8))
    before = app.oidc.token_requests()
    with by_token.start("fetch", refresh_token=token) as process:
        deadline = time.monotonic() + 60
        while app.oidc.token_requests() == before:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    oidc_proxy.use()
    listing = by_token.fetch(refresh_token=token)
    assert_incomplete(listing)
    assert "sign-in-again" in listing.outcome.stderr, listing
    anew = _signed_in(app).kept()["refresh"]
    assert_complete(by_token.fetch(refresh_token=anew), app.oidc.count)


def test_a_stolen_refresh_token_ends_the_grant_and_that_is_told(app: App) -> None:
    old = _signed_in(app).kept()["refresh"]
    app.outlive_token()
    assert_complete(app.fetch(), app.oidc.count)
    assert app.refresh(old).status_code == 400
    app.outlive_token()
    listing = app.fetch()
    assert_incomplete(listing)
    assert "sign-in-again" in listing.outcome.stderr, listing
    assert f"onroll login {app.definition}" in listing.outcome.stderr, listing
    assert_complete(_signed_in(app).fetch(), app.oidc.count)


def test_logging_out_ends_the_grant_at_the_provider(app: App) -> None:
    kept = _signed_in(app).kept()
    done = app.logout()
    assert done.exit_code == 0, done
    assert done.json() == {
        "connection": "oauth-code", "removed": True, "revoked": True, "reason": None,
    }  # fmt: skip
    refused = app.refresh(kept["refresh"])
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")
    listing = app.fetch()
    assert_incomplete(listing)
    assert "not-signed-in" in listing.outcome.stderr, listing


def test_a_configured_refresh_token_is_rotated_and_a_new_one_supersedes_it(
    app: App, definitions: Path
) -> None:
    first, second = (_signed_in(app).kept()["refresh"] for _ in range(2))
    by_token = App(app.onroll, app.oidc, definitions / "oauth-refresh.yaml")
    for _ in range(2):
        assert_complete(by_token.fetch(refresh_token=first), app.oidc.count)
        by_token.outlive_token()
    # Somebody has stolen the grant, it is over, and a new refresh token is put in place.
    assert by_token.refresh(first).status_code == 400
    assert_incomplete(by_token.fetch(refresh_token=first))
    assert_complete(by_token.fetch(refresh_token=second), app.oidc.count)
