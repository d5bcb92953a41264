"""Every scenario on SQLite."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import certifi
import pytest

from .files import SCENARIOS
from .hr import HrSystem
from .play import play
from .scenario import load_scenario
from .stage import Stage

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def hr() -> Iterator[HrSystem]:
    with HrSystem() as server:
        yield server


@pytest.fixture(scope="module", autouse=True)
def one_certificate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Trust one authority instead of 140: no scenario speaks TLS, and each run loads them."""
    end = "-----END CERTIFICATE-----\n"
    first = Path(certifi.where()).read_text(encoding="utf-8").partition(end)[0]
    path = tmp_path_factory.mktemp("certificates") / "one.pem"
    path.write_text(first + end, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SSL_CERT_FILE", str(path))
        yield


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"sqlite-{path.stem}")
def test_scenario(path: Path, hr: HrSystem, tmp_path: Path) -> None:
    play(load_scenario(path), Stage("sqlite", tmp_path, str(tmp_path / "onroll.db")), hr)
