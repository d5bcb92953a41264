"""A scenario as it is written: people day by day, and what is to come of it. See README.md."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003  (msgspec reads annotations at run time)
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from onroll.definition.source import read_yaml

__all__ = [
    "DEFAULT_CONNECTION",
    "SCENARIOS",
    "Act",
    "ConnectionEdit",
    "Day",
    "Expected",
    "ExpectedItem",
    "Need",
    "Run",
    "Scenario",
    "SourceFaults",
    "load_scenario",
]

DEFAULT_CONNECTION: Final = "hr"

#: The definition of the source is no scenario.
SCENARIOS: Final = tuple(
    path for path in sorted(Path(__file__).parent.glob("*.yaml")) if path.name != "source.yaml"
)

#: What not every target has. `uniqueness` is that of e-mail addresses.
Need = Literal["staged", "custom", "dates", "uniqueness", "limits"]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Refuses keys that it does not know."""


class ConnectionEdit(_Strict, frozen=True, rename={"import_": "import"}):
    """A connection, or what is laid over it on a day. `list_users` is laid over the definition's.

    Null takes a key away again.
    """

    settings: Mapping[str, Any] = {}
    filters: Mapping[str, Any] = {}
    attributes: Mapping[str, Any] = {}
    import_: Mapping[str, Any] = {}
    list_users: Mapping[str, Any] = {}


class SourceFaults(_Strict, frozen=True):
    """What is wrong with the source on a day.

    `loses` are people whom the total counts and no page lists, `repeats` those who are listed
    twice. `drifts` moves people from page to page during the first reading, or each one.
    """

    status: int | None = None
    total: int | None = None
    has_total: bool = True
    loses: tuple[str, ...] = ()
    repeats: tuple[str, ...] = ()
    without_id: int = 0
    page_cap: int | None = None
    list_key: str = "people"
    drifts: Literal["never", "once", "always"] = "never"
    has_moved: bool = False


class LinkAct(_Strict, frozen=True):
    """A person of a source and a user, linked or unlinked by hand."""

    user: str
    id: str
    connection: str | None = None


class Act(_Strict, frozen=True):
    """What somebody does by hand before the import; one of these."""

    create: Mapping[str, Mapping[str, Any]] = {}
    edit: Mapping[str, Mapping[str, Any]] = {}
    delete: tuple[str, ...] = ()
    link: LinkAct | None = None
    unlink: LinkAct | None = None


class Run(_Strict, frozen=True):
    """How the import is run. `keep_plan` and `plan` name a plan; `take_out` edits it down."""

    mode: Literal["all", "new", "updates"] = "all"
    select: tuple[str, ...] = ()
    updated_since: str | None = None
    dry_run: bool = False
    confirm_source: bool = False
    allow_suspensions: int | None = None
    allow_incomplete: bool = False
    keep_plan: str | None = None
    plan: str | None = None
    take_out: tuple[str, ...] = ()


class ExpectedItem(_Strict, frozen=True):
    """What is decided for a person. `changes` are all of them: with values, or names alone."""

    action: str
    reason: str | None = None
    changes: Mapping[str, tuple[Any, Any]] | tuple[str, ...] | None = None
    outcome: str | None = None
    group: str | None = None


class Expected(_Strict, frozen=True):
    """What is to come of a day.

    `errors` are codes. `plan` leaves out what is 0. Without `plan`, `items` names everybody for
    whom there is something to do or to say.
    """

    exit: int = 0
    errors: tuple[str, ...] = ()
    plan: Mapping[str, int] | None = None
    items: Mapping[str, str | ExpectedItem] | None = None
    users: Mapping[str, str | Mapping[str, Any] | None] = {}
    size: int | None = None
    listing: Mapping[str, Any] = {}
    notes: tuple[str, ...] = ()


class Day(_Strict, frozen=True, kw_only=True):
    """A day: what changed, who runs the import how, and what is to come of it.

    `at` is an instant; without one, nine o'clock UTC of the next day. `of` is the connection.
    """

    at: str | None = None
    of: str | None = None
    people: Mapping[str, str | Mapping[str, Any]] | None = None
    join: Mapping[str, str | Mapping[str, Any]] = {}
    leave: tuple[str, ...] = ()
    edit: Mapping[str, Mapping[str, Any]] = {}
    source: SourceFaults = SourceFaults()
    reconfigure: ConnectionEdit = ConnectionEdit()
    by_hand: tuple[Act, ...] = ()
    run: Run = Run()
    expect: Expected


class Scenario(_Strict, frozen=True, kw_only=True):
    """People day by day. `why` is the failure it comes from, or the rule."""

    title: str
    why: str
    needs: tuple[Need, ...] = ()
    connection: ConnectionEdit = ConnectionEdit()
    connections: Mapping[str, ConnectionEdit] = {}
    users: Mapping[str, Mapping[str, Any]] = {}
    days: tuple[Day, ...]


def load_scenario(path: Path) -> Scenario:
    """Read a scenario. Raises `DefinitionError` or `msgspec.ValidationError` for a wrong one."""
    written = read_yaml(path.read_bytes(), path.name).data
    scenario = msgspec.convert(written, Scenario)
    for number, day in enumerate(scenario.days, 1):
        if day.expect.plan is None and day.expect.items is None and not day.expect.errors:
            raise msgspec.ValidationError(f"day {number} claims nothing of the plan")
    return scenario
