"""The embedded directory on PostgreSQL keeps the laws of targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onroll.service.targets import open_target
from onroll.store.database import open_store
from onroll.testing.contract import TargetContract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.target import Target


class TestContract(TargetContract):
    @pytest.fixture
    def target(self, postgresql_url: str) -> Iterator[Target]:
        with (
            open_store(postgresql_url, for_writing=True) as store,
            open_target("directory", "directory", {}, store.engine) as target,
        ):
            yield target
