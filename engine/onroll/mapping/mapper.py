"""The mapper: one record in, a user or the reasons against it out. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from onroll.definition.dependencies import closure, in_order
from onroll.mapping.conform import Conform, conform_to, is_text_final
from onroll.mapping.values import Unmatched, Value, compile_value
from onroll.model import (
    ABSENT,
    ATTRIBUTES,
    LIST_ATTRIBUTES,
    NO_STATUS,
    STATUSES,
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

#: Why there is no value: nobody can read it, or a `map` does not name it.
_Amiss: TypeAlias = Unreadable | Unmatched


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
    #: Whether text that `value` gives is as it should be, and need not be conformed.
    is_text_final: bool
    is_custom: bool = False

    @property
    def label(self) -> str:
        """The name in messages: custom attributes may be called like ours."""
        return f"custom.{self.name}" if self.is_custom else self.name


@dataclass(frozen=True, slots=True)
class Mapper:
    """A definition's mapping, compiled. `own` has an attribute after those it is made of.

    `identity` is the part of it that ends with the id; `shown` has its names in our order.
    """

    own: tuple[_Attribute, ...]
    custom: tuple[_Attribute, ...]
    identity: tuple[_Attribute, ...]
    shown: tuple[str, ...]
    exclude: tuple[Condition, ...]
    has_status: bool

    def identify(self, record: Json) -> str | None:
        """Return a record's id as text; None when it has none that can be used."""
        found: dict[str, Json] = {}
        _read(self.identity, record, found, found)
        return found.get("id") or None

    def map(self, record: Json) -> Mapped:
        """Map one record. Every attribute that cannot be read is named, not only the first."""
        found: dict[str, Json] = {}
        custom: dict[str, Json] = {}
        amiss = _read(self.own, record, found, found)
        if self.custom:
            amiss += _read(self.custom, record, found, custom)
        if self.exclude and any(one.holds_for_record(record, found) for one in self.exclude):
            return Mapped(None, is_excluded=True)
        if not amiss and found.get("id"):
            return Mapped(self._user(found, custom, {}))
        return self._judged(found, custom, amiss)

    def _judged(
        self, found: dict[str, Json], custom: dict[str, Json], amiss: list[tuple[str, _Amiss]]
    ) -> Mapped:
        """Return what a record gives of which something could not be read or is not named."""
        unmatched = {label: why.text for label, why in amiss if isinstance(why, Unmatched)}
        reasons = [
            Reason(label, why.code, why.message)
            for label, why in amiss
            if isinstance(why, Unreadable)
        ]
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
        ordered: dict[str, Json] = {name: found[name] for name in self.shown if name in found}
        if custom:
            ordered["custom"] = custom
        return User(ordered, unknown)


def _read(
    attributes: tuple[_Attribute, ...],
    record: Json,
    found: Mapping[str, Json],
    target: dict[str, Json],
) -> list[tuple[str, _Amiss]]:
    """Read attributes into `target`; return by its label what a `map` or nobody can read.

    `found` are the attributes that others are made of.
    """
    amiss: list[tuple[str, _Amiss]] = []
    for one in attributes:
        try:
            value = one.value(record, found)
            # By exact type, and the usual first: this runs for every value of every person.
            if value is None or (type(value) is str and one.is_text_final):
                target[one.name] = value
            elif isinstance(value, Unmatched):
                amiss.append((one.label, value))
            elif value is not ABSENT:
                target[one.name] = one.conform(value)
        except Unreadable as error:
            amiss.append((one.label, error))
    return amiss


def build_mapper(definition: ConnectorDefinition, scope: Scope, registry: Registry) -> Mapper:
    """Compile a definition's attributes once, for any number of records."""
    written = {name: value for name, value in definition.attributes.items() if value is not None}
    custom: Mapping[str, Json] = written.pop("custom", {})
    ordered = {name: written[name] for name in in_order(written)}
    own = [
        _Attribute(
            name,
            compile_value(value, scope, registry, takes_all=name in LIST_ATTRIBUTES),
            conform_to(name, registry),
            is_text_final=is_text_final(name, value),
        )
        for name, value in ordered.items()
    ]
    of_id = closure("id", ordered)
    return Mapper(
        own=tuple(own),
        custom=tuple(
            _Attribute(
                name,
                compile_value(value, scope, registry, takes_all=False),
                lambda value: value,
                is_text_final=True,
                is_custom=True,
            )
            for name, value in custom.items()
        ),
        identity=tuple(one for one in own if one.name in of_id),
        shown=tuple(name for name in ATTRIBUTES if name in written or name == "status"),
        exclude=definition.exclude,
        has_status="status" in written,
    )
