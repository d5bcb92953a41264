"""Every scenario on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .files import SCENARIOS
from .hr import HrSystem
from .play import play
from .scenario import load_scenario
from .stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def hr() -> Iterator[HrSystem]:
    with HrSystem() as server:
        yield server


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"sqlite-{path.stem}")
def test_scenario(path: Path, hr: HrSystem, tmp_path: Path) -> None:
    play(load_scenario(path), Stage("sqlite", tmp_path, str(tmp_path / "onroll.db")), hr)
