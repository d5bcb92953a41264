"""All that a plug-in needs for its tests: the laws of every registered kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine

from onroll.service.targets import open_target
from onroll.testing.contract import (
    AuthContract,
    DecoderContract,
    PaginationContract,
    TargetContract,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onroll.target import Target


class TestAuth(AuthContract): ...


class TestDecoders(DecoderContract): ...


class TestPagination(PaginationContract): ...


class TestRoster(TargetContract):
    @pytest.fixture
    def target(self, tmp_path: Path) -> Iterator[Target]:
        store = create_engine("sqlite://")  # the roster keeps nothing there
        with open_target("office", "roster", {"path": str(tmp_path / "r.json")}, store) as target:
            yield target
        store.dispose()
