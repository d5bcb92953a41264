"""The groups of a SCIM service and who is in them: read once, then kept up with our own writes.

Members are added and removed one by one, so that a group of thousands is never sent whole, and
nobody whom another program added in between is lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onroll.target import Refused
from onroll.targets.scim.client import Lost, path_of
from onroll.targets.scim.listing import ScimList
from onroll.targets.scim.patch import patch_body
from onroll.targets.scim.resource import entries_of, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onroll.targets.scim.client import ScimClient
    from onroll.targets.scim.resource import Resource

__all__ = ["GROUP", "Groups"]

GROUP: Final = "urn:ietf:params:scim:schemas:core:2.0:Group"

#: A group's resource holds all its members, so pages of groups are small.
_PAGE_SIZE: Final = 10


@dataclass(frozen=True, slots=True)
class _Group:
    id: str
    name: str


class Groups:
    """What is known of groups. Nothing is asked before it is needed."""

    def __init__(self, client: ScimClient, *, can_patch: bool) -> None:
        self._client = client
        self._can_patch = can_patch
        self._groups: dict[str, _Group] | None = None
        self._names: dict[str, set[str]] = {}

    def names_of(self, user_id: str) -> frozenset[str]:
        """Return the names of the groups that a user is in."""
        self._known()
        return frozenset(self._names.get(user_id, ()))

    def forget(self) -> None:
        """Read them anew when they are needed next."""
        self._groups = None
        self._names = {}

    def join(self, user_id: str, names: Iterable[str]) -> None:
        """Put a user into groups; those that do not exist are created."""
        for name in names:
            if name in self.names_of(user_id):
                continue
            group = self._known().get(name)
            if group is None or not self._change(group, _adding(user_id), {user_id}, set()):
                self._create(user_id, name)
            self._names.setdefault(user_id, set()).add(name)

    def leave(self, user_id: str, names: Iterable[str]) -> None:
        """Take a user out of groups; one who is not in there is out already."""
        for name in names:
            group = self._known().get(name)
            if group is not None and name in self.names_of(user_id):
                self._change(group, _removing(user_id), set(), {user_id})
            self._names.get(user_id, set()).discard(name)

    def _known(self) -> dict[str, _Group]:
        if self._groups is None:
            self._groups = {}
            for page in ScimList(self._client, "/Groups", _PAGE_SIZE).pages():
                for resource in page:
                    self._learn(resource)
        return self._groups

    def _learn(self, resource: Resource) -> None:
        name = text_of(resource.get("displayName"))
        if name is None:
            return
        assert self._groups is not None
        # Of two groups with one name, the one that is listed first.
        self._groups.setdefault(name, _Group(str(resource["id"]), name))
        for user_id in _members(resource):
            self._names.setdefault(user_id, set()).add(name)

    def _create(self, user_id: str, name: str) -> None:
        resource = {"schemas": [GROUP], "displayName": name, "members": [{"value": user_id}]}
        for is_last in (False, True):
            groups = self._known()
            try:
                created = self._client.post("/Groups", resource)
            except Lost as lost:
                self.forget()
                if name in self.names_of(user_id):
                    return
                if is_last:
                    raise lost.given_up() from None
            except Refused as refused:
                self.forget()
                group = self._known().get(name)  # somebody else may have made it just now
                if group is None or not self._change(group, _adding(user_id), {user_id}, set()):
                    raise _about_group(refused) from None
                return
            else:
                if isinstance(created.get("id"), str):
                    groups[name] = _Group(created["id"], name)
                else:
                    self.forget()
                return

    def _change(
        self, group: _Group, operation: Resource, joining: set[str], leaving: set[str]
    ) -> bool:
        """Change a group's members; False when the group is gone."""
        path = path_of("/Groups", group.id)
        for is_last in (False, True):
            try:
                if self._can_patch:
                    self._client.patch(path, patch_body([operation]), None)
                else:
                    self._replace(path, joining, leaving)
            except Lost as lost:
                # Done twice it comes to the same.
                if is_last:
                    raise lost.given_up() from None
            except Refused as refused:
                if refused.code != "not_found":
                    raise _about_group(refused) from None
                self.forget()
                return False
            else:
                break
        return True

    def _replace(self, path: str, joining: set[str], leaving: set[str]) -> None:
        resource = self._client.get(path)
        if resource is None:
            raise Refused("not_found", "the group is gone")
        meta = resource.get("meta")
        version = meta.get("version") if isinstance(meta, dict) else None
        known = {one["value"]: one for one in entries_of(resource, "members") if "value" in one}
        members = [one for user_id, one in known.items() if user_id not in leaving]
        members += [{"value": user_id} for user_id in joining if user_id not in known]
        self._client.put(path, {**resource, "members": members}, version)


def _adding(user_id: str) -> Resource:
    return {"op": "add", "path": "members", "value": [{"value": user_id}]}


def _removing(user_id: str) -> Resource:
    quoted = user_id.replace("\\", "\\\\").replace('"', '\\"')
    return {"op": "remove", "path": f'members[value eq "{quoted}"]'}


def _members(resource: Resource) -> Iterable[str]:
    for one in entries_of(resource, "members"):
        # A group inside a group is no user.
        if one.get("type") != "Group" and text_of(one.get("value")):
            yield str(one["value"])


def _about_group(refused: Refused) -> Refused:
    return Refused("group_refused", f"the target refused a change of a group ({refused.code})")
