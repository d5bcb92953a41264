"""scim2-server as the directory that people are brought into."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

from onroll.service.targets import open_target
from onroll.testing.contract import TargetContract

from .servers.scim import Scim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.target import Target

    from .conftest import Servers


@pytest.fixture(scope="session")
def empty_scim(servers: Servers) -> Iterator[Scim]:
    with servers.running(Scim(empty=True)) as server:
        yield server


class TestContract(TargetContract):
    @pytest.fixture
    def target(self, empty_scim: Scim) -> Iterator[Target]:
        config = {
            "base_url": empty_scim.base_url,
            "auth": {"method": "bearer", "token": empty_scim.token},
            "page_size": 7,
        }
        engine = create_engine("sqlite://")  # which SCIM has no use for
        with open_target("scim", "scim", config, engine) as target:
            yield target
        engine.dispose()
