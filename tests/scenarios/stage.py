"""Where a scenario plays: a target and a store, as they can be seen and changed from outside."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select

from onroll.keys import identity_key
from onroll.service.targets import open_target
from onroll.store import links
from onroll.store.database import open_store
from onroll.store.tables import directory_users, metadata
from onroll.target import Change, Draft

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from onroll.store.database import Store
    from onroll.store.links import Link
    from onroll.target import Target, TargetUser

    from .scenario import Need

__all__ = ["TARGET", "Stage"]

TARGET = "directory"

#: What a user is written with beside attributes.
_NO_ATTRIBUTES = frozenset({"state", "groups", "manager"})


@dataclass(frozen=True)
class Stage:
    """A new store and an empty target. `target` is written as in onroll.yaml."""

    name: str
    folder: Path
    store: str
    target: Mapping[str, Any] = field(default_factory=lambda: {"kind": "directory"})
    lacks: frozenset[Need] = frozenset()

    @contextmanager
    def opened(self, *, for_writing: bool = False) -> Iterator[tuple[Store, Target]]:
        keys = {name: value for name, value in self.target.items() if name != "kind"}
        with (
            open_store(self.store, for_writing=for_writing) as store,
            open_target(TARGET, self.target["kind"], keys, store.engine) as target,
        ):
            yield store, target

    def users(self) -> dict[str, TargetUser]:
        """Return every user by id."""
        with self.opened() as (_, target):
            return {user.id: user for page in target.users() for user in page}

    def links(self) -> list[Link]:
        """Return the open links, oldest first."""
        with self.opened() as (store, _), store.read() as db:
            return list(links.open_links(db, TARGET))

    def rows(self) -> dict[str, list[str]]:
        """Return all that the store holds, table by table."""
        with self.opened() as (store, _), store.read() as db:
            return {
                table.name: sorted(repr(tuple(row)) for row in db.execute(select(table)))
                for table in metadata.sorted_tables
            }

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
        everybody = self.users()
        user = find_user(everybody, name)
        wanted = frozenset(written.get("groups", user.groups))
        change = Change(
            attributes={k: v for k, v in written.items() if k not in _NO_ATTRIBUTES},
            state=written.get("state"),
            join=tuple(sorted(wanted - user.groups)),
            leave=tuple(sorted(user.groups - wanted)),
            **(
                {"manager_id": find_user(everybody, written["manager"]).id}
                if "manager" in written
                else {}
            ),
        )
        with self.opened(for_writing=True) as (_, target):
            target.update(user, change)

    def delete(self, name: str) -> None:
        """Take a user out of the target by hand."""
        user = find_user(self.users(), name)
        with self.opened(for_writing=True) as (store, _), store.begin() as db:
            db.execute(delete(directory_users).where(directory_users.c.id == user.id))


def find_user(users: Mapping[str, TargetUser], name: str) -> TargetUser:
    """Return the user with this e-mail address or username."""
    key = identity_key(name)
    for attribute in ("email", "username"):
        for user in users.values():
            if identity_key(str(user.attributes.get(attribute) or "")) == key:
                return user
    raise AssertionError(f"the target has no user {name}")
