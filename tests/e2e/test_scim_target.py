"""scim2-server as the directory that people are brought into."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import pytest
from sqlalchemy import create_engine

from onroll.service.targets import open_target
from onroll.target import Change, Draft
from onroll.testing.contract import TargetContract

from .servers.fault_proxy import FaultProxy, Rule
from .servers.people import people
from .servers.scim import Scim

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.target import Target

    from .conftest import Servers


@pytest.fixture(scope="session")
def empty_scim(servers: Servers) -> Iterator[Scim]:
    with servers.running(Scim(empty=True)) as server:
        yield server


@contextmanager
def opened(server: Scim, base_url: str | None = None, **config: int) -> Iterator[Target]:
    written = {
        "base_url": base_url or server.base_url,
        "auth": {"method": "bearer", "token": server.token},
        **config,
    }
    engine = create_engine("sqlite://")  # which SCIM has no use for
    with open_target("scim", "scim", written, engine) as target:
        yield target
    engine.dispose()


class TestContract(TargetContract):
    @pytest.fixture
    def target(self, empty_scim: Scim) -> Iterator[Target]:
        with opened(empty_scim, page_size=7) as target:
            yield target


def test_everybody_is_read_where_pages_are_capped(scim_by_cursor: Scim) -> None:
    with opened(scim_by_cursor) as target:
        pages = list(target.users())
    users = [user for page in pages for user in page]
    assert {user.attributes["email"] for user in users} == {person.email for person in people()}
    assert len(users) == scim_by_cursor.count
    assert len(pages) == 12


def test_a_group_of_a_thousand_is_joined_and_left(scim_by_index: Scim) -> None:
    with opened(scim_by_index) as target:
        everybody = [user for page in target.users() for user in page]
    members = {user.id for user in everybody[:1_000]}
    group = {
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "displayName": "Everybody",
        "members": [{"value": one} for one in members],
    }
    authorization = {"Authorization": f"Bearer {scim_by_index.token}"}
    answer = httpx.post(f"{scim_by_index.base_url}/Groups", json=group, headers=authorization)
    answer.raise_for_status()
    with opened(scim_by_index) as target:
        leaver, joiner = everybody[500], everybody[1_100]
        assert target.update(leaver, Change(leave=("Everybody",))).groups == frozenset()
        assert target.update(joiner, Change(join=("Everybody",))).groups == {"Everybody"}
    with opened(scim_by_index) as target:
        listed = [user for page in target.users() for user in page]
    found = {user.id for user in listed if "Everybody" in user.groups}
    assert found == members - {leaver.id} | {joiner.id}


@pytest.fixture(scope="session")
def scim_proxy(servers: Servers, empty_scim: Scim) -> Iterator[FaultProxy]:
    with servers.running(FaultProxy(empty_scim.url)) as proxy:
        yield proxy


@pytest.mark.parametrize(
    "rule",
    [
        Rule("kill", every=5),
        Rule("cut", every=5, keep=40),
        Rule("truncate", every=5, keep=40),
        Rule("answer", every=5, status=502),
        Rule("answer", every=5, status=503, headers={"Retry-After": "0"}),
    ],
    ids=["kill", "cut", "truncate", "502", "503"],
)
def test_lost_answers_make_nobody_twice(
    empty_scim: Scim, scim_proxy: FaultProxy, rule: Rule
) -> None:
    mark = f"{rule.kind}-{rule.status}"
    scim_proxy.use(rule)
    with opened(empty_scim, f"{scim_proxy.url}/v2") as target:
        for number in range(12):
            name = f"{mark}-{number}"
            attributes = {"username": name, "email": f"{name}@example.com"}
            user = target.create(Draft(name, attributes, "active"))
            change = Change({"phone": "+49 30 1"}, state="suspended", join=(mark,))
            target.update(user, change)
    assert any(one.faults for one in scim_proxy.requests() if one.method != "GET")

    with opened(empty_scim) as target:
        found = [user for page in target.users() for user in page if mark in user.groups]
    assert sorted(user.external_id or "" for user in found) == sorted(
        f"{mark}-{number}" for number in range(12)
    )
    assert {(user.state, user.attributes["phone"]) for user in found} == {("suspended", "+49 30 1")}
