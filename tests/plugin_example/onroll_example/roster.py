"""`roster`: a directory that is one JSON file, for a small program of one's own.

targets:
  office: {kind: roster, path: /srv/office/people.json}
"""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from onroll.keys import identity_key
from onroll.model import Absent, Json, Reason
from onroll.plugins import hookimpl
from onroll.target import (
    Capabilities,
    Change,
    Draft,
    Refused,
    Stale,
    Target,
    TargetContext,
    TargetKind,
    TargetUser,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_ATTRIBUTES = frozenset(
    {"username", "email", "first_name", "last_name", "job_title", "department", "phone"}
)
_CAPABILITIES = Capabilities(
    attributes=_ATTRIBUTES,
    states=frozenset({"active", "suspended"}),
    has_groups=False,
    unique=frozenset({"username"}),
)


class Roster:
    """People in a file, which is written anew with each of them."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def capabilities(self) -> Capabilities:
        """A few attributes, a manager, and no groups."""
        return _CAPABILITIES

    def users(self) -> Iterator[Sequence[TargetUser]]:
        """Yield all of them at once: who fits into a file fits into a page."""
        everybody = [_user(id_, person) for id_, person in self._read().items()]
        if everybody:
            yield everybody

    def read(self, user_id: str) -> TargetUser | None:
        """Return one user; None when there is none."""
        person = self._read().get(user_id)
        return _user(user_id, person) if person is not None else None

    def find(self, attribute: str, value: str) -> Sequence[TargetUser]:
        """Return users by name, case aside."""
        everybody = [one for page in self.users() for one in page]
        if attribute == "external_id":
            return [one for one in everybody if one.external_id == value]
        key = identity_key(value)
        return [one for one in everybody if key == identity_key(one.attributes.get(attribute, ""))]

    def objections(self, attributes: Mapping[str, Json]) -> Sequence[Reason]:
        """Return what cannot be written into the file."""
        found = []
        for name, value in attributes.items():
            if name == "username" and not value:
                found.append(Reason(name, "missing", "a user of the roster needs a `username`"))
            elif name not in _ATTRIBUTES:
                found.append(Reason(name, "not_supported", f"the roster has no `{name}`"))
            elif value is not None and not _is_text(value):
                found.append(Reason(name, "invalid_value", f"`{name}` is no text"))
        return found

    def create(self, draft: Draft) -> TargetUser:
        """Create a user under a new id."""
        return self._keep(
            TargetUser(
                uuid4().hex,
                draft.attributes,
                draft.state,
                manager_id=draft.manager_id,
                external_id=draft.source_id,
            )
        )

    def update(self, user: TargetUser, change: Change) -> TargetUser:
        """Change a user, unless somebody else did in between."""
        now = self.read(user.id)
        if now is None:
            raise Refused("not_found", "the roster does not have this user any more")
        if now.version != user.version:
            raise Stale
        if change.join:
            raise Refused("not_supported", "the roster has no groups")
        manager = change.manager_id
        return self._keep(
            replace(
                now,
                attributes={**now.attributes, **change.attributes},
                state=change.state or now.state,
                manager_id=now.manager_id if isinstance(manager, Absent) else manager,
                external_id=change.source_id or now.external_id,
            )
        )

    def _keep(self, user: TargetUser) -> TargetUser:
        if objections := self.objections(user.attributes):
            raise Refused("invalid_value", "; ".join(one.message for one in objections))
        if user.state not in _CAPABILITIES.states:
            raise Refused("not_supported", f"the roster has no state `{user.state}`")
        twins = self.find("username", user.attributes["username"])
        if any(one.id != user.id for one in twins):
            raise Refused("not_unique", "another user of the roster has this `username`")
        person = {
            "attributes": {k: v for k, v in user.attributes.items() if v is not None},
            "state": user.state,
            "manager_id": user.manager_id,
            "external_id": user.external_id,
            "version": str(int(user.version or 0) + 1),
        }
        self._write({**self._read(), user.id: person})
        return _user(user.id, person)

    def _read(self) -> dict[str, Any]:
        if not self._path.exists():
            return {}
        people: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
        return people

    def _write(self, people: Mapping[str, Any]) -> None:
        # Beside it and then in its place: a crash leaves the old file or the new one.
        part = self._path.with_suffix(".part")
        part.write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")
        part.replace(self._path)


def _user(user_id: str, person: Mapping[str, Any]) -> TargetUser:
    return TargetUser(user_id, **person)


def _is_text(value: Json) -> bool:
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


@contextmanager
def _open(config: Mapping[str, Any], context: TargetContext) -> Iterator[Target]:
    yield Roster(Path(config["path"]))


@hookimpl
def onroll_targets() -> list[TargetKind]:
    """Offer `roster`."""
    return [
        TargetKind(
            name="roster",
            summary="A JSON file of people",
            schema={
                "properties": {
                    "path": {
                        "type": "string",
                        "minLength": 1,
                        "description": "The file; it is made when the first user is.",
                    }
                },
                "required": ["path"],
            },
            open=_open,
        )
    ]
