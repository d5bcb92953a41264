"""The mapper: one record in, a user or the reasons against it out. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from onroll.definition.dependencies import closure, in_order
from onroll.mapping.conform import Conform, conform_to
from onroll.mapping.values import Unmatched, Value, compile_value
from onroll.model import (
    ATTRIBUTES,
    LIST_ATTRIBUTES,
    NO_STATUS,
    STATUSES,
    Absent,
    Json,
    Reason,
    User,
)
from onroll.protocols import Unreadable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.definition.connector import ConnectorDefinition
    from onroll.expressions.condition import Condition
    from onroll.expressions.reference import Scope
    from onroll.plugins.registry import Registry

__all__ = ["Mapped", "Mapper", "build_mapper"]


@dataclass(frozen=True, slots=True)
class Mapped:
    """What became of a record: a user, or nobody with reasons, or nobody because excluded.

    `unmatched` has the text that a `map` does not name, by attribute (`custom.x` for custom ones).
    """

    user: User | None
    reasons: tuple[Reason, ...] = ()
    is_excluded: bool = False
    unmatched: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Attribute:
    name: str
    value: Value
    conform: Conform
    is_custom: bool = False

    @property
    def label(self) -> str:
        """The name in messages: custom attributes may be called like ours."""
        return f"custom.{self.name}" if self.is_custom else self.name


@dataclass(frozen=True, slots=True)
class Mapper:
    """A definition's mapping, compiled. `order` has an attribute after those it is made of.

    `identity` is the part of it that ends with the id.
    """

    order: tuple[_Attribute, ...]
    identity: tuple[_Attribute, ...]
    exclude: tuple[Condition, ...]
    has_status: bool

    def identify(self, record: Json) -> str | None:
        """Return a record's id as text; None when it has none that can be used."""
        found: dict[str, Json] = {}
        for one in self.identity:
            try:
                value = one.value(record, found)
                if not isinstance(value, Absent | Unmatched):
                    found[one.name] = None if value is None else one.conform(value)
            except Unreadable:
                continue
        return found.get("id") or None

    def map(self, record: Json) -> Mapped:
        """Map one record. Every attribute that cannot be read is named, not only the first."""
        found: dict[str, Json] = {}
        custom: dict[str, Json] = {}
        reasons: list[Reason] = []
        unmatched: dict[str, str] = {}
        for one in self.order:
            try:
                value = one.value(record, found)
                if isinstance(value, Unmatched):
                    unmatched[one.label] = value.text
                elif not isinstance(value, Absent):
                    target = custom if one.is_custom else found
                    target[one.name] = None if value is None else one.conform(value)
            except Unreadable as error:
                reasons.append(Reason(one.label, error.code, error.message))
        if any(condition.holds_for_record(record, found) for condition in self.exclude):
            return Mapped(None, is_excluded=True)
        if not found.get("id") and not any(one.attribute == "id" for one in reasons):
            reasons.insert(0, Reason("id", "no-id", "the record has no id"))
        if reasons:
            return Mapped(None, tuple(reasons), unmatched=unmatched)
        return Mapped(self._user(found, custom, unmatched), unmatched=unmatched)

    def _user(
        self, found: dict[str, Json], custom: dict[str, Json], unmatched: Mapping[str, str]
    ) -> User:
        unknown: str | None = None
        if not self.has_status:
            found["status"] = "active"
        elif found.get("status") not in STATUSES:
            # Never taken for active: without a known status nothing is done to a person.
            unknown = unmatched.get("status") or found.get("status") or NO_STATUS
            found["status"] = None
        ordered: dict[str, Json] = {name: found[name] for name in ATTRIBUTES if name in found}
        if custom:
            ordered["custom"] = custom
        return User(ordered, unknown)


def build_mapper(definition: ConnectorDefinition, scope: Scope, registry: Registry) -> Mapper:
    """Compile a definition's attributes once, for any number of records."""
    written = {name: value for name, value in definition.attributes.items() if value is not None}
    custom: Mapping[str, Json] = written.pop("custom", {})
    ordered = {name: written[name] for name in in_order(written)}
    attributes = [
        _Attribute(
            name,
            compile_value(value, scope, registry, takes_all=name in LIST_ATTRIBUTES),
            conform_to(name, registry),
        )
        for name, value in ordered.items()
    ]
    of_id = closure("id", ordered)
    identity = tuple(one for one in attributes if one.name in of_id)
    attributes += [
        _Attribute(
            name,
            compile_value(value, scope, registry, takes_all=False),
            lambda value: value,
            is_custom=True,
        )
        for name, value in custom.items()
    ]
    return Mapper(tuple(attributes), identity, definition.exclude, "status" in written)
