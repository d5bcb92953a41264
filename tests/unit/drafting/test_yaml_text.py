"""Values are written as YAML that reads back as the same values, and fits the line."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.definition.source import read_yaml
from onroll.drafting.yaml_text import WIDTH, Line, entry, layout

_TEXTS = st.text(
    st.characters(
        exclude_categories=("Cs", "Cc"), exclude_characters="\x85\u2028\u2029\ufeff\ufffe\uffff"
    ),
    max_size=40,
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | _TEXTS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4)
        | st.dictionaries(_TEXTS.filter(bool), inner, min_size=1, max_size=4)
    ),
    max_leaves=12,
)


def written(key: str, value: Any) -> str:
    return "\n".join(layout(list(entry(key, value))))


@given(_VALUES)
def test_every_value_reads_back_as_it_was(value: Any) -> None:
    assert read_yaml(written("key", value), "drafted").data == {"key": value}


@pytest.mark.parametrize("text", ["a\u202eb", "a\u2028b", "a\x85b", "a\x1b[31mb", "a\U000e0041b"])
def test_what_cannot_be_seen_is_escaped_and_reads_back(text: str) -> None:
    found = written("key", text)
    assert all(one.isprintable() for one in found)
    assert read_yaml(found, "drafted").data == {"key": text}


@given(_VALUES, _TEXTS)
def test_comments_change_nothing(value: Any, comment: str) -> None:
    text = "\n".join(layout(list(entry("key", value, comment=comment))))
    assert read_yaml(text, "drafted").data == {"key": value}


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("data.people[0].name", "key: data.people[0].name"),
        ("$.emails[?(@.type=='work')].value", "key: \"$.emails[?(@.type=='work')].value\""),
        ("${settings.token}", "key: ${settings.token}"),
        ("https://api.example.com/v1", "key: https://api.example.com/v1"),
        ("true", 'key: "true"'),
        ("007", 'key: "007"'),
        ("no", "key: no"),
        (".", "key: ."),
        ({"token": "${settings.token}"}, 'key: {token: "${settings.token}"}'),
        (["@odata.nextLink"], 'key: ["@odata.nextLink"]'),
        ({"style": "page", "start": 0}, "key: {style: page, start: 0}"),
    ],
)
def test_only_what_needs_quotes_has_them(value: Any, wanted: str) -> None:
    assert written("key", value) == wanted


def test_what_does_not_fit_on_a_line_is_written_as_a_block() -> None:
    value = {f"key_{number}": "a value" for number in range(9)}
    assert written("map", value).splitlines()[:2] == ["map:", "  key_0: a value"]


def test_comments_stand_in_one_column_behind_short_lines() -> None:
    lines = [Line(0, "a: b", "one"), Line(0, "abc: def", "two")]
    assert layout(lines) == ["a: b      # one", "abc: def  # two"]


def test_a_comment_without_room_stands_above_in_rows() -> None:
    rows = layout([Line(1, "a: b", "word " * 30)])
    assert rows[-1] == "  a: b"
    assert all(row.startswith("  # word") and len(row) <= WIDTH for row in rows[:-1])
