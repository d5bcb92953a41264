"""How often Python looks for circular garbage. Decided here: a library must leave it alone."""

from __future__ import annotations

import atexit
import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["collecting_rarely", "starting_quickly"]

#: What a command imports makes hardly any garbage, and would be looked at fifty times.
_IMPORTED_OBJECTS: Final = 100_000

#: More objects than a page of people has. Nothing in a page is circular: each is freed with it.
_OBJECTS: Final = 200_000


@contextmanager
def collecting_rarely() -> Iterator[None]:
    """Look for garbage a few hundred times less while people are read, a fifth of all the time.

    What is loaded already is not looked at again.
    """
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


@contextmanager
def starting_quickly() -> Iterator[None]:
    """Look for garbage rarely in a command, and not at all when the process ends.

    Then all memory goes at once. What closes a file closes it before: Python promises nothing for
    what is left in a circle.
    """
    before = gc.get_threshold()
    gc.set_threshold(_IMPORTED_OBJECTS, *before[1:])
    # For the whole process, so once is enough.
    atexit.unregister(gc.freeze)
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        gc.set_threshold(*before)
