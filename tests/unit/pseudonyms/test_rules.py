"""What a definition says of the values in its answers."""

from __future__ import annotations

from onroll.definition.load import parse_definition
from onroll.pseudonyms.rules import rules_of

_RULES = rules_of(
    parse_definition(
        """
format: 1
name: acme
base_url: https://api.acme.test
auth: {method: none}
list_users:
  endpoint: /people
  resource_location: people
  total_count: {body: meta.staff}
  pagination: {style: page, page_name: page, total_pages: meta.sheets}
  exclude: [{path: last, equals: Test}]
attributes:
  id: id
  email: mail
  username: mail
  first_name: {path: first, transform: [{replace: {Doctor: ""}}]}
  department: {path: team, transform: [{replace: {Ann Arbor: AA}}]}
  status: {first: [{path: state, map: {Active: active}}, old], map: {Gone: inactive}}
  custom: {plan: {path: plan}}
"""
    )
)


def test_totals_are_known_by_their_ways() -> None:
    assert _RULES.counts == {("meta", "staff"), ("meta", "sheets")}


def test_a_persons_value_is_only_compared_where_it_is_mapped_or_sought() -> None:
    def is_compared(way: str, folded: str) -> bool:
        return _RULES.is_compared((way,), folded, is_personal=True)

    assert not is_compared("last", "active")
    assert is_compared("state", "active")
    assert is_compared("state", "gone")
    assert is_compared("last", "test")
    assert _RULES.is_compared(("last",), "active", is_personal=False)


def test_words_of_transforms_are_known_apart_for_names() -> None:
    assert {"doctor", "ann", "arbor"} <= _RULES.words
    assert "doctor" in _RULES.name_words
    assert "ann" not in _RULES.name_words


def test_our_own_attributes_are_known_by_their_names() -> None:
    assert _RULES.attributes_of(("plan",)) == {"custom.plan"}
