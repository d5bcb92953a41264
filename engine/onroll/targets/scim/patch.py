"""The PATCH operations that turn one state of a resource into another (RFC 7644, 3.5.2). Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from onroll.targets.scim.resource import ENTERPRISE, LIST_HELD, SIMPLE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.targets.scim.resource import Resource

__all__ = ["PATCH", "operations", "patch_body"]

PATCH: Final = "urn:ietf:params:scim:api:messages:2.0:PatchOp"

_PLAIN: Final = (*SIMPLE.values(), ("externalId",), ("active",), (ENTERPRISE, "manager"))
_LISTS: Final = tuple(dict.fromkeys(key for key, _, _ in LIST_HELD.values()))


def patch_body(found: list[Resource]) -> Resource:
    """Return the message that carries operations."""
    return {"schemas": [PATCH], "Operations": found}


def operations(before: Resource, after: Resource) -> list[Resource]:
    """Return what has to be done, with nothing that stays as it is; empty when nothing has."""
    found: list[Resource] = []
    for keys in _PLAIN:
        old, new = _at(before, keys), _at(after, keys)
        if old != new:
            found.append(_operation(_path(keys), new))
    for key in _LISTS:
        found += _of_list(key, before.get(key) or [], after.get(key) or [])
    return found


def _operation(path: str, value: Any) -> Resource:
    if value is None:
        return {"op": "remove", "path": path}
    return {"op": "replace", "path": path, "value": value}


def _at(resource: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    value: Any = resource
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    if keys[-1] == "manager" and isinstance(value, dict):
        return {"value": value.get("value")}  # name and address of a manager are the service's
    return value


def _path(keys: tuple[str, ...]) -> str:
    if keys[0] == ENTERPRISE:
        return f"{ENTERPRISE}:{'.'.join(keys[1:])}"
    return ".".join(keys)


def _of_list(key: str, old: list[Any], new: list[Any]) -> Iterator[Resource]:
    """Change the entries one by one where a filter by type can name each; else the whole list."""
    if old == new:
        return
    if not (_is_named_by_type(old) and _is_named_by_type(new)):
        yield _operation(key, new or None)
        return
    before = {entry["type"]: entry for entry in old}
    after = {entry["type"]: entry for entry in new}
    for kind in before:
        if kind not in after:
            yield _operation(_entry_path(key, kind), None)
    for kind, entry in after.items():
        if kind not in before:
            yield {"op": "add", "path": key, "value": [entry]}
            continue
        for part in {**before[kind], **entry}:
            if before[kind].get(part) != entry.get(part):
                yield _operation(f"{_entry_path(key, kind)}.{part}", entry.get(part))


def _entry_path(key: str, kind: str) -> str:
    return f'{key}[type eq "{kind}"]'


def _is_named_by_type(entries: list[Any]) -> bool:
    """Whether each entry has a type of its own, and one that needs no escaping."""
    kinds = [entry.get("type") if isinstance(entry, dict) else None for entry in entries]
    named = [kind for kind in kinds if isinstance(kind, str) and kind.isalnum()]
    return len(named) == len(entries) == len({kind.lower() for kind in named})
