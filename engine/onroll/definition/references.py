"""References of a connection file: `${env:NAME}`, `${file:PATH}`, `${keyring:service/name}`.

They are read when what holds them is used. Nothing else of the program reads them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onroll.definition.attribute_rules import texts_in
from onroll.definition.masking import shown_reference
from onroll.diagnostics import Diagnostic
from onroll.errors import SettingsError
from onroll.expressions.reference import Reference, references_in, resolve
from onroll.model import Absent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from onroll.definition.source import KeyPath, Source
    from onroll.model import Json

__all__ = ["read_references", "unknown_references"]


def unknown_references(source: Source, base: KeyPath) -> Iterator[Diagnostic]:
    """Yield the references below `base` that no connection file knows."""
    for path, text in texts_in(source.get(base), base):
        for reference in references_in(text):
            if reference.namespace not in ("env", "file", "keyring"):
                yield Diagnostic(
                    "unknown-reference",
                    f"`{shown_reference(reference)}` is not a reference that a connection file "
                    "knows",
                    source.place(path),
                    expected="`${env:NAME}`, `${file:PATH}` or `${keyring:service/name}`",
                )


def read_references(
    value: Json, folder: Path, environment: Mapping[str, str], at: Callable[[KeyPath], str]
) -> tuple[Json, tuple[str, ...]]:
    """Return a value with its references read, and the texts that came from them.

    Files are relative to `folder`. `at` says in messages what stands at a way into the value.
    Raises `SettingsError` naming everything that is missing.
    """
    found: dict[Reference, str] = {}
    failed: list[Diagnostic] = []
    for path, text in texts_in(value):
        for reference in references_in(text):
            try:
                found[reference] = _read(reference, folder, environment, at(path))
            except SettingsError as error:
                failed += error.diagnostics
    if failed:
        raise SettingsError(*failed)
    read = resolve(value, found.__getitem__)
    assert not isinstance(read, Absent)  # every reference gave a text
    return read, tuple(found.values())


def _read(reference: Reference, folder: Path, environment: Mapping[str, str], at: str) -> str:
    if reference.namespace == "env":
        if reference.name in environment:
            return environment[reference.name]
        raise SettingsError(
            Diagnostic(
                "missing-setting",
                f"{at} comes from the environment variable {reference.name}, which is not set",
            )
        )
    if reference.namespace == "file":
        path = folder / reference.name
        try:
            return path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not text"
            raise SettingsError(
                Diagnostic(
                    "missing-setting", f"{at} comes from {path}, which cannot be read: {reason}"
                )
            ) from None
    return _from_keyring(reference, at)


def _from_keyring(reference: Reference, at: str) -> str:
    service, _, user = reference.name.partition("/")
    try:
        import keyring  # noqa: PLC0415  (an optional extra)
    except ImportError:
        raise SettingsError(
            Diagnostic(
                "missing-extra",
                f"{at} comes from the keyring, and its library is not installed",
                hint="install it with `pip install 'onroll[keyring]'`",
            )
        ) from None
    found: str | None = keyring.get_password(service, user)
    if found is None:
        raise SettingsError(
            Diagnostic(
                "missing-setting",
                f"{at} comes from the keyring, which has no entry `{user}` in `{service}`",
            )
        )
    return found
