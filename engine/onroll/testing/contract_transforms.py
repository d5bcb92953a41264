"""The laws of value transforms."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from onroll.protocols import TransformExample, TransformKind, Unreadable
from onroll.testing.contract_kinds import Case, KindContract, checked, loose_parts

if TYPE_CHECKING:
    from onroll.model import Json
    from onroll.protocols import Transform

__all__ = ["TransformCase", "TransformContract", "json_values"]

_SCALARS: Final = (
    st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.from_regex(r"[-+]?[0-9]{1,20}(\.[0-9]+)?", fullmatch=True)
    | st.dates().map(str)
    | st.datetimes().map(str)
)


def json_values() -> st.SearchStrategy[Json]:
    """Return a strategy for any JSON value but null, which never reaches a transform."""
    inside = st.recursive(
        st.none() | _SCALARS,
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
        max_leaves=10,
    )
    return inside.filter(lambda value: value is not None)


#: A person's data that must not come back in a message, in each kind of JSON.
_MARK: Final = "Zq9-Ilse-Kern"
_NUMBER_MARK: Final = 98765432198765432
_MARKED: Final[tuple[Json, ...]] = (
    _MARK,
    [_MARK],
    [[_MARK]],
    {_MARK: _MARK},
    [{"name": _MARK}],
    _NUMBER_MARK,
    [_NUMBER_MARK, True],
    True,
    "&#" + "9" * 5000 + ";" + _MARK,
    "9" * 5000,
    10**5000,
)


@dataclass(frozen=True)
class TransformCase(Case):
    """A transform and one of its examples."""

    kind: TransformKind
    example: TransformExample

    def build(self) -> Transform:
        """Build the transform as a definition would."""
        return self.kind.build(copy.deepcopy(self.example.argument))


class TransformContract(KindContract):
    """What the mapper relies on: pure functions of JSON that raise `Unreadable` and nothing else.

    Absent values and null never reach a transform: the mapper passes them by.
    """

    registered_as = "transforms"
    case_type = TransformCase

    def test_argument_schema(self, kind: Any) -> None:
        """The argument's schema is valid, closed and described; a needed argument has one."""
        assert kind.argument is not None or not kind.is_argument_needed
        if kind.argument is not None:
            Draft202012Validator.check_schema(kind.argument)
            assert not list(loose_parts(kind.argument))

    def test_bare_name_will_do(self, kind: Any) -> None:
        """A transform whose argument is not needed is built without one."""
        if not kind.is_argument_needed:
            assert callable(kind.build(None))

    def test_example_fits_the_schema(self, case: TransformCase) -> None:
        """An example's argument is one that a definition may hold."""
        if case.example.argument is None:
            assert not case.kind.is_argument_needed
        else:
            assert case.kind.argument is not None
            assert not checked(case.example.argument, case.kind.argument)

    def test_unknown_key_is_refused(self, case: TransformCase) -> None:
        """An argument that is an object with named keys takes no others."""
        schema, argument = case.kind.argument, case.example.argument
        if schema is not None and "properties" in schema and isinstance(argument, dict):
            found = checked({**argument, "no_such_key": "x"}, schema)
            assert [one.code for one in found] == ["unknown-key"]

    def test_example(self, case: TransformCase) -> None:
        """An example gives what it says, in the same JSON type."""
        assert _same(case.build()(copy.deepcopy(case.example.given)), case.example.gives)

    def test_is_pure(self, case: TransformCase) -> None:
        """The same value gives the same, and the value given is not changed."""
        transform = case.build()
        value = copy.deepcopy(case.example.given)
        assert _same(transform(value), transform(value))
        assert _same(value, case.example.given)

    def test_text_in_lists_is_changed_one_by_one(self, case: TransformCase) -> None:
        """A transform of text takes a list of texts, too; null items stay null.

        Where it makes a list of each text, their items come in one list.
        """
        given, gives = case.example.given, case.example.gives
        if isinstance(given, str) and not case.kind.takes_all:
            each = gives if isinstance(gives, list) else [gives]
            assert _same(case.build()([given, None, given]), [*each, None, *each])

    def test_list_that_is_taken_whole_is_shown(self, kind: Any) -> None:
        """A transform that is given every match of a path shows what it makes of a list."""
        if kind.takes_all:
            assert any(isinstance(one.given, list) for one in kind.examples)

    def test_any_json_is_read_or_refused(self, case: TransformCase) -> None:
        """Any JSON value gives JSON or raises `Unreadable`."""
        transform = case.build()

        # No deadline: a busy machine is no broken law.
        @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(json_values())
        def check(value: Json) -> None:
            refusal, gives = _tried(transform, value)
            if refusal is None:
                assert _is_json(gives)
            else:
                assert refusal.code
                assert refusal.message

        check()

    def test_refusal_shows_no_value(self, case: TransformCase) -> None:
        """The message of a refusal says what was expected, and nothing of what was there."""
        transform = case.build()
        for value in _MARKED:
            refusal, _ = _tried(transform, value)
            if refusal is None:
                continue
            said = f"{refusal} {refusal.code} {refusal.message}"
            assert _MARK not in said
            assert str(_NUMBER_MARK) not in said
            assert "999999" not in said
            assert refusal.__cause__ is None
            assert refusal.__suppress_context__ or refusal.__context__ is None, (
                "raise it `from None`: the error behind it quotes the value"
            )


def _tried(transform: Transform, value: Json) -> tuple[Unreadable | None, Json]:
    """Return the refusal of a value, or what it gives. Lets any other error through."""
    try:
        return None, transform(value)
    except Unreadable as error:
        return error, None


def _is_json(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_json(item) for item in value)
    if isinstance(value, dict):
        return all(isinstance(key, str) and _is_json(item) for key, item in value.items())
    return value is None or isinstance(value, str | int | float | bool)


def _same(one: Json, other: Json) -> bool:
    """Compare as JSON does: true is not 1, and a tuple is no list."""
    assert _is_json(one), f"{type(one).__name__} is no JSON"
    return json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True)
