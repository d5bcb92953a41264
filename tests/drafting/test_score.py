"""What is drafted from first pages, scored against what a person wrote for them.

The tables: `python -m tests.drafting.score`, or `pytest tests/drafting/test_score.py -s`.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from .pages import fresh, remembered, shipped_connectors, ten
from .score import Score, score, table

if TYPE_CHECKING:
    from collections.abc import Sequence

_PAGES = {
    "ten APIs that differ in shape": ten,
    "all shipped connectors": shipped_connectors,
    "remembered APIs, tuned on": remembered,
    "fresh APIs": fresh,
}


@cache
def _scores(title: str) -> Sequence[Score]:
    return [score(page) for page in _PAGES[title]()]


@pytest.mark.parametrize(
    ("title", "least"),
    [
        ("ten APIs that differ in shape", 8),
        ("all shipped connectors", 34),
        ("remembered APIs, tuned on", 14),
        ("fresh APIs", 18),
    ],
)
def test_most_first_pages_give_a_draft_that_needs_no_question(title: str, least: int) -> None:
    scores = _scores(title)
    print(f"\n{title}\n{table(scores)}")  # noqa: T201  (the table is what one runs this for)
    assert sum(one.is_passed for one in scores) >= least, table(scores)


@pytest.mark.parametrize("title", _PAGES)
def test_the_list_of_people_is_found_in_all_of_them(title: str) -> None:
    assert [one.name for one in _scores(title) if not one.records] == []


@pytest.mark.parametrize("title", _PAGES)
def test_page_two_is_asked_for_as_a_person_would_have_it_in_all_of_them(title: str) -> None:
    assert [one.name for one in _scores(title) if not one.paging] == []


@pytest.mark.parametrize("title", _PAGES)
def test_the_total_count_is_found_in_all_that_have_one(title: str) -> None:
    assert [one.name for one in _scores(title) if not one.total] == []


@pytest.mark.parametrize("title", _PAGES)
def test_no_paging_is_sure_and_wrong(title: str) -> None:
    wrong = [one.name for one in _scores(title) if one.is_sure and not one.paging]
    assert wrong == []


#: Where the vendor writes nobody as an id of its own, and where a name is in two fields.
_MISLED = {("namely", "manager_id"), ("slack", "first_name")}


@pytest.mark.parametrize("title", _PAGES)
def test_no_main_attribute_is_sure_and_wrong(title: str) -> None:
    wrong = {(one.name, attribute) for one in _scores(title) for attribute in one.misled}
    assert wrong <= _MISLED


@pytest.mark.parametrize("title", _PAGES)
def test_no_draft_refuses_a_person_that_it_was_made_from(title: str) -> None:
    assert [one.name for one in _scores(title) if one.refused] == []


def test_a_call_without_its_parameters_gives_no_sure_guess_that_is_wrong() -> None:
    bare = [score(page.without_paging()) for page in (*shipped_connectors(), *remembered())]
    assert [one.name for one in bare if one.is_sure and not one.paging] == []
    assert [one.name for one in bare if not one.records] == []


def test_the_ten_have_every_kind_of_paging_and_shape() -> None:
    pages = ten()
    written = [page.pagination or {} for page in pages]
    styles = {one["style"] for one in written}
    assert styles >= {"offset", "page", "cursor", "next_link"}
    assert any(page.location == "." for page in pages)
    assert any(page.call.method == "POST" for page in pages)
    assert any(page.shape == "keyed" for page in pages)
    assert any(isinstance(one.get("next"), list) for one in written)
    assert any(one.get("next") == {"header": "Link"} for one in written)
