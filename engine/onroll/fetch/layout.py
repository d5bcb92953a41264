"""What records look like that were expected otherwise, and how a definition says so.

It is for hints only: a layout is never guessed when people are read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.diagnostics import quoted_list
from onroll.fetch.shape import unwrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onroll.model import Json

__all__ = ["is_keyed", "layout_hint"]

_KEYED = "keys look like ids: try `shape: {style: keyed, key: id}`"


def is_keyed(found: Json) -> bool:
    """Whether an object looks like `{id: record}`: several records, which have a key in common."""
    if not isinstance(found, dict) or len(found) < 2:
        return False
    records = [unwrapped(value) for value in found.values()]
    known = [set(record) for record in records if isinstance(record, dict)]
    return len(known) == len(records) and bool(set.intersection(*known))


def layout_hint(records: Sequence[Json]) -> str:
    """Say of the records of a page, none of which has an id, what to look at."""
    if all(isinstance(record, list) for record in records):
        return "records are lists: `shape: {style: columns, columns: …}` names their columns"
    if not all(isinstance(record, dict) for record in records):
        return "records are plain values: try `shape: {style: values, key: id}`"
    objects = [record for record in records if isinstance(record, dict)]
    keys = {key for record in objects for key in record}
    if all(len(record) == 1 for record in objects) and len(objects) > 1:
        inner = [unwrapped(value) for record in objects for value in record.values()]
        if len(keys) > 1 and all(isinstance(value, dict) for value in inner):
            return f"each record has one key, and these {_KEYED}"
        if len(keys) == 1 and isinstance(inner[0], dict):
            return (
                f"all of a record lies below `{keys.pop()}`, which has "
                f"{quoted_list(list(inner[0]))}: check `attributes.id`"
            )
    shown = quoted_list(list(objects[0])) or "nothing"
    return f"the first record has {shown}: check `attributes.id`"
