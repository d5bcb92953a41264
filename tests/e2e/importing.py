"""Imports as processes, and what stands in target and store afterwards.

Nothing of what is compared is random: users are known by their usernames, links by theirs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import httpx
from sqlalchemy import select

from onroll.service.targets import open_target
from onroll.store import tables
from onroll.store.database import open_store
from onroll.target import Draft

from .command import Outcome
from .company import DEFINITION, DEPARTMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from sqlalchemy import Table

    from onroll.store.database import Store
    from onroll.target import Target, TargetUser

    from .servers.scim import Scim

CONNECTION: Final = "people"
TARGET: Final = "directory"
EMBEDDED: Final[Mapping[str, Any]] = {"kind": "directory"}

_RULES: Final[Mapping[str, Any]] = {
    "allow_reactivation": True,
    "absent": "suspend",
    "absent_after": 1,
    "groups": [
        {"name": f"all-{one.lower()}", "when": {"attribute": "department", "equals": one}}
        for one in DEPARTMENTS
    ]
    + [{"name": "novices", "when": {"attribute": "job_title", "equals": "Novice"}}],
}

Row = dict[str, Any]


@dataclass(frozen=True)
class Site:
    """A folder with an onroll.yaml, a store, and a target."""

    folder: Path
    store: str
    target: Mapping[str, Any] = field(default_factory=lambda: EMBEDDED)
    connections: tuple[str, ...] = (CONNECTION,)

    @property
    def is_embedded(self) -> bool:
        """Whether the users are kept in the store."""
        return bool(self.target["kind"] == "directory")

    def set_up(self, **rules: Any) -> None:
        """Write the files."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "people.yaml").write_text(DEFINITION, encoding="utf-8")
        block = {"connector": "./people.yaml", "import": {**_RULES, **rules}}
        written = {
            "format": 1,
            "store": self.store,
            "targets": {TARGET: dict(self.target)},
            "connections": dict.fromkeys(self.connections, block),
        }
        (self.folder / "onroll.yaml").write_text(json.dumps(written), encoding="utf-8")

    def hire_by_hand(self, *numbers: int) -> None:
        """Put users into the target as people did before there was an import."""
        with self.opened(for_writing=True) as (_, target):
            for number in numbers:
                attributes = {"username": f"hand{number}", "email": f"user{number}@example.com"}
                target.create(Draft(f"by-hand-{number}", attributes, "active"))

    def start(
        self,
        url: str,
        *arguments: str,
        connection: str = CONNECTION,
        largest_file_bytes: int | None = None,
    ) -> subprocess.Popen[str]:
        """Start an import and do not wait for it."""
        limited = [] if largest_file_bytes is None else ["prlimit", f"--fsize={largest_file_bytes}"]
        words = ["import", connection, "--base-url", url, "--yes", "--json"]
        words += ["--allow-suspensions", "1000", *arguments]
        kept = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
        return subprocess.Popen(
            [*limited, sys.executable, "-m", "onroll", *words],
            cwd=self.folder,
            env={**kept, "HOME": str(self.folder), "LANG": "C.UTF-8", "NO_PROXY": "*"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(self, url: str, *arguments: str, connection: str = CONNECTION) -> Outcome:
        """Import, and wait."""
        return ended(self.start(url, *arguments, connection=connection))

    @contextmanager
    def opened(self, *, for_writing: bool = False) -> Iterator[tuple[Store, Target]]:
        keys = {name: value for name, value in self.target.items() if name != "kind"}
        with (
            open_store(self.store, for_writing=for_writing) as store,
            open_target(TARGET, self.target["kind"], keys, store.engine) as target,
        ):
            yield store, target


def ended(process: subprocess.Popen[str], timeout_seconds: float = 120) -> Outcome:
    """Wait for an import."""
    try:
        stdout, stderr = process.communicate(timeout=timeout_seconds)
    finally:
        process.kill()
        process.communicate()
    return Outcome(("import",), process.returncode, stdout, stderr, 0)


def scim_target(server: Scim, base_url: str | None = None) -> dict[str, Any]:
    """Return a target as onroll.yaml declares it."""
    auth = {"method": "bearer", "token": server.token}
    return {"kind": "scim", "base_url": base_url or server.base_url, "auth": auth}


def empty_scim(server: Scim) -> None:
    """Delete every user and group of the service."""
    authorization = {"Authorization": f"Bearer {server.token}"}
    with httpx.Client(base_url=server.base_url, headers=authorization, trust_env=False) as client:
        for kind in ("/Users", "/Groups"):
            while found := client.get(kind, params={"count": 500}).json().get("Resources"):
                for one in found:
                    client.delete(f"{kind}/{one['id']}").raise_for_status()


# ---- what stands there ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Picture:
    """All that an import is about, without what is random or tells of the way: ids and times."""

    users: Mapping[str, Any]
    links: Mapping[str, Any]
    owned: frozenset[tuple[str, str]]
    pending: frozenset[tuple[str, str | None]]
    quarantined: frozenset[str]

    def differences(self, other: Picture) -> list[str]:
        """Say what differs."""
        found = []
        for name in ("users", "links"):
            ours, theirs = getattr(self, name), getattr(other, name)
            found += [
                f"{name} {key}: {ours.get(key)} | {theirs.get(key)}"
                for key in sorted({*ours, *theirs})
                if ours.get(key) != theirs.get(key)
            ]
        for name in ("owned", "pending", "quarantined"):
            if ours := getattr(self, name) ^ getattr(other, name):
                found.append(f"{name}: {sorted(ours)}")
        return found


@dataclass(frozen=True)
class Contents:
    """Everything, as it was read at one time."""

    users: Mapping[str, TargetUser]
    rows: Mapping[str, list[Row]]
    has_store: bool

    def table(self, table: Table) -> list[Row]:
        return self.rows[table.name]

    def picture(self) -> Picture:
        names = {key: str(one.attributes["username"]) for key, one in self.users.items()}
        twice = [name for name, count in Counter(names.values()).items() if count > 1]
        assert not twice, f"somebody is there twice: {twice}"
        users = {
            names[key]: (
                dict(sorted(one.attributes.items())),
                one.state,
                names.get(one.manager_id or ""),
                sorted(one.groups),
                one.external_id,
            )
            for key, one in self.users.items()
        }
        links = {
            f"{row['connection']} {row['source_id']}": names.get(row["user_id"])
            for row in self.table(tables.links)
            if row["ended_at"] is None
        }
        return Picture(
            users,
            links,
            frozenset(
                (names.get(row["user_id"], "?"), row["name"])
                for row in self.table(tables.memberships)
            ),
            frozenset(
                (row["source_id"], row["manager_id"]) for row in self.table(tables.pending_managers)
            ),
            frozenset(row["source_id"] for row in self.table(tables.quarantine)),
        )


def look(site: Site) -> Contents:
    """Read the target and the store."""
    with site.opened() as (store, target):
        users = {user.id: user for page in target.users() for user in page}
        with store.read() as db:
            rows = {
                table.name: [
                    dict(row._mapping)
                    for row in db.execute(select(table).order_by(*table.primary_key))
                ]
                for table in tables.metadata.sorted_tables
            }
        return Contents(users, rows, store.exists)


# ---- whether the journal tells the truth ---------------------------------------------------------


def lies(contents: Contents, *, finished: bool = True) -> list[str]:
    """Say where journal, lines and runs tell anything but what happened.

    After an import that was cut off, what became of its last write may not be known yet.
    """
    journal = contents.table(tables.journal)
    applied = [row for row in journal if row["outcome"] == "applied"]
    found = _wrong_lines(contents, applied)
    if not finished:
        return found
    found += [f"no outcome: {_told(row)}" for row in journal if row["outcome"] is None]
    found += _wrong_creations(contents, applied)
    found += _wrong_history(contents, applied)
    return found + [
        f"run {row['number']} is still running"
        for row in contents.table(tables.runs)
        if row["status"] == "running" or row["finished_at"] is None
    ]


def _told(row: Row) -> str:
    keys = ("id", "run", "item", "operation", "source_id", "intent", "outcome", "ended_at")
    return str({key: row[key] for key in keys})


def _wrong_creations(contents: Contents, applied: list[Row]) -> list[str]:
    created = Counter(row["user_id"] for row in applied if row["operation"] == "create")
    by_source = Counter(
        (row["connection"], row["source_id"]) for row in applied if row["operation"] == "create"
    )
    by_hand = {
        key
        for key, one in contents.users.items()
        if str(one.attributes["username"]).startswith("hand")
        or any(row["operation"] == "link" and row["user_id"] == key for row in applied)
    }
    found = [f"{one} was created {n} times" for one, n in by_source.items() if n != 1]
    found += [
        f"user {key} was created {created[key]} times"
        for key in contents.users
        if created[key] != (key not in by_hand)
    ]
    return found + [f"created and not there: {key}" for key in created if key not in contents.users]


def _wrong_history(contents: Contents, applied: list[Row]) -> list[str]:
    """Replay what was written, from nothing; each old value is the new one of before."""
    found = []
    values: dict[str, dict[str, Any]] = defaultdict(dict)
    addresses: dict[str, set[str]] = defaultdict(set)
    for key, user in contents.users.items():
        addresses[key].add(str(user.attributes["email"]))
    for row in applied:
        key, known = row["user_id"], values[row["user_id"]]
        for name, (old, new) in json.loads(row["intent"]).items():
            if name in known and known[name] != old and name != "manager_email":
                told = [_told(one) for one in applied if one["user_id"] == key]
                found.append(f"{name} was {known[name]!r}, and not as in {_told(row)} of {told}")
            known[name] = new
            if name == "email":
                addresses[key] |= {old, new}
    for key, user in contents.users.items():
        found += [
            f"{user.attributes['username']}: {name} is not {value!r} as written"
            for name, value in values[key].items()
            if not _is_as_written(user, name, value, addresses)
        ]
    return found


def _is_as_written(
    user: TargetUser, name: str, value: Any, addresses: Mapping[str, set[str]]
) -> bool:
    if name == "manager_email":
        if value is None or user.manager_id is None:
            return value is None and user.manager_id is None
        # The manager's address may have changed since.
        return value in addresses.get(user.manager_id, ())
    if name == "groups":
        return sorted(user.groups) == sorted(value)
    return bool((user.state if name == "state" else user.attributes.get(name)) == value)


def _wrong_lines(contents: Contents, applied: list[Row]) -> list[str]:
    done = {(row["run"], row["item"]) for row in applied}
    found = []
    for row in contents.table(tables.items):
        is_done = (row["run"], row["number"]) in done
        if row["outcome"] == "failed":
            continue  # a part of it may have been done
        if is_done != (row["outcome"] == "applied"):
            found.append(
                f"line of {row['source_id']}, {row['action']}: {row['outcome']}, {is_done=}"
            )
    return found
