"""What holds for every test."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from .redaction.watch import SecretWatch

if TYPE_CHECKING:
    from collections.abc import Callable

    from .redaction.scanner import Scanner

# A busy machine is no broken property: time is measured in benchmarks/, never in tests.
settings.register_profile("onroll", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("onroll")

_WATCH = "onroll-secrets"


def pytest_configure(config: pytest.Config) -> None:
    # A shell lets what it runs in the background ignore it, and so would all that tests start.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    config.pluginmanager.register(SecretWatch(config), _WATCH)


@pytest.fixture(scope="session")
def secrets(pytestconfig: pytest.Config) -> Scanner:
    """Knows the secrets of this run; a fixture `add`s those that its server makes up."""
    watch = pytestconfig.pluginmanager.get_plugin(_WATCH)
    assert isinstance(watch, SecretWatch)
    return watch.scanner


@pytest.fixture(scope="session")
def refuse_secrets(secrets: Scanner) -> Callable[[str], None]:
    """Fail the test when what a command said has a secret in it."""

    def refuse(said: str) -> None:
        # Not by `assert`: pytest would show the text.
        if secrets.is_in_text(said):
            pytest.fail("a secret was printed", pytrace=False)

    return refuse
