"""Ids known again: exactly, and in few bytes."""

from __future__ import annotations

import sys
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.fetch.known_ids import KnownIds


@given(st.lists(st.text(max_size=5) | st.integers(0, 30).map(str), max_size=200))
def test_it_is_a_set(texts: list[str]) -> None:
    known, model = KnownIds(), set[str]()
    for text in texts:
        assert known.add(text) is (text not in model)
        model.add(text)
        assert len(known) == len(model)


def test_it_stays_exact_while_it_grows() -> None:
    known = KnownIds()
    assert all(known.add(f"p{number}") for number in range(50_000))
    assert not any(known.add(f"p{number}") for number in range(50_000))
    assert len(known) == 50_000


@pytest.mark.parametrize("count", [10_000, 10_923, 100_000, 174_763, 1_000_000])
def test_an_id_takes_24_bytes_at_most_and_36_while_the_table_grows(count: int) -> None:
    known = KnownIds()
    # Ids that nobody keeps, so that what is measured is the table alone.
    tracemalloc.start()
    try:
        for number in range(count):
            known.add(str(number))
            if number == 9_999:
                tracemalloc.reset_peak()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert sys.getsizeof(known._slots) / count <= 24.1
    assert peak / count <= 36.5


def test_two_tables_hash_differently() -> None:
    first, second = KnownIds(), KnownIds()
    first.add("a")
    second.add("a")
    assert set(first._slots) != set(second._slots)
