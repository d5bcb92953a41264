"""Compile a mapping as a definition has it, and map records with it."""

import json
from typing import Any

from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.mapping.mapped import Mapped
from onroll.mapping.mapper import Mapper, build_mapper
from onroll.model import ABSENT
from onroll.plugins.registry import installed

NEEDED = {"id": "id", "email": "email", "username": "email"}
#: A record that has what is needed, and a key more or less as a test has it.
ADA = {"id": "1", "email": "ada@example.test"}


def mapper(
    *, settings: dict[str, Any] | None = None, exclude: list[Any] | None = None, **attributes: Any
) -> Mapper:
    """Compile attributes, laid over the needed ones. Settings are declared by being given."""
    values = settings or {}
    listing: dict[str, Any] = {"resource_location": "data"}
    if exclude is not None:
        listing["exclude"] = exclude
    written = {
        "format": 1,
        "name": "acme",
        "base_url": "https://api.example.test",
        "settings": {name: {"required": False} for name in values},
        "list_users": listing,
        "attributes": {**NEEDED, **attributes},
    }
    definition = parse_definition(json.dumps(written))
    set_ones = {name: value for name, value in values.items() if value is not None}
    return build_mapper(definition, Settings(set_ones).scope(), installed())


def mapped(record: dict[str, Any], **attributes: Any) -> Mapped:
    return mapper(**attributes).map({**ADA, **record})


def attribute(name: str, written: Any, record: dict[str, Any]) -> Any:
    """What an attribute gets, `ABSENT` when it gets nothing."""
    user = mapped(record, **{name: written}).user
    assert user is not None
    return user.attributes.get(name, ABSENT)


def value(written: Any, record: dict[str, Any]) -> Any:
    """What a value is, in the JSON type that the record has."""
    user = mapped(record, custom={"x": written}).user
    assert user is not None
    return user.attributes.get("custom", {}).get("x", ABSENT)


def refused(record: dict[str, Any], **attributes: Any) -> list[tuple[str, str]]:
    """The attributes and codes for which a record is refused."""
    result = mapped(record, **attributes)
    assert result.user is None
    return [(reason.attribute, reason.code) for reason in result.reasons]
