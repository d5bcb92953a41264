"""Real servers as fixtures, each installed and started when the first test wants it.

`pytest tests/e2e -m e2e` needs nothing else. Where the vendor's specification came from and how
long the servers took is told at the end.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest

from .command import CommandLine
from .servers.fault_proxy import FaultProxy
from .servers.installation import InstallationError, forget_old_logs
from .servers.oidc import Oidc
from .servers.postgresql import PostgreSql
from .servers.prism import Prism, personio_specification
from .servers.redmine import Redmine
from .servers.scim import Scim
from .servers.smtp import Smtp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.redaction.scanner import Scanner

    from .servers.server import Server

_HERE = Path(__file__).parent
_NOTES = pytest.StashKey[list[str]]()
_FIRST_INSTALLATION_SECONDS = 900

AnyServer = TypeVar("AnyServer", bound="Server")


@pytest.hookimpl(tryfirst=True)  # before `-m` chooses by the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(_HERE):
            item.add_marker(pytest.mark.e2e)
            if item.get_closest_marker("timeout") is None:
                # The first test that wants a server also pays for its installation.
                item.add_marker(pytest.mark.timeout(_FIRST_INSTALLATION_SECONDS))


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    notes = config.stash.get(_NOTES, [])
    if notes:
        terminalreporter.section("real servers")
        for note in notes:
            terminalreporter.line(note)


class Servers:
    """Start servers, and note down how that went."""

    def __init__(self, notes: list[str]) -> None:
        self._notes = notes

    def note(self, text: str) -> None:
        self._notes.append(text)

    @contextmanager
    def running(self, server: AnyServer) -> Iterator[AnyServer]:
        try:
            server.start()
        except InstallationError as error:
            # Not skipped: a test that did not run has shown nothing.
            pytest.fail(f"{server.name} cannot be installed: {error}", pytrace=False)
        else:
            steps = ", ".join(f"{step} {seconds:.1f} s" for step, seconds in server.seconds.items())
            self.note(f"{server.name}: {steps}")
            yield server
        finally:
            server.stop()


@pytest.fixture(scope="session")
def servers(pytestconfig: pytest.Config) -> Servers:
    forget_old_logs()
    return Servers(pytestconfig.stash.setdefault(_NOTES, []))


@pytest.fixture(scope="session")
def redmine(servers: Servers, secrets: Scanner) -> Iterator[Redmine]:
    secrets.add(Redmine.api_key)
    with servers.running(Redmine()) as server:
        yield server


@pytest.fixture(scope="session")
def scim_by_index(servers: Servers) -> Iterator[Scim]:
    with servers.running(Scim()) as server:
        yield server


@pytest.fixture(scope="session")
def scim_by_cursor(servers: Servers) -> Iterator[Scim]:
    with servers.running(Scim(cursor=True)) as server:
        yield server


@pytest.fixture(scope="session")
def oidc(servers: Servers, secrets: Scanner) -> Iterator[Oidc]:
    """An OAuth 2.0 server whose tokens live for five seconds."""
    for _, secret in (*Oidc.clients.values(), *Oidc.apps.values(), *Oidc.password_clients.values()):
        secrets.add(secret or "")
    for password in Oidc.users.values():
        secrets.add(password)
    with servers.running(Oidc(token_seconds=5)) as server:
        yield server


@pytest.fixture(scope="session")
def postgresql(servers: Servers) -> Iterator[PostgreSql]:
    with servers.running(PostgreSql()) as server:
        yield server


@pytest.fixture
def postgresql_url(postgresql: PostgreSql) -> Iterator[str]:
    """The URL of a new database, which is dropped after the test."""
    with postgresql.database() as url:
        yield url


@pytest.fixture(scope="session")
def _smtp(servers: Servers) -> Iterator[Smtp]:
    with servers.running(Smtp()) as server:
        yield server


@pytest.fixture
def smtp(_smtp: Smtp) -> Smtp:
    """A mail server that has received nothing yet."""
    _smtp.empty()
    return _smtp


@dataclass(frozen=True)
class Personio:
    """Prism as Personio: two documents, hence two servers."""

    url: str
    auth_url: str
    origin: str


@pytest.fixture(scope="session")
def personio(servers: Servers) -> Iterator[Personio]:
    try:
        specification = personio_specification()
    except InstallationError as error:
        pytest.fail(str(error), pytrace=False)
    servers.note(f"prism serves {specification.origin}")
    with (
        servers.running(Prism(specification.employees)) as employees,
        servers.running(Prism(specification.auth, strict=True)) as auth,
    ):
        yield Personio(employees.url, auth.url, specification.origin)


@pytest.fixture(scope="session")
def _redmine_proxy(servers: Servers, redmine: Redmine) -> Iterator[FaultProxy]:
    with servers.running(FaultProxy(redmine.url)) as proxy:
        yield proxy


@pytest.fixture
def redmine_proxy(_redmine_proxy: FaultProxy) -> FaultProxy:
    """A proxy in front of Redmine, without faults until the test sets some."""
    _redmine_proxy.use()
    return _redmine_proxy


@pytest.fixture(scope="session")
def _oidc_proxy(servers: Servers, oidc: Oidc) -> Iterator[FaultProxy]:
    with servers.running(FaultProxy(oidc.url)) as proxy:
        yield proxy


@pytest.fixture
def oidc_proxy(_oidc_proxy: FaultProxy) -> FaultProxy:
    """A proxy in front of the OAuth server, without faults until the test sets some."""
    _oidc_proxy.use()
    return _oidc_proxy


@pytest.fixture
def onroll(tmp_path: Path, refuse_secrets: Callable[[str], None]) -> CommandLine:
    return CommandLine(tmp_path, refuse_secrets)


@pytest.fixture(scope="session")
def definitions() -> Path:
    return _HERE / "definitions"
