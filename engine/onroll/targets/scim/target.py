"""The SCIM target: users of a service read, found, created and changed (RFC 7644)."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from onroll.keys import email_key, identity_key
from onroll.model import ABSENT, Json, Reason
from onroll.target import Capabilities, Change, PasswordRules, Refused, Stale, TargetUser
from onroll.targets.scim.client import Lost, NoSuchFilter, path_of
from onroll.targets.scim.groups import Groups
from onroll.targets.scim.listing import ScimList
from onroll.targets.scim.patch import operations, patch_body
from onroll.targets.scim.resource import (
    HELD_ATTRIBUTES,
    is_with_lists,
    new_resource,
    resource_of,
    text_of,
    user_of,
    written,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from onroll.target import Draft, State
    from onroll.targets.scim.client import ScimClient
    from onroll.targets.scim.resource import Resource

__all__ = ["Features", "ScimTarget", "read_features"]

_USERS: Final = "/Users"

_FILTERS: Final = {
    "username": "userName",
    "email": "emails.value",
    "external_id": "externalId",
}

#: How often one write is begun when its answer is lost; each time it is looked up first.
_TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Features:
    """What a service says of itself (RFC 7643, 5). What it does not say, it cannot."""

    can_patch: bool = False
    has_versions: bool = False
    can_sort: bool = False
    has_groups: bool = False
    page_size: int = 500


def read_features(client: ScimClient, page_size: int) -> Features:
    """Ask a service once what it can do."""
    said: Mapping[str, Any] = client.get("/ServiceProviderConfig") or {}
    maximum = _part(said, "filter").get("maxResults")
    if isinstance(maximum, int) and not isinstance(maximum, bool) and maximum > 0:
        page_size = min(page_size, maximum)
    return Features(
        can_patch=_part(said, "patch").get("supported") is True,
        has_versions=_part(said, "etag").get("supported") is True,
        can_sort=_part(said, "sort").get("supported") is True,
        has_groups=client.has("/Groups"),
        page_size=page_size,
    )


def _part(said: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = said.get(key)
    return part if isinstance(part, dict) else {}


class ScimTarget:
    """An open SCIM service."""

    def __init__(
        self, client: ScimClient, features: Features, *, sets_passwords: bool = False
    ) -> None:
        self._client = client
        self._features = features
        self._groups = Groups(client, can_patch=features.can_patch)
        self._capabilities = Capabilities(
            attributes=HELD_ATTRIBUTES,
            states=frozenset({"active", "suspended"}),
            has_groups=features.has_groups,
            unique=frozenset({"username"}),
            passwords=PasswordRules() if sets_passwords else None,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What it can hold and do."""
        return self._capabilities

    def users(self) -> Iterator[Sequence[TargetUser]]:
        """Yield every user, a page at a time. Raises `TargetError` when the list is not whole."""
        self._groups.forget()
        for page in self._list().pages():
            yield [self._user(one) for one in page]

    def read(self, user_id: str) -> TargetUser | None:
        """Return one user as it is now; None when there is none."""
        resource = self._client.get(path_of(_USERS, user_id))
        return self._user(resource) if resource is not None else None

    def find(self, attribute: str, value: str) -> Sequence[TargetUser]:
        """Return the users with this `username`, `email` or `external_id`."""
        if not _is_text(value):
            return ()
        # A JSON string is what a filter takes (RFC 7644, 3.4.2.2).
        told = f"{_FILTERS[attribute]} eq {json.dumps(value, ensure_ascii=False)}"
        try:
            return self._matching(self._list(told), attribute, value)
        except NoSuchFilter:
            return self._matching(self._list(), attribute, value)

    def _matching(self, listed: ScimList, attribute: str, value: str) -> list[TargetUser]:
        key = identity_key(value)
        found = (self._user(one) for page in listed.pages() for one in page)
        return [user for user in found if identity_key(_named(user, attribute) or "") == key]

    def objections(self, attributes: Mapping[str, Json]) -> Sequence[Reason]:
        """Return what RFC 7643 forbids: a user without `userName`, and values that are no text."""
        found = (_objection(name, value) for name, value in attributes.items())
        return [one for one in found if one is not None]

    def create(self, draft: Draft) -> TargetUser:
        """Create a user. When the answer is lost, the user is looked for before it is sent again.

        Only a user with the same source id, username and e-mail is taken for the lost one.
        """
        self._check(draft.attributes, draft.state, draft.source_id)
        lost: Lost | None = None
        for _ in range(_TRIES):
            try:
                created = self._client.post(_USERS, new_resource(draft))
            except Lost as error:
                lost = error
            except Refused:
                # The try before may have been done after all, and is what is in the way now.
                made = self._made_of(draft) if lost is not None else None
                if made is None:
                    raise
                return made
            else:
                if isinstance(created.get("id"), str):
                    return self._user(created)
                lost = Lost(self._client.wrong_answer("does not say which user it created"))
            made = self._made_of(draft)
            if made is not None:
                return made
        assert lost is not None
        raise lost.given_up()

    def _made_of(self, draft: Draft) -> TargetUser | None:
        """Return the user that a lost write made, if it did."""
        wanted = [text_of(draft.attributes.get(name)) for name in ("username", "email")]
        for user in self.find("username", wanted[0]) if wanted[0] is not None else ():
            found = [text_of(user.attributes.get(name)) for name in ("username", "email")]
            is_same = [email_key(one) for one in found] == [email_key(one) for one in wanted]
            if is_same and user.external_id == draft.source_id:
                return user
        return None

    def update(self, user: TargetUser, change: Change) -> TargetUser:
        """Change a user that is still as `user` says, and return it as it is then."""
        self._check(change.attributes, change.state, change.source_id, *change.join, *change.leave)
        if change.join and not self._features.has_groups:
            raise Refused("not_supported", "the target has no groups")
        if _is_of_the_user(change):
            self._change(user, change)
        else:
            self._fresh(user)
        if change.leave and self._features.has_groups:
            self._groups.leave(user.id, change.leave)
        if change.join:
            self._groups.join(user.id, change.join)
        after = self.read(user.id)
        if after is None:
            raise Refused("not_found", "the target does not have this user any more")
        return after

    def _check(
        self, attributes: Mapping[str, Json], state: State | None, *names: str | None
    ) -> None:
        """Raise `Refused` for what cannot even be sent."""
        if objections := self.objections(attributes):
            code, *_ = {one.code for one in objections}
            raise Refused(code, "; ".join(one.message for one in objections))
        if state is not None and state not in self._capabilities.states:
            raise Refused("not_supported", f"the target has no state `{state}`")
        if not all(name is None or _is_text(name) for name in names):
            raise Refused("invalid_value", "an id or a group's name is no text")

    def _change(self, user: TargetUser, change: Change) -> None:
        # Without ETags nothing but reading it again tells that the user is as it was.
        has_version = self._features.has_versions and user.version is not None
        is_enough = self._features.can_patch and has_version
        before = resource_of(user)
        if not is_enough or is_with_lists(change):
            before = self._fresh(user)
        for _ in range(_TRIES):
            after = written(before, change)
            found = operations(before, after)
            if not found:
                return
            try:
                self._send(user, after, found)
            except Lost as error:
                lost = error
            else:
                return
            resource = self._resource(user.id)
            if not operations(resource, written(resource, change)):
                return  # it was done
            is_same = _version(resource) == user.version if has_version else resource == before
            if not is_same:
                raise Stale
            before = resource
        raise lost.given_up()

    def _send(self, user: TargetUser, after: Resource, found: list[Resource]) -> None:
        path = path_of(_USERS, user.id)
        if self._features.can_patch:
            self._client.patch(path, patch_body(found), user.version)
        else:
            self._client.put(path, after, user.version)

    def _fresh(self, user: TargetUser) -> Resource:
        """Return the whole resource. Raises `Stale` when it is not what the caller saw."""
        resource = self._resource(user.id)
        now = user_of(resource)
        if user.version is not None and now.version is not None:
            is_same = now.version == user.version
        else:
            is_same = replace(now, groups=user.groups, version=user.version) == user
        if not is_same:
            raise Stale
        return resource

    def _resource(self, user_id: str) -> Resource:
        resource = self._client.get(path_of(_USERS, user_id))
        if resource is None:
            raise Refused("not_found", "the target does not have this user any more")
        return resource

    def _user(self, resource: Resource) -> TargetUser:
        if not isinstance(resource.get("id"), str):
            raise self._client.wrong_answer("gives a user without `id`")
        groups = self._groups.names_of(resource["id"]) if self._features.has_groups else ()
        return user_of(resource, groups)

    def _list(self, told: str | None = None) -> ScimList:
        params = {"filter": told} if told is not None else {}
        features = self._features
        return ScimList(self._client, _USERS, features.page_size, params, features.can_sort)


def _objection(name: str, value: Json) -> Reason | None:
    if name not in HELD_ATTRIBUTES:
        return Reason(name, "not_supported", f"the target has no `{name}`")
    if name == "username" and (value is None or value == "" or str(value).isspace()):
        return Reason(name, "missing", "a user of the target needs a `username`")
    if value is not None and not _is_text(value):
        return Reason(name, "invalid_value", f"`{name}` holds something that is no text")
    return None


def _is_text(value: Json) -> bool:
    """Whether a value is text that can be sent: half a surrogate pair is not."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)


def _is_of_the_user(change: Change) -> bool:
    """Whether anything but memberships changes."""
    return bool(
        change.attributes
        or change.state is not None
        or change.manager_id is not ABSENT
        or change.source_id is not None
    )


def _named(user: TargetUser, attribute: str) -> str | None:
    if attribute == "external_id":
        return user.external_id
    return text_of(user.attributes.get(attribute))


def _version(resource: Resource) -> str | None:
    return user_of(resource).version
