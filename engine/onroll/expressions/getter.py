"""Follow keys and item numbers down a JSON document: `walk`, and the same compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.model import ABSENT, Absent, Json

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["getter_of", "walk"]


def walk(document: Json, keys: tuple[str | int, ...]) -> Json | Absent:
    """Follow keys and indexes down. `null`, `[]` and `{}` met on the way give None."""
    value = document
    for key in keys:
        if isinstance(key, str):
            if isinstance(value, dict) and key in value:
                value = value[key]
                continue
        elif isinstance(value, list) and -len(value) <= key < len(value):
            value = value[key]
            continue
        return None if value is None or value in ([], {}) else ABSENT
    return value


def getter_of(keys: tuple[str | int, ...]) -> Callable[[Json], Json | Absent]:
    """Return a function that does what `walk` does, for less where the keys are there."""
    # An item number would take a letter out of text. No key can follow on a letter, so this
    # goes unnoticed only at the end.
    if not keys or not isinstance(keys[-1], str):
        return lambda document: walk(document, keys)

    def get(document: Json) -> Json | Absent:
        value = document
        try:
            for key in keys:
                if value is None:
                    return None
                value = value[key]
        except KeyError:
            return ABSENT if value else None
        except (IndexError, TypeError):
            return walk(document, keys)
        return value

    return get
