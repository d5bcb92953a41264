"""Ids known again: exactly, and in few bytes."""

from __future__ import annotations

import sys
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.fetch.known_ids import KnownIds, KnownTexts


@given(st.lists(st.text(max_size=5) | st.integers(0, 30).map(str), max_size=200))
def test_it_is_a_set(texts: list[str]) -> None:
    known, model = KnownTexts(), set[str]()
    for text in texts:
        assert known.add(text) is (text not in model)
        model.add(text)
        assert len(known) == len(model)


@given(st.lists(st.lists(st.none() | st.integers(0, 30).map(str), max_size=9), max_size=20))
def test_ids_are_new_once_and_nobody_s_never(pages: list[list[str | None]]) -> None:
    known, model = KnownIds(), set[str]()
    for ids in pages:
        for identifier, is_new in zip(ids, known.add_all(ids), strict=True):
            assert is_new is (identifier is not None and identifier not in model)
            if identifier is not None:
                model.add(identifier)
        assert len(known) == len(model)


@pytest.mark.parametrize("length", [1, 200])
def test_ids_stay_exact_when_they_become_many(length: int) -> None:
    known = KnownIds()
    pages = [
        [f"{number:0{length}}" for number in range(at, at + 500)] for at in range(0, 150_000, 500)
    ]
    for count, page in enumerate(pages, 1):
        assert known.add_all([*page, page[0], None]) == [*[True] * 500, False, False]
        assert len(known) == 500 * count
    assert known._few is None
    assert not any(any(known.add_all(page)) for page in pages)


def test_of_long_ids_few_are_kept_as_they_are() -> None:
    known = KnownIds()
    long = [str(number) * 1_000_000 for number in range(9)]
    assert all(known.add_all(long))
    assert known._few is None
    assert known.add_all([*long, "x"]) == [*[False] * 9, True]


def test_it_stays_exact_while_it_grows() -> None:
    known = KnownTexts()
    assert all(known.add(f"p{number}") for number in range(50_000))
    assert not any(known.add(f"p{number}") for number in range(50_000))
    assert len(known) == 50_000


@pytest.mark.parametrize("count", [10_000, 10_923, 100_000, 174_763, 699_051, 1_000_000])
def test_an_id_takes_24_bytes_at_most(count: int) -> None:
    known = KnownTexts()
    for number in range(count):
        known.add(str(number))
    # The table's own header is the tenth of a byte.
    assert sys.getsizeof(known._slots) / count <= 24.1


@pytest.mark.parametrize("slots", [1 << 14, 1 << 18, 1 << 20])
def test_an_id_takes_36_bytes_at_most_while_the_table_grows(slots: int) -> None:
    known = KnownTexts()
    count = 2 * (slots - 1) // 3
    for number in range(count):
        known.add(str(number))
    before = sys.getsizeof(known._slots)
    tracemalloc.start()
    try:
        known.add("one more")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sys.getsizeof(known._slots) > before
    assert (before + peak) / count <= 36.2


def test_two_tables_hash_differently() -> None:
    first, second = KnownTexts(), KnownTexts()
    first.add("a")
    second.add("a")
    assert set(first._slots) != set(second._slots)
