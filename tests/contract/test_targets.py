"""The embedded directory keeps the laws that authors of targets are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from onroll.service.targets import open_target
from onroll.store.database import open_store
from onroll.testing.contract import TargetContract, TargetKindContract

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from onroll.target import Target


class TestKinds(TargetKindContract): ...


class TestDirectoryOnSqlite(TargetContract):
    @pytest.fixture
    def target(self, tmp_path: Path) -> Iterator[Target]:
        with (
            open_store(f"sqlite:///{tmp_path / 'onroll.db'}", for_writing=True) as store,
            open_target("directory", "directory", {}, store.engine) as target,
        ):
            yield target
