"""What the embedded directory can hold, how it writes it, and what it objects to."""

from __future__ import annotations

import hashlib
import secrets
import time
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import msgspec

from onroll.model import Reason
from onroll.target import WRITABLE_ATTRIBUTES, Capabilities, PasswordRules, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from onroll.model import Json

__all__ = [
    "CAPABILITIES",
    "check_group_names",
    "check_source_id",
    "decode",
    "encode",
    "hash_password",
    "is_writable",
    "new_id",
    "objections_to",
]

#: An index of PostgreSQL has room for 2,700 bytes, and case folding may make six of a letter.
_LONGEST_NAME: Final = 320
#: As the columns have it.
_LONGEST_ID: Final = 400

CAPABILITIES: Final = Capabilities(
    attributes=frozenset(WRITABLE_ATTRIBUTES),
    has_custom=True,
    longest=MappingProxyType({"username": _LONGEST_NAME, "email": _LONGEST_NAME}),
    passwords=PasswordRules(),
)

_encode: Final = msgspec.json.Encoder().encode

#: Decode an object of attributes.
decode: Final = msgspec.json.Decoder(dict[str, object]).decode


def encode(attributes: Mapping[str, Json]) -> str:
    """Encode an object of attributes."""
    return _encode(attributes).decode()


def objections_to(attributes: Mapping[str, Json]) -> list[Reason]:
    """Return what the directory refuses in these values."""
    found = []
    for name, value in attributes.items():
        if not CAPABILITIES.can_hold(name):
            found.append(Reason(name, "not_supported", f"the directory has no `{name}`"))
        elif (reason := _objection(name, value)) is not None:
            found.append(reason)
    return found


def _objection(name: str, value: Json) -> Reason | None:
    try:
        _encode(value)
    except (TypeError, ValueError):  # a lone surrogate, which UTF-8 cannot carry, is the latter
        return Reason(name, "invalid_value", f"`{name}` holds something that is no text")
    if name not in CAPABILITIES.longest:
        return None
    if name == "username" and (value is None or not str(value).strip()):
        return Reason(name, "missing", "a user of the directory needs a `username`")
    if value is None:
        return None
    if not isinstance(value, str) or not is_writable(value):
        return Reason(name, "invalid_value", f"`{name}` has a character that no name has")
    if len(value) > CAPABILITIES.longest[name]:
        longest = CAPABILITIES.longest[name]
        return Reason(name, "too_long", f"`{name}` is longer than {longest} characters")
    return None


def check_source_id(source_id: str | None) -> None:
    """Raise `Refused` for an id that the directory cannot keep."""
    if source_id is not None and not _fits(source_id):
        raise Refused(
            "invalid_value", f"the id is longer than {_LONGEST_ID} characters, or no text"
        )


def check_group_names(names: Iterable[str]) -> None:
    """Raise `Refused` for a group's name that the directory cannot keep."""
    if not all(name.strip() and _fits(name) for name in names):
        raise Refused(
            "invalid_value",
            f"a group's name is empty, longer than {_LONGEST_ID} characters, or no text",
        )


def _fits(text: str) -> bool:
    return len(text) <= _LONGEST_ID and is_writable(text)


def is_writable(text: str) -> bool:
    """Whether a column can hold it: PostgreSQL has no NUL, and UTF-8 no lone surrogates."""
    return not any(letter < " " or "\ud800" <= letter <= "\udfff" for letter in text)


def new_id() -> str:
    """Return an id that no other user has, in the order of creation.

    Users who came together then lie together in the database, and are read together.
    """
    return f"{time.time_ns():016x}{secrets.token_hex(8)}"


def hash_password(password: str) -> str:
    """Return a salted hash.

    A fast one is enough: our passwords are drawn from more than 2^120, and nobody chooses them.
    """
    salt = secrets.token_bytes(hashlib.blake2b.SALT_SIZE)
    digest = hashlib.blake2b(password.encode(), salt=salt, digest_size=32)
    return f"blake2b${salt.hex()}${digest.hexdigest()}"
