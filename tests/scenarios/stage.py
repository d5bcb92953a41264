"""Where a scenario plays: a target and a store, as they can be seen and changed from outside."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from onroll.definition.targets import TargetConfig
from onroll.keys import identity_key
from onroll.model import ABSENT
from onroll.service.places import Place
from onroll.service.targets import open_target
from onroll.store import journal, links
from onroll.store.database import open_store
from onroll.store.tables import directory_users, metadata
from onroll.target import Change, Draft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.store.database import Store
    from onroll.store.journal import Intent
    from onroll.store.links import Link
    from onroll.target import Target, TargetUser

    from .scenario import Need

__all__ = ["TARGET", "Sight", "Stage"]

TARGET = "directory"

#: What a user is written with beside attributes.
_NO_ATTRIBUTES = frozenset({"state", "groups", "manager"})


@dataclass(frozen=True)
class Sight:
    """What there is at one moment: users by id, and the open links, oldest first."""

    users: Mapping[str, TargetUser]
    links: tuple[Link, ...]

    def find(self, name: str) -> TargetUser:
        """Return the user with this e-mail address or username."""
        key = identity_key(name)
        for attribute in ("email", "username"):
            for user in self.users.values():
                if identity_key(str(user.attributes.get(attribute) or "")) == key:
                    return user
        raise AssertionError(f"the target has no user {name}")


@dataclass(frozen=True)
class Stage:
    """A new store and an empty target. `target` is written as in onroll.yaml."""

    name: str
    folder: Path
    store: str
    target: Mapping[str, Any] = field(default_factory=lambda: {"kind": "directory"})
    lacks: frozenset[Need] = frozenset()

    @property
    def is_elsewhere(self) -> bool:
        """Whether the users are not in the store."""
        return bool(self.target["kind"] != "directory")

    @contextmanager
    def opened(self, *, for_writing: bool = False) -> Iterator[tuple[Store, Target]]:
        keys = {name: value for name, value in self.target.items() if name != "kind"}
        with (
            open_store(self.store, for_writing=for_writing) as store,
            open_target(TARGET, self.target["kind"], keys, store.engine) as target,
        ):
            yield store, target

    def look(self) -> Sight:
        """Return what there is."""
        with self.opened() as (store, target):
            users = {user.id: user for page in target.users() for user in page}
            with store.read() as db:
                return Sight(users, tuple(links.open_links(db, TARGET)))

    def contents(self) -> object:
        """Return all that the store holds: its file, or table by table."""
        if "://" not in self.store:
            path = Path(self.store)
            return path.read_bytes() if path.exists() else None
        with self.opened() as (store, _), store.read() as db:
            return {
                table.name: sorted(repr(tuple(row)) for row in db.execute(select(table)))
                for table in metadata.sorted_tables
            }

    def writes_of(self, run: str) -> list[Intent]:
        """Return what a run's journal says was written."""
        with self.opened() as (store, _), store.read() as db:
            return [one for one in journal.writes_of(db, run) if one.outcome == "applied"]

    # ---- by hand ---------------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """Return the same for the use cases."""
        keys = {name: value for name, value in self.target.items() if name != "kind"}
        return Place(self.store, TargetConfig(TARGET, self.target["kind"], keys, self.folder))

    def create(self, name: str, written: Mapping[str, Any]) -> None:
        """Make a user by hand, known by an e-mail address or a username."""
        attributes = {"username": name, "first_name": "By", "last_name": "Hand"}
        if "@" in name:
            attributes["email"] = name
        attributes |= {k: v for k, v in written.items() if k not in _NO_ATTRIBUTES}
        with self.opened(for_writing=True) as (_, target):
            draft = Draft(f"by-hand-{name}", attributes, written.get("state", "active"))
            target.create(draft)
        self.edit(name, {k: v for k, v in written.items() if k in ("groups", "manager")})

    def edit(self, name: str, written: Mapping[str, Any]) -> None:
        """Change a user by hand; `groups` are those to be in."""
        if not written:
            return
        everybody = self.look()
        user = everybody.find(name)
        wanted = frozenset(written.get("groups", user.groups))
        has_manager = "manager" in written
        change = Change(
            attributes={k: v for k, v in written.items() if k not in _NO_ATTRIBUTES},
            state=written.get("state"),
            manager_id=everybody.find(written["manager"]).id if has_manager else ABSENT,
            join=tuple(sorted(wanted - user.groups)),
            leave=tuple(sorted(user.groups - wanted)),
        )
        with self.opened(for_writing=True) as (_, target):
            target.update(user, change)

    def delete(self, name: str) -> None:
        """Take a user out of the target by hand."""
        user = self.look().find(name)
        with self.opened(for_writing=True) as (store, _), store.begin() as db:
            db.execute(delete(directory_users).where(directory_users.c.id == user.id))
