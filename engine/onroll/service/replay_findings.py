"""What a replay of an example shows: users and requests that differ, and what the reading doubts.

Examples are synthetic or anonymized, so their values may be shown; those of a definition's own
parameters only where they are no secrets.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from onroll.diagnostics import Diagnostic
from onroll.service.asked import Change, changes_of, read_asked
from onroll.service.calls import templates_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.source import KeyPath
    from onroll.model import Json
    from onroll.service.asked import AskedRequest

__all__ = ["other_requests", "other_users", "warnings_of"]

_MOST_CHANGES: Final = 6
_NAMED: Final = re.compile(r"(?:^|: )(total_count|pagination)\b|the `map` of `(\w+)`")


def other_users(
    definition: ConnectorDefinition, index: int, given: Sequence[dict[str, Any]], expected: Json
) -> Iterator[Diagnostic]:
    """Yield how the users of a replay differ from those recorded: once for each attribute."""
    place = definition.source.place(("examples", index))
    if not isinstance(expected, list) or not all(isinstance(one, dict) for one in expected):
        what = "is not a list of objects" if isinstance(expected, list) else "is not a list"
        message = f"example {index + 1}: the file of users {what}"
        yield Diagnostic("example-not-json", message, place)
        return
    if len(given) != len(expected):
        message = f"example {index + 1} gives {len(given)} users, {len(expected)} were recorded"
        yield Diagnostic("example-differs", message, place)
    wrong: dict[str, list[int]] = {}
    pairs = list(zip(given, expected, strict=False))
    for at, (ours, theirs) in enumerate(pairs):
        for name in [*ours, *(name for name in theirs if name not in ours)]:
            if ours.get(name, ...) != theirs.get(name, ...):
                wrong.setdefault(name, []).append(at)
    for name, differing in wrong.items():
        first = differing[0]
        now, was = (_written(one, name) for one in pairs[first])
        message = f"example {index + 1}, user {first + 1}: `{name}` is {now}"
        if len(differing) > 1:
            message = (
                f"example {index + 1}: `{name}` differs for {len(differing)} of {len(pairs)} "
                f"users; for user {first + 1} it is {now}"
            )
        path: KeyPath = ("attributes", name)
        if definition.source.get(path) is not None:
            place = definition.source.place(path)
        else:
            place = definition.source.place(("examples", index))
        yield Diagnostic("example-differs", message, place, expected=f"{was}, as recorded")


def _written(user: Mapping[str, Any], name: str) -> str:
    return json.dumps(user[name], ensure_ascii=False) if name in user else "absent"


def other_requests(
    definition: ConnectorDefinition,
    index: int,
    asked: Mapping[str, Sequence[AskedRequest | None]],
    *,
    is_whole: bool,
) -> Iterator[Diagnostic]:
    """Yield where the definition asks otherwise than was asked when the answers were recorded.

    `asked` are the requests of the replay by list, in the order of the answers; None for those
    that nothing asked for, which counts if the reading came to its end (`is_whole`).
    """
    for name, recorded in definition.examples[index].responses.items():
        changed: list[tuple[AskedRequest, list[Change]]] = []
        skipped: list[AskedRequest] = []
        for now, one in zip(asked.get(name, ()), recorded, strict=False):
            if one.asked is None:
                continue
            then = read_asked(one.asked, one.sent)
            if now is None:
                skipped.append(then)
            elif changes := list(changes_of(now, then)):
                changed.append((then, changes))
        if changed:
            yield _asks_otherwise(definition, index, name, changed)
        elif skipped and is_whole:
            count = len(skipped)
            request = f"`{skipped[0].shown()}`"
            what = request if count == 1 else f"{count} recorded requests, the first {request},"
            yield Diagnostic(
                "example-asks-otherwise",
                f"example {index + 1}: `{name}` no longer asks {what}",
                definition.source.place(_place_of(definition, name, ())),
            )


def _asks_otherwise(
    definition: ConnectorDefinition,
    index: int,
    name: str,
    changed: list[tuple[AskedRequest, list[Change]]],
) -> Diagnostic:
    then, changes = changed[0]
    words = [one.text for one in changes[:_MOST_CHANGES]]
    if len(changes) > _MOST_CHANGES:
        words.append(f"and {len(changes) - _MOST_CHANGES} more differ")
    count = len(changed)
    others = f" (the first of {count} requests)" if count > 1 else ""
    return Diagnostic(
        "example-asks-otherwise",
        f"example {index + 1}: `{name}` asks otherwise than recorded: {'; '.join(words)}{others}",
        definition.source.place(_place_of(definition, name, changes)),
        expected=f"`{then.shown()}`, as recorded",
        hint="how the API answers what is asked now, no recording says: mend the definition, or "
        "record its answers anew with `onroll record`",
    )


def _place_of(definition: ConnectorDefinition, name: str, changes: Sequence[Change]) -> KeyPath:
    """Return the part of the file that most likely asks otherwise."""
    lists = {one.name: one for one in definition.parts}
    lookups = {one.name: one.listing for one in definition.lookups}
    listing = lists.get(name) or lookups.get(name)
    if listing is None:
        is_detail = any(one.name == name for one in definition.details)
        base: KeyPath = ("list_users", "details", name) if is_detail else ("context", name)
    else:
        base = listing.path
    homes: list[KeyPath] = [base, ("list_users",), ()]
    template = templates_of(definition)[name]
    params = {**definition.params, **template.params}
    changed = [one.name for one in changes]
    keys: list[KeyPath] = []
    if "" in changed:
        keys.append(("endpoint",))
    keys += [("params", one) for one in changed if one in params]
    bodies = (("json", template.json), ("form", template.form))
    keys += [(key,) for key, body in bodies if any(_is_in(body, one) for one in changed)]
    keys.append(("pagination",))
    found = (
        (*home, *key)
        for key in keys
        for home in homes
        if definition.source.get((*home, *key)) is not None
    )
    return next(found, base) if changes else base


def _is_in(body: Json, name: str) -> bool:
    return isinstance(body, dict) and re.split(r"[.\[]", name)[0] in body


def warnings_of(
    definition: ConnectorDefinition, warnings: Sequence[Sequence[str]]
) -> Iterator[Diagnostic]:
    """Yield what the reading of every example warns of, which fails nothing.

    What only some of them lack, one may be there to show.
    """
    first, *others = warnings or [()]
    known = [{_gist(one) for one in other} for other in others]
    who = f"in all {len(warnings)} examples" if others else "example 1"
    for one in first:
        if not all(_gist(one) in other for other in known):
            continue
        found = _NAMED.search(one)
        path: KeyPath = ("examples",)
        if found is not None:
            named: KeyPath = ("attributes", found[2]) if found[2] else ("list_users", found[1])
            path = named if definition.source.get(named) is not None else path
        place = definition.source.place(path)
        yield Diagnostic("example-warning", f"{who}: {one}", place, severity="warning")


def _gist(warning: str) -> str:
    """Return a warning without what it only adds, as where else a count is."""
    return warning.partition(";")[0]
