"""The types of YAML 1.2's JSON schema only; whatever else looks like a type is text."""

from typing import Any

import pytest

from onroll.definition.source import read_yaml


def value_of(written: str) -> Any:
    return read_yaml(f"key: {written}\n", "connector.yaml").data["key"]


@pytest.mark.parametrize(
    "written",
    [
        "no", "No", "yes", "on", "off", "y", "n", "True", "FALSE", "Null", "NULL", "~",
        "22:22", "007", "1.10.0", "2025-01-27", "2025-01-27T10:00:00Z", "+49", "+49 30 1234",
        "1_000", "0x1F", "0o17", "0b1", ".5", "5.", "1e", "e3", ".inf", "-.inf", ".nan", "NaN",
        "Infinity", "1e999", "-1e999", "--1", "1.2.3", "1,5", "=", "0123", "-01", "nul", "1 000",
    ],
)  # fmt: skip
def test_it_is_text_as_it_is_written(written: str) -> None:
    assert value_of(written) == written


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("true", True), ("false", False), ("null", None), ("", None),
        ("0", 0), ("-0", 0), ("7", 7), ("-7", -7), ("1.10", 1.1), ("1e3", 1000.0), ("1E+2", 100.0),
        ("-1.5e-1", -0.15), ("12345678901234567890", 12345678901234567890),
    ],
)  # fmt: skip
def test_it_is_a_value_of_json(written: str, value: Any) -> None:
    assert value_of(written) == value
    assert type(value_of(written)) is type(value)


@pytest.mark.parametrize("written", ["true", "null", "12", "1.5", "", "${x}"])
@pytest.mark.parametrize("quote", ['"', "'"])
def test_what_stands_in_quotes_is_text(written: str, quote: str) -> None:
    assert value_of(f"{quote}{written}{quote}") == written


def test_a_block_of_text_is_text() -> None:
    assert value_of("|\n  12\n") == "12\n"


def test_a_number_of_more_digits_than_anyone_means_is_text() -> None:
    assert value_of("9" * 5000) == "9" * 5000


@pytest.mark.parametrize("key", ["true", "no", "on", "7", "1.5", "2025-01-27", "null", "007"])
def test_keys_are_text(key: str) -> None:
    assert read_yaml(f"{key}: x\n", "connector.yaml").data == {key: "x"}


def test_a_key_is_the_same_with_and_without_quotes() -> None:
    plain = read_yaml("true: active\n", "connector.yaml").data
    assert plain == read_yaml('"true": active\n', "connector.yaml").data


def test_an_empty_key_is_empty_text() -> None:
    assert read_yaml('"": x', "connector.yaml").data == {"": "x"}


def test_json_is_yaml() -> None:
    text = '{"a": [1, 2.5, true, null, "x\\u00e9"], "b": {}}'
    assert read_yaml(text, "connector.yaml").data == {"a": [1, 2.5, True, None, "xé"], "b": {}}


def test_an_alias_gives_the_value_of_its_anchor() -> None:
    text = "a: &x {b: [1, no]}\nc: *x\n"
    assert read_yaml(text, "connector.yaml").data["c"] == {"b": [1, "no"]}


def test_an_anchor_that_is_set_again_counts_from_there_on() -> None:
    text = "a: &x 1\nb: *x\nc: &x 2\nd: *x\n"
    assert read_yaml(text, "connector.yaml").data == {"a": 1, "b": 1, "c": 2, "d": 2}


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read_yaml(b"\xef\xbb\xbfformat: 1\n", "connector.yaml").data == {"format": 1}


def test_bytes_are_utf_8() -> None:
    assert read_yaml("title: Müller".encode(), "connector.yaml").data == {"title": "Müller"}
