"""Which records of a page make an example."""

from __future__ import annotations

from typing import Any

from onroll.mapping.mapper import build_mapper
from onroll.plugins.registry import installed
from onroll.service.sampling import Sampler

from .servers import connector

_MAPS = {
    "id": "id",
    "email": "email",
    "username": "id",
    "status": {"path": "state", "map": {"A": "active", "T": "active", "L": "leave"}},
    "employee_type": {"path": "kind", "map": {"I": "intern", "E": "employee"}},
}


def _sampler(most: int, attributes: dict[str, Any] | None = None) -> Sampler:
    definition = connector(attributes=attributes or _MAPS).definition
    mapper = build_mapper(definition, lambda _: None, installed())
    return Sampler(definition.attributes, mapper.map, most)


def _records(states: str, kinds: str | None = None) -> list[dict[str, Any]]:
    pairs = zip(states, kinds or "E" * len(states), strict=True)
    return [
        {"id": number, "email": f"{number}@example.test", "state": state, "kind": kind}
        for number, (state, kind) in enumerate(pairs)
    ]


def test_somebody_of_each_status_is_chosen_and_the_order_stays() -> None:
    assert _sampler(3).choose(_records("AAAAALAX")) == [0, 5, 7]


def test_two_words_for_one_status_are_two_kinds() -> None:
    assert _sampler(2).choose(_records("AAAT")) == [0, 3]


def test_other_mapped_values_come_after_statuses() -> None:
    records = _records("AAAAL", "EEEIE")
    assert _sampler(2).choose(records) == [0, 4]
    assert _sampler(3).choose(records) == [0, 3, 4]


def test_what_an_earlier_page_has_is_not_sought_again() -> None:
    sampler = _sampler(2)
    assert sampler.choose(_records("AALA")) == [0, 2]
    assert sampler.choose(_records("AALX")) == [0, 3]


def test_without_other_kinds_the_first_are_chosen() -> None:
    assert _sampler(2).choose(_records("AAAA")) == [0, 1]
    assert _sampler(9).choose(_records("AAL")) == [0, 1, 2]


def test_a_status_that_depends_on_another_field_counts_too() -> None:
    status = {
        "first": [
            {"value": "inactive", "when": {"path": "left", "present": True}}, {"value": "active"}
        ]
    }  # fmt: skip
    records = _records("AAAA")
    records[3]["left"] = "2026-01-01"
    assert _sampler(2, {**_MAPS, "status": status}).choose(records) == [0, 3]
