"""The laws of targets on services of different powers: with and without PATCH and ETags."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import create_engine

from onroll.service.targets import TargetOptions, open_target
from onroll.testing.contract import TargetContract

from .scim_service import BASE, ScimService

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.target import Target


class _Contract(TargetContract):
    service: ScimService

    @pytest.fixture
    def target(self) -> Iterator[Target]:
        config = {"base_url": BASE, "auth": {"method": "bearer", "token": "t-1"}, "page_size": 7}
        options = TargetOptions(transport=httpx.MockTransport(self.make()))
        engine = create_engine("sqlite://")
        with open_target("scim", "scim", config, engine, options) as target:
            yield target
        engine.dispose()

    def make(self) -> ScimService:
        raise NotImplementedError


class TestWithEverything(_Contract):
    def make(self) -> ScimService:
        return ScimService(cap=5)


class TestWithoutPatch(_Contract):
    def make(self) -> ScimService:
        return ScimService(can_patch=False)


class TestWithoutEtags(_Contract):
    def make(self) -> ScimService:
        return ScimService(has_etags=False)


class TestWithoutEither(_Contract):
    def make(self) -> ScimService:
        return ScimService(can_patch=False, has_etags=False)


class TestWithoutFilters(_Contract):
    def make(self) -> ScimService:
        return ScimService(can_filter=False)


class TestWithoutGroups(_Contract):
    def make(self) -> ScimService:
        return ScimService(has_groups=False)
