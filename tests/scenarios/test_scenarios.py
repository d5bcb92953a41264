"""Every scenario on SQLite."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .play import play
from .scenario import SCENARIOS, load_scenario
from .stage import Stage

if TYPE_CHECKING:
    from pathlib import Path

    from .hr import HrSystem


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"sqlite-{path.stem}")
def test_scenario(path: Path, hr: HrSystem, tmp_path: Path) -> None:
    play(load_scenario(path), Stage("sqlite", tmp_path, str(tmp_path / "onroll.db")), hr)
