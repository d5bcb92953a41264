"""Where state is kept: the store that a command means."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.definition.connections import ConnectionFile

__all__ = ["DEFAULT_STORE", "find_store"]

DEFAULT_STORE: Final = "onroll.db"


def find_store(
    given: str | None, file: ConnectionFile | None, environment: Mapping[str, str]
) -> str:
    """Return the store's address: as given, else `ONROLL_STORE`, else the connection file's.

    Raises `SettingsError` naming what a reference of the file lacks.
    """
    if given is not None:
        return given
    named = environment.get("ONROLL_STORE")
    if not named and file is not None:
        named = file.read_store(environment)
    return named or DEFAULT_STORE
