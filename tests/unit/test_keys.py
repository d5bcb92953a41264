"""Keys of names that are the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.keys import email_key, identity_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada@Example.com", " ada@example.COM "),
        ("Zoë", "ZOË"),
        ("Zoe\u0308", "Zo\u00eb"),
        ("STRASSE", "straße"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
    ],
)
def test_spellings_of_one_name_have_one_key(one: str, other: str) -> None:
    assert identity_key(one) == identity_key(other)


@pytest.mark.parametrize(("one", "other"), [("zoe", "zoë"), ("ada", "ada1"), ("a b", "ab")])
def test_different_names_have_different_keys(one: str, other: str) -> None:
    assert identity_key(one) != identity_key(other)


@given(st.text(st.characters(codec="ascii")))
def test_plain_letters_take_the_short_way_to_the_same_key(text: str) -> None:
    # A letter beyond ASCII takes the long way.
    assert identity_key(text + "\u00df") == identity_key(text.lstrip() + "SS")


@given(st.text())
def test_case_makes_no_difference(text: str) -> None:
    assert identity_key(text) == identity_key(text.casefold())


@pytest.mark.parametrize("address", [None, "", "  "])
def test_who_has_no_address_has_no_key(address: str | None) -> None:
    assert email_key(address) is None
