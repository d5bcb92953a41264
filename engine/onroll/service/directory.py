"""The users of a target as they are shown: with their manager's address, groups and links."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from onroll.diagnostics import Diagnostic, nearest
from onroll.errors import UsageError
from onroll.store.journal import history
from onroll.store.links import open_links
from onroll.sync.gathering import gather_users
from onroll.sync.spool import Spool, target_user
from onroll.target import WRITABLE_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.service.opened_places import OpenPlace
    from onroll.target import State, Target, TargetUser

__all__ = ["find_user", "read_history", "read_users"]

#: Among how many names a mistyped one is looked for: all of a million would take minutes.
_NAMES_COMPARED: Final = 10_000

_LINKS: Final = """
CREATE TABLE user_link (
    user_id TEXT NOT NULL, number INTEGER NOT NULL, connection TEXT NOT NULL, id TEXT NOT NULL,
    PRIMARY KEY (user_id, number)
) WITHOUT ROWID
"""

_SHOWN: Final = """
SELECT u.id, u.state, u.groups, u.body, m.email, (
    SELECT json_group_array(json_object('connection', l.connection, 'id', l.id))
    FROM (SELECT * FROM user_link WHERE user_id = u.id ORDER BY number) l
)
FROM user u LEFT JOIN user m ON m.id = u.manager_id
WHERE ? IS NULL OR u.state = ?
ORDER BY u.email_key IS NULL, u.email_key, u.id
"""


def read_users(place: OpenPlace, state: State | None = None) -> Iterator[dict[str, Any]]:
    """Yield every user as `onroll users --json` has it, by e-mail address.

    They are spooled to disk first: a manager's address may be read long after the person's.
    """
    with Spool() as spool:
        gather_users(spool, place.target)
        spool.execute(_LINKS)
        with place.store.read() as db:
            for link in open_links(db, place.name):
                spool.execute(
                    "INSERT INTO user_link VALUES (?, ?, ?, ?)",
                    (link.user_id, link.id, link.connection, link.source_id),
                )
        cursor = spool.execute(_SHOWN, (state, state))
        while rows := cursor.fetchmany(500):
            for user_id, state_, groups, body, manager_email, links in rows:
                user = target_user(user_id, state_, groups, body)
                yield _shown(user, manager_email, json.loads(links))


def _shown(
    user: TargetUser, manager_email: str | None, links: list[dict[str, str]]
) -> dict[str, Any]:
    has = user.attributes
    shown: dict[str, Any] = {"id": user.id, "state": user.state}
    shown |= {name: has[name] for name in WRITABLE_ATTRIBUTES if name in has}
    custom = {
        name.removeprefix("custom."): value
        for name, value in has.items()
        if name.startswith("custom.")
    }
    if custom:
        shown["custom"] = custom
    return shown | {
        "groups": sorted(user.groups),
        "manager_email": manager_email,
        "links": links,
    }


def find_user(target: Target, text: str) -> TargetUser:
    """Return the user with this id, e-mail address or username.

    Raises `UsageError` when there is nobody, or when several are meant.
    """
    if (user := target.read(text)) is not None:
        return user
    found = {
        one.id: one for attribute in ("email", "username") for one in target.find(attribute, text)
    }
    if len(found) == 1:
        return next(iter(found.values()))
    if found:
        ids = ", ".join(f"`{one}`" for one in sorted(found))
        raise UsageError(
            Diagnostic(
                "ambiguous-user",
                f"`{text}` may be {len(found)} users of the target",
                hint=f"name one by its id: {ids}",
            )
        )
    right = nearest(text, _names(target))
    raise UsageError(
        Diagnostic(
            "unknown-user",
            f"the target has no user `{text}`",
            expected="the id of a user in the target, an e-mail address, or a username",
            hint=f"did you mean `{right}`?" if right else "`onroll users` lists them",
        )
    )


def _names(target: Target) -> list[str]:
    names: list[str] = []
    for page in target.users():
        for user in page:
            names += [name for key in ("email", "username") if (name := user.attributes.get(key))]
        if len(names) >= _NAMES_COMPARED:
            break
    return names


def read_history(place: OpenPlace, text: str) -> Iterator[dict[str, Any]]:
    """Yield what was changed of a user, oldest first: when, in which run, by whom, old and new.

    A user who is gone from the target is found by id. Raises `UsageError` for an unknown one.
    """
    try:
        user_id = find_user(place.target, text).id
    except UsageError:
        with place.store.read() as db:
            if next(history(db, place.name, text), None) is None:
                raise
        user_id = text
    with place.store.read() as db:
        for write in history(db, place.name, user_id):
            yield {
                "at": write.at,
                "run": write.run,
                "actor": write.actor,
                "connection": write.connection,
                "id": write.source_id,
                "operation": write.operation,
                "changes": {name: list(pair) for name, pair in write.changes.items()},
            }
