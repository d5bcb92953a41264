"""A user of ours as a SCIM user resource, and back (RFC 7643, 4.1 and 4.3). Pure.

What a resource has beside our attributes is never touched.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from onroll.model import Absent
from onroll.target import TargetUser

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from onroll.model import Json
    from onroll.target import Change, Draft

__all__ = [
    "ENTERPRISE",
    "HELD_ATTRIBUTES",
    "LIST_HELD",
    "SIMPLE",
    "USER",
    "Resource",
    "entries_of",
    "is_with_lists",
    "new_resource",
    "resource_of",
    "text_of",
    "user_of",
    "written",
]

Resource: TypeAlias = "dict[str, Any]"

USER: Final = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE: Final = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"

#: Ours → the keys on the way to a value that stands alone.
SIMPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "username": ("userName",),
    "first_name": ("name", "givenName"),
    "middle_name": ("name", "middleName"),
    "last_name": ("name", "familyName"),
    "display_name": ("displayName",),
    "preferred_name": ("nickName",),
    "job_title": ("title",),
    "employee_type": ("userType",),
    "locale": ("locale",),
    "time_zone": ("timezone",),
    "employee_number": (ENTERPRISE, "employeeNumber"),
    "department": (ENTERPRISE, "department"),
    "division": (ENTERPRISE, "division"),
    "company": (ENTERPRISE, "organization"),
    "cost_center": (ENTERPRISE, "costCenter"),
}

#: Ours → the list, the `type` of the entry in it, and the entry's key.
LIST_HELD: Final[Mapping[str, tuple[str, str, str]]] = {
    "email": ("emails", "work", "value"),
    "alternate_email": ("emails", "home", "value"),
    "phone": ("phoneNumbers", "work", "value"),
    "mobile": ("phoneNumbers", "mobile", "value"),
    "location": ("addresses", "work", "locality"),
}

HELD_ATTRIBUTES: Final = frozenset({*SIMPLE, *LIST_HELD})


def user_of(resource: Mapping[str, Any], groups: Iterable[str] = ()) -> TargetUser:
    """Return a user resource in our attributes. `groups` are names that it is known to be in."""
    named = [entry.get("display") for entry in entries_of(resource, "groups")]
    meta = resource.get("meta")
    version = meta.get("version") if isinstance(meta, dict) else None
    enterprise = resource.get(ENTERPRISE)
    manager = enterprise.get("manager") if isinstance(enterprise, dict) else None
    return TargetUser(
        id=str(resource["id"]),
        attributes=_attributes(resource),
        # Left out, `active` has no meaning of its own (RFC 7643, 4.1.1).
        state="suspended" if resource.get("active") is False else "active",
        manager_id=text_of(manager.get("value") if isinstance(manager, dict) else manager),
        groups=frozenset([*groups, *(name for name in named if isinstance(name, str) and name)]),
        external_id=text_of(resource.get("externalId")),
        version=version if isinstance(version, str) and version else None,
    )


def text_of(value: Json) -> str | None:
    """Return a value's text; None when there is none. Some services give numbers as numbers."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value) or None


