"""Eight requests at once, against servers that nobody here wrote: nothing changes but the time."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from onroll.builtin import shipped

from .command import assert_complete
from .servers.fault_proxy import FaultProxy, Rule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from .command import CommandLine, Listing
    from .conftest import Servers
    from .servers.redmine import Redmine
    from .servers.scim import Scim

#: What depends on when a request was sent, and on how often it had to be.
_MAY_DIFFER = {"requests", "retries", "seconds"}
_SLOW = 0.3


@dataclass(frozen=True)
class Api:
    """A shipped connector and a server that it reads, by way of a proxy."""

    connector: str
    settings: Mapping[str, str]
    count: int
    proxy: FaultProxy
    path: str = ""

    def read(self, onroll: CommandLine, concurrency: int) -> Listing:
        folder = _with_concurrency(self.connector, onroll.folder, concurrency)
        url = self.proxy.url + self.path
        return onroll.fetch(folder, "--base-url", url, settings=self.settings)


def _with_concurrency(connector: str, folder: Path, concurrency: int) -> Path:
    """Copy a shipped connector, which has no `limits`, and add them."""
    copy = folder / f"{connector}-{concurrency}"
    shutil.copytree(shipped("connectors") / connector, copy, dirs_exist_ok=True)
    file = copy / "connector.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(f"{text}\nlimits: {{concurrency: {concurrency}}}\n", encoding="utf-8")
    return file


@pytest.fixture(scope="module")
def _scim_proxy(servers: Servers, scim_by_index: Scim) -> Iterator[FaultProxy]:
    with servers.running(FaultProxy(scim_by_index.url)) as proxy:
        yield proxy


@pytest.fixture
def redmine_api(redmine: Redmine, redmine_proxy: FaultProxy) -> Api:
    return Api("redmine", {"api_key": redmine.api_key}, redmine.count, redmine_proxy)


@pytest.fixture
def scim_api(scim_by_index: Scim, _scim_proxy: FaultProxy) -> Api:
    _scim_proxy.use()
    return Api("scim", {"token": scim_by_index.token}, scim_by_index.count, _scim_proxy, "/v2")


@pytest.fixture(params=["redmine_api", "scim_api"])
def api(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def _assert_same(alone: Listing, together: Listing, count: int) -> None:
    for one in (alone, together):
        assert_complete(one, count)
    assert together.users == alone.users, together
    assert _lasting(together) == _lasting(alone), together


def _lasting(listing: Listing) -> dict[str, Any]:
    return {name: one for name, one in listing.report.items() if name not in _MAY_DIFFER}


def test_the_same_people_come_in_the_same_order_with_the_same_certificate(
    onroll: CommandLine, api: Api
) -> None:
    alone, together = api.read(onroll, 1), api.read(onroll, 8)

    _assert_same(alone, together, api.count)
    assert together.report["requests"] == alone.report["requests"], together


def test_the_requests_are_under_way_at_the_same_time(onroll: CommandLine, api: Api) -> None:
    api.proxy.use(Rule("delay", every=1, seconds=_SLOW))

    listing = api.read(onroll, 8)

    assert_complete(listing, api.count)
    # One after the other, each would come later than the whole delay of the one before.
    times = [request.at for request in api.proxy.requests()]
    pauses = [behind - before for before, behind in pairwise(times)]
    assert sum(pause < _SLOW for pause in pauses) >= 6, pauses


@pytest.mark.parametrize(
    "rules",
    [
        pytest.param([Rule("answer", at=(4,), status=429, headers={"Retry-After": "1"})], id="429"),
        pytest.param([Rule("answer", every=5, status=429)], id="429 again and again"),
        pytest.param([Rule("answer", at=(3, 6, 7), status=503)], id="503"),
        pytest.param([Rule("kill", at=(3, 8))], id="killed connections"),
        pytest.param([Rule("truncate", at=(5,))], id="a body that is cut"),
        pytest.param(
            [Rule("delay", every=3, seconds=_SLOW), Rule("delay", every=1, seconds=0.05)],
            id="slow, some more than others",
        ),
    ],
)
def test_a_fault_on_the_way_changes_nothing_either(
    onroll: CommandLine, api: Api, rules: Sequence[Rule]
) -> None:
    alone = api.read(onroll, 1)
    # Far enough away that pages are asked for early, whatever the rules do.
    api.proxy.use(*rules, Rule("delay", every=1, seconds=0.05))

    together = api.read(onroll, 8)

    assert any(request.faults != ["delay"] for request in api.proxy.requests()), together
    _assert_same(alone, together, api.count)


def test_a_server_that_breaks_for_good_is_told_as_it_is_with_one_at_a_time(
    onroll: CommandLine, redmine_api: Api
) -> None:
    listings = []
    for concurrency in (1, 8):
        redmine_api.proxy.use(
            Rule("delay", every=1, seconds=0.05),
            Rule("answer", path="/users.json?status=&limit=100&offset=500", every=1, status=400),
        )
        listings.append(redmine_api.read(onroll, concurrency))

    alone, together = listings
    assert alone.exit_code == together.exit_code == 4
    assert together.users == alone.users, together
    assert len(together.users) == 500, together
    assert _lasting(together) == _lasting(alone), together
