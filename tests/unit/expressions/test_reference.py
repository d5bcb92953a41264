"""References keep the type of what they stand for, or become text inside text."""

from typing import Any
from urllib.parse import quote

import pytest

from onroll.expressions.reference import (
    Reference,
    as_text,
    parse_references,
    references_in,
    resolve,
)
from onroll.model import ABSENT
from onroll.redaction import Secret

VALUES: dict[str, Any] = {
    "text": "eu",
    "number": 12,
    "big": 1.5,
    "truth": True,
    "list": ["a", 1],
    "object": {"a": 1},
    "seven": "007",
    "empty": "",
    "null": None,
    "secret": Secret("s3cr3t"),
    "odd": "a/b c?d",
}


def scope(reference: Reference) -> Any:
    return VALUES.get(reference.name, ABSENT)


@pytest.mark.parametrize("name", ["text", "number", "big", "truth", "list", "object", "seven"])
def test_alone_it_keeps_its_type(name: str) -> None:
    found = resolve(f"${{settings.{name}}}", scope)
    assert found == VALUES[name]
    assert type(found) is type(VALUES[name])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a-${settings.text}-b", "a-eu-b"),
        ("${settings.text}${settings.number}", "eu12"),
        ("x${settings.truth}", "xtrue"),
        ("x${settings.big}", "x1.5"),
        ("x${settings.list}", 'x["a", 1]'),
        ("x${settings.seven}", "x007"),
        ("x${settings.empty}", "x"),
        ("Bearer ${settings.secret}", "Bearer s3cr3t"),
        ("${ settings.text }", "eu"),
        ("$${settings.text}", "${settings.text}"),
        ("$${${settings.text}}", "${eu}"),
        ("$ {settings.text} $", "$ {settings.text} $"),
        ("100 $", "100 $"),
    ],
)
def test_inside_text_it_becomes_text(text: str, found: str) -> None:
    assert resolve(text, scope) == found


def test_a_secret_alone_is_revealed_where_a_request_is_built() -> None:
    assert resolve("${settings.secret}", scope) == "s3cr3t"


@pytest.mark.parametrize("text", ["${settings.unset}", "x${settings.unset}", "x${settings.null}"])
def test_what_is_unset_is_absent(text: str) -> None:
    assert resolve(text, scope) is ABSENT


def test_an_unset_setting_drops_the_key_that_holds_it() -> None:
    assert resolve({"a": "${settings.unset}", "b": "${settings.text}"}, scope) == {"b": "eu"}


def test_an_unset_setting_drops_the_item_that_it_is() -> None:
    assert resolve(["${settings.unset}", "x"], scope) == ["x"]


def test_references_are_resolved_at_any_depth() -> None:
    assert resolve({"a": [{"b": "${settings.number}"}]}, scope) == {"a": [{"b": 12}]}


@pytest.mark.parametrize("value", [None, True, 12, 1.5])
def test_what_is_no_text_stays(value: Any) -> None:
    assert resolve(value, scope) is value


def test_what_stands_in_an_endpoint_is_percent_encoded() -> None:
    def encode(text: str) -> str:
        return quote(text, safe="")

    found = resolve("/users/${settings.odd}/x y", scope, encode=encode)
    assert found == "/users/a%2Fb%20c%3Fd/x y"


def test_alone_in_an_endpoint_it_is_percent_encoded_too() -> None:
    assert resolve("${settings.odd}", scope, encode=str.upper) == "A/B C?D"


@pytest.mark.parametrize(
    ("text", "namespace", "name"),
    [
        ("${settings.a}", "settings", "a"),
        ("${record.a.b[0]}", "record", "a.b[0]"),
        ("${env:A_B}", "env", "A_B"),
        ("${file:/run/secrets/a.b}", "file", "/run/secrets/a.b"),
        ("${keyring:service/name}", "keyring", "service/name"),
        ("${first_name}", "", "first_name"),
        ("${other.a}", "", "other.a"),
        ("${}", "", ""),
    ],
)
def test_a_reference_has_a_namespace_and_a_name(text: str, namespace: str, name: str) -> None:
    assert parse_references(text) == (Reference(namespace, name),)


def test_text_is_split_at_its_references() -> None:
    assert parse_references("a ${settings.b} c") == ("a ", Reference("settings", "b"), " c")


def test_a_reference_that_is_not_closed_is_text() -> None:
    assert parse_references("${settings.a") == ("${settings.a",)


def test_a_reference_is_written_as_it_was_read() -> None:
    assert str(Reference("settings", "a")) == "${settings.a}"


def test_references_are_found_at_any_depth() -> None:
    value = {"a": ["${settings.a}", {"b": "x ${record.c}"}], "d": 1}
    assert list(references_in(value)) == [Reference("settings", "a"), Reference("record", "c")]


def test_no_repr_of_a_resolved_scope_shows_a_secret() -> None:
    assert "s3cr3t" not in repr(VALUES)


@pytest.mark.parametrize(
    ("value", "text"),
    [("a", "a"), (True, "true"), (None, "null"), (12, "12"), (["ü"], '["ü"]'), (Secret("s"), "s")],
)
def test_a_value_is_written_as_json_writes_it(value: Any, text: str) -> None:
    assert as_text(value) == text
