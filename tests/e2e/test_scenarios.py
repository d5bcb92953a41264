"""Every scenario on PostgreSQL, and on scim2-server those that need nothing that SCIM lacks.

Who is left out there is skipped by name, with what is missing.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx
import pytest
from sqlalchemy import create_engine, make_url, text
from tests.scenarios.hr import HrSystem, trusting_one_authority
from tests.scenarios.play import play
from tests.scenarios.scenario import SCENARIOS, load_scenario
from tests.scenarios.stage import Stage

from .servers.scim import Scim

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Engine
    from tests.scenarios.scenario import Need

    from .conftest import Servers
    from .servers.postgresql import PostgreSql

_SCIM_LACKS: Final[frozenset[Need]] = frozenset(
    {"staged", "custom", "dates", "uniqueness", "limits"}
)


@pytest.fixture(scope="module")
def hr(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HrSystem]:
    with trusting_one_authority(tmp_path_factory.mktemp("certificates")), HrSystem() as server:
        yield server


@pytest.fixture(scope="module")
def database(postgresql: PostgreSql) -> Iterator[Engine]:
    with postgresql.database() as url:
        made = make_url(url).set(drivername="postgresql+psycopg")
        engine = create_engine(made, isolation_level="AUTOCOMMIT")
        yield engine
        engine.dispose()


@pytest.fixture
def store(database: Engine) -> Iterator[str]:
    """The URL of a schema of its own: a database for each scenario would take a second longer."""
    schema = f"scenario_{uuid.uuid4().hex}"
    with database.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {schema}"))
        url = database.url.update_query_dict({"options": f"-csearch_path={schema}"})
        yield url.render_as_string(hide_password=False)
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"postgresql-{path.stem}")
def test_scenario_on_postgresql(path: Path, hr: HrSystem, tmp_path: Path, store: str) -> None:
    play(load_scenario(path), Stage("postgresql", tmp_path, store), hr)


@dataclass(frozen=True)
class _ScimStage(Stage):
    client: httpx.Client = field(default_factory=httpx.Client, kw_only=True)

    def empty(self) -> None:
        for kind in ("Users", "Groups"):
            while found := self.client.get(f"/{kind}").json().get("Resources"):
                for one in found:
                    self.client.delete(f"/{kind}/{one['id']}").raise_for_status()

    def delete(self, name: str) -> None:
        user = self.look().find(name)
        self.client.delete(f"/Users/{user.id}").raise_for_status()


@pytest.fixture(scope="module")
def scim(servers: Servers) -> Iterator[Scim]:
    with servers.running(Scim(empty=True)) as server:
        yield server


@pytest.fixture
def scim_stage(scim: Scim, tmp_path: Path) -> Iterator[_ScimStage]:
    target: dict[str, Any] = {
        "kind": "scim",
        "base_url": scim.base_url,
        "auth": {"method": "bearer", "token": scim.token},
        "page_size": 3,
    }
    with httpx.Client(
        base_url=scim.base_url,
        headers={"Authorization": f"Bearer {scim.token}"},
        trust_env=False,
    ) as client:
        store = str(tmp_path / "onroll.db")
        stage = _ScimStage("scim", tmp_path, store, target, _SCIM_LACKS, client=client)
        stage.empty()
        yield stage


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: f"scim-{path.stem}")
def test_scenario_on_scim2_server(path: Path, hr: HrSystem, scim_stage: _ScimStage) -> None:
    scenario = load_scenario(path)
    if lacking := sorted(set(scenario.needs) & scim_stage.lacks):
        pytest.skip(f"{path.stem}: scim2-server has no {', '.join(lacking)}")
    play(scenario, scim_stage, hr)
