"""An `auth` section of a method that the author chose, as in its kind's example, to be checked."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from onroll.drafting.draft import AuthDraft, SettingDraft
from onroll.drafting.evidence import Guess

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.model import Json
    from onroll.protocols import AuthExample, AuthKind

__all__ = ["open_keys", "skeleton_access"]

#: What differs from tenant to tenant, and is no secret.
_OF_TENANT: Final = re.compile(r"^(user(name)?|client_id|issuer|subject|key_id|host)$")

_SECRET: Final = re.compile(r"secret|password|private_key")


def skeleton_access(kind: AuthKind) -> AuthDraft:
    """Return the section of a kind's first example, with settings for what a tenant supplies."""
    example = kind.examples[0]
    settings: dict[str, SettingDraft] = {}
    section = {
        "method": kind.name,
        **{name: _open(name, value, example, settings) for name, value in _needed(kind)},
    }
    evidence = "you chose the method; its addresses and names are examples"
    return AuthDraft(Guess(section, evidence, is_sure=False), settings)


def open_keys(access: AuthDraft) -> list[str]:
    """Return the keys whose values are the example's own: addresses, names of headers."""
    section = access.auth.value
    return [
        key
        for key, value in section.items()
        if key != "method" and isinstance(value, str) and "${" not in value
    ]


def _needed(kind: AuthKind) -> Iterator[tuple[str, Json]]:
    """Yield the keys of the example that nothing works without, or all where none is needed."""
    config: Mapping[str, Any] = kind.examples[0].config
    required = kind.schema.get("required", ())
    for name, value in config.items():
        is_body = isinstance(value, dict)  # the credentials of a login call are in there
        if name in required or not required or is_body:
            yield name, value


def _open(name: str, value: Json, example: AuthExample, settings: dict[str, SettingDraft]) -> Json:
    """Return a value of the example with references where it has credentials."""
    if isinstance(value, dict):
        return {key: _open(key, item, example, settings) for key, item in value.items()}
    if not isinstance(value, str):
        return value
    is_sent = example.credential is not None and value in example.credential
    is_secret = is_sent or value in example.secrets or _SECRET.search(name) is not None
    is_secret = is_secret and not _OF_TENANT.match(name)
    if not is_secret and not _OF_TENANT.match(name):
        return value
    name = "api_key" if name == "value" else name
    title = name.replace("_", " ").capitalize()
    settings[name] = SettingDraft(title, is_secret=is_secret)
    return f"${{settings.{name}}}"
