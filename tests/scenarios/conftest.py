"""The outside world of the scenarios."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from .hr import HrSystem, trusting_one_authority

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def hr(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HrSystem]:
    with trusting_one_authority(tmp_path_factory.mktemp("certificates")), HrSystem() as server:
        yield server