def _attributes(resource: Mapping[str, Any]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, keys in SIMPLE.items():
        value: Json = resource
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        found[name] = text_of(value)
    for name, (of, _, key) in LIST_HELD.items():
        at = _read_index(resource, name)
        found[name] = text_of(entries_of(resource, of)[at].get(key)) if at is not None else None
    return {name: value for name, value in found.items() if value is not None}


def entries_of(resource: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the entries of a multi-valued attribute; what is no object is left out."""
    values = resource.get(key)
    return [one for one in values if isinstance(one, dict)] if isinstance(values, list) else []


def _read_index(resource: Mapping[str, Any], name: str) -> int | None:
    """Return which entry of its list gives an attribute; None when no entry does.

    Of several of one type the primary one. Without one of type work, an e-mail is the primary
    of whatever type, else the first.
    """
    key, kind, _ = LIST_HELD[name]
    entries = entries_of(resource, key)
    typed = [at for at, one in enumerate(entries) if _type_of(one) == kind]
    found = _primary_first(entries, typed)
    if found is None and name == "email":
        found = _primary_first(entries, list(range(len(entries))))
    if name == "alternate_email" and found == _read_index(resource, "email"):
        return None
    return found


def _write_index(resource: Mapping[str, Any], name: str) -> int | None:
    """Return which entry an attribute is written to: never to one that is another attribute's."""
    key, kind, _ = LIST_HELD[name]
    entries = entries_of(resource, key)
    if name == "alternate_email":
        typed = [at for at, one in enumerate(entries) if _type_of(one) == kind]
        return _primary_first(entries, typed)
    found = _read_index(resource, name)
    if found is not None and name == "email" and _type_of(entries[found]) == "home":
        return None
    return found


def _primary_first(entries: list[dict[str, Any]], among: list[int]) -> int | None:
    primary = next((at for at in among if entries[at].get("primary") is True), None)
    return primary if primary is not None else next(iter(among), None)


def _type_of(entry: Mapping[str, Any]) -> str:
    kind = entry.get("type")
    return kind.lower() if isinstance(kind, str) else ""


def new_resource(draft: Draft) -> Resource:
    """Return the resource that creates a user."""
    resource: Resource = {"schemas": [USER], "externalId": draft.source_id}
    for name, value in draft.attributes.items():
        if value is not None:
            _write(resource, name, value)
    if draft.manager_id is not None:
        _extension(resource)["manager"] = {"value": draft.manager_id}
    resource["active"] = draft.state == "active"
    if draft.password is not None:
        resource["password"] = draft.password
    return resource


def resource_of(user: TargetUser) -> Resource:
    """Return as much of a user's resource as can be told from our own attributes.

    Enough to change values that stand alone; not for those in lists.
    """
    resource: Resource = {"schemas": [USER], "id": user.id}
    for name in SIMPLE:
        if user.attributes.get(name) is not None:
            _write(resource, name, user.attributes[name])
    if user.manager_id is not None:
        _extension(resource)["manager"] = {"value": user.manager_id}
    if user.external_id is not None:
        resource["externalId"] = user.external_id
    resource["active"] = user.state != "suspended"
    return resource


def is_with_lists(change: Change) -> bool:
    """Whether a change touches values in lists, for which the whole resource must be known."""
    return any(name in LIST_HELD for name in change.attributes)


def written(resource: Resource, change: Change) -> Resource:
    """Return the resource with a change made to it; `resource` itself stays as it is."""
    after = copy.deepcopy(resource)
    for name, value in change.attributes.items():
        if value is None:
            _clear(after, name)
        else:
            _write(after, name, value)
    if change.state is not None:
        after["active"] = change.state == "active"
    if change.source_id is not None:
        after["externalId"] = change.source_id
    if change.manager_id is None:
        _inside(after, ENTERPRISE).pop("manager", None)
    elif not isinstance(change.manager_id, Absent):
        _extension(after)["manager"] = {"value": change.manager_id}
    for key in ("name", ENTERPRISE):
        if after.get(key) == {}:
            del after[key]
    return after


def _extension(resource: Resource) -> Resource:
    schemas = resource.setdefault("schemas", [USER])
    if ENTERPRISE not in schemas:
        schemas.append(ENTERPRISE)
    return _inside(resource, ENTERPRISE)


def _inside(resource: Resource, key: str) -> Resource:
    if not isinstance(resource.get(key), dict):
        resource[key] = {}
    inside: Resource = resource[key]
    return inside


def _write(resource: Resource, name: str, value: Json) -> None:
    if name in SIMPLE:
        *way, last = SIMPLE[name]
        inside = resource
        for key in way:
            inside = _extension(resource) if key == ENTERPRISE else _inside(inside, key)
        inside[last] = value
        return
    key, kind, part = LIST_HELD[name]
    at = _write_index(resource, name)
    if at is not None:
        entries_of(resource, key)[at][part] = value
        return
    entries = entries_of(resource, key)
    entry = {part: value, "type": kind}
    if name == "email" and not any(one.get("primary") is True for one in entries):
        entry["primary"] = True  # of all entries one at most (RFC 7643, 2.4)
    resource[key] = [*entries, entry]


def _clear(resource: Resource, name: str) -> None:
    if name in SIMPLE:
        *way, last = SIMPLE[name]
        inside = resource
        for key in way:
            inside = _inside(inside, key)
        inside.pop(last, None)
        return
    key, _, part = LIST_HELD[name]
    at = _write_index(resource, name)
    if at is None:
        return
    entry = entries_of(resource, key)[at]
    entry.pop(part, None)
    # What is left of an e-mail without its address is nothing; a postal address has other parts.
    if not set(entry) - {"type", "primary", "display", "$ref"}:
        resource[key] = [one for one in entries_of(resource, key) if one is not entry]
