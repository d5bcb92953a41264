"""The embedded directory as a target: reads in portions, and writes each user in a transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from onroll.keys import email_key, identity_key
from onroll.model import ABSENT
from onroll.store.paging import rows_by_key
from onroll.store.tables import directory_users as users
from onroll.store.transactions import reading, writing
from onroll.target import Refused, Stale, TargetUser
from onroll.targets.directory.groups import groups_between, groups_of, join, leave
from onroll.targets.directory.values import (
    CAPABILITIES,
    check_group_names,
    check_source_id,
    decode,
    encode,
    hash_password,
    is_writable,
    new_id,
    objections_to,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import ColumnElement, Connection, Engine, Select

    from onroll.model import Absent, Json, Reason
    from onroll.target import Capabilities, Change, Draft

__all__ = ["Directory"]

_PAGE: Final = 1_000

_COLUMNS: Final = (
    users.c.id,
    users.c.attributes,
    users.c.state,
    users.c.manager_id,
    users.c.external_id,
    users.c.version,
)


# Made once: to build a statement takes longer than to run it.
_READ: Final = select(*_COLUMNS).where(
    users.c.id == bindparam("own_id"), users.c.directory == bindparam("own_directory")
)
_LOCK: Final = _READ.with_for_update()  # SQLite has locked everything already
_UPDATE: Final = (
    update(users)
    .where(users.c.id == bindparam("own_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "state",
                "username_key",
                "email_key",
                "external_id",
                "attributes",
                "manager_id",
                "version",
                "updated_at",
            )
        }
    )
)


class Directory:
    """The users and groups of one directory. Ids, names and versions are its own."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._engine = engine
        self._name = name

    @property
    def capabilities(self) -> Capabilities:
        """Everything that an import can write."""
        return CAPABILITIES

    def users(self) -> Iterator[Sequence[TargetUser]]:
        """Yield every user, by id, a thousand at a time."""
        with reading(self._engine) as db:
            for rows in rows_by_key(db, self._all(), users.c.id, portion=_PAGE):
                groups = groups_between(db, rows[0].id, rows[-1].id)
                yield [_user(row, groups.get(row.id, _NO_GROUPS)) for row in rows]

    def read(self, user_id: str) -> TargetUser | None:
        """Return one user as it is now; None when there is none."""
        with reading(self._engine) as db:
            return self._read(db, user_id)

    def find(self, attribute: str, value: str) -> Sequence[TargetUser]:
        """Return the users with this `username`, `email` or `external_id` (this one exactly)."""
        if (condition := _condition(attribute, value)) is None:
            return ()
        with reading(self._engine) as db:
            rows = db.execute(self._all().where(condition).order_by(users.c.id)).all()
            return [_user(row, groups_of(db, row.id)) for row in rows]

    def objections(self, attributes: Mapping[str, Json]) -> Sequence[Reason]:
        """Return what the directory refuses in these values."""
        return objections_to(attributes)

    def create(self, draft: Draft) -> TargetUser:
        """Create a user. Raises `Refused` with `not_unique` when somebody has its names."""
        attributes = {"username": None, **draft.attributes}
        _check(attributes)
        check_source_id(draft.source_id)
        now = _now()
        row = {
            "id": new_id(),
            "directory": self._name,
            "state": draft.state,
            **_keys(attributes),
            "external_id": draft.source_id,
            "attributes": encode(_filled(attributes)),
            "manager_id": draft.manager_id,
            "version": 1,
            "password_hash": None if draft.password is None else hash_password(draft.password),
            "created_at": now,
            "updated_at": now,
        }
        try:
            with writing(self._engine) as db:
                self._check_manager(db, str(row["id"]), draft.manager_id)
                db.execute(insert(users), row)
        except IntegrityError:
            raise self._not_unique(attributes, own_id=None) from None
        return TargetUser(
            id=str(row["id"]),
            attributes=_filled(attributes),
            state=draft.state,
            manager_id=draft.manager_id,
            external_id=draft.source_id,
            version="1",
        )

    def update(self, user: TargetUser, change: Change) -> TargetUser:
        """Change a user that is still as `user` says, and return it as it is then.

        Raises `Stale` when it is not, and `Refused`: `not_found`, `not_unique`, `invalid_value`.
        """
        _check(change.attributes)
        check_source_id(change.source_id)
        check_group_names((*change.join, *change.leave))
        try:
            with writing(self._engine) as db:
                known = self._locked(db, user)
                self._check_manager(db, user.id, change.manager_id)
                return self._write(db, known, change)
        except IntegrityError:
            raise self._not_unique(change.attributes, own_id=user.id) from None

    def _locked(self, db: Connection, user: TargetUser) -> TargetUser:
        """Return the user as it is, and stays until it is written, if that is as the caller saw."""
        known = self._read(db, user.id, for_update=True)
        if known is None:
            raise Refused("not_found", "the user is not in the directory any more")
        if known.version != user.version:
            raise Stale("the user was written by somebody else")
        return known

    def _write(self, db: Connection, known: TargetUser, change: Change) -> TargetUser:
        attributes = _filled({**known.attributes, **change.attributes})
        changed = replace(
            known,
            attributes=attributes,
            state=change.state or known.state,
            groups=(known.groups | {*change.join}) - {*change.leave},
            external_id=change.source_id or known.external_id,
            version=str(int(known.version or 0) + 1),
        )
        if change.manager_id is not ABSENT:
            changed = replace(changed, manager_id=change.manager_id)
        db.execute(
            _UPDATE,
            {
                "own_id": known.id,
                "state": changed.state,
                "attributes": encode(attributes),
                **_keys(attributes),
                "manager_id": changed.manager_id,
                "external_id": changed.external_id,
                "version": int(changed.version or 0),
                "updated_at": _now(),
            },
        )
        join(db, self._name, known.id, change.join)
        leave(db, self._name, known.id, change.leave)
        return changed

    def _all(self) -> Select[Any]:
        return select(*_COLUMNS).where(users.c.directory == self._name)

    def _read(self, db: Connection, user_id: str, *, for_update: bool = False) -> TargetUser | None:
        statement = _LOCK if for_update else _READ
        named = {"own_id": user_id, "own_directory": self._name}
        row = db.execute(statement, named).one_or_none()
        return None if row is None else _user(row, groups_of(db, user_id))

    def _check_manager(self, db: Connection, user_id: str, manager_id: str | Absent | None) -> None:
        if not isinstance(manager_id, str):
            return
        if manager_id == user_id:
            raise Refused("invalid_value", "nobody is their own `manager`")
        if self._read(db, manager_id) is None:
            raise Refused("invalid_value", "the `manager` is not in the directory")

    def _not_unique(self, attributes: Mapping[str, Json], *, own_id: str | None) -> Refused:
        taken = [
            f"`{name}`"
            for name in ("username", "email")
            if attributes.get(name)
            and any(one.id != own_id for one in self.find(name, attributes[name]))
        ]
        names = " and ".join(taken) or "name"
        return Refused("not_unique", f"another user of the directory has this {names}")


_NO_GROUPS: Final[frozenset[str]] = frozenset()


def _user(row: Any, groups: frozenset[str]) -> TargetUser:
    user_id, attributes, state, manager_id, external_id, version = row
    return TargetUser(
        user_id, decode(attributes), state, manager_id, groups, external_id, str(version)
    )


def _filled(attributes: Mapping[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in attributes.items() if value is not None}


def _check(attributes: Mapping[str, Json]) -> None:
    if found := objections_to(attributes):
        raise Refused("invalid_value", "; ".join(one.message for one in found))


def _keys(attributes: Mapping[str, Json]) -> dict[str, str | None]:
    return {
        "username_key": identity_key(attributes["username"]),
        "email_key": email_key(attributes.get("email")),
    }


def _condition(attribute: str, value: str) -> ColumnElement[bool] | None:
    if not is_writable(value):
        return None  # nobody has it, and no query can hold it
    if attribute == "username":
        return users.c.username_key == identity_key(value)
    if attribute == "email":
        key = email_key(value)
        return None if key is None else users.c.email_key == key
    return users.c.external_id == value if attribute == "external_id" else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
