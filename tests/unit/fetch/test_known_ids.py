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


@pytest.mark.parametrize("count", [10_000, 10_923, 100_000, 174_763, 699_051, 1_000_000])
def test_an_id_takes_24_bytes_at_most(count: int) -> None:
    known = KnownIds()
    for number in range(count):
        known.add(str(number))
    # The table's own header is the tenth of a byte.
    assert sys.getsizeof(known._slots) / count <= 24.1


@pytest.mark.parametrize("slots", [1 << 14, 1 << 18, 1 << 20])
def test_an_id_takes_36_bytes_at_most_while_the_table_grows(slots: int) -> None:
    known = KnownIds()
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
    first, second = KnownIds(), KnownIds()
    first.add("a")
    second.add("a")
    assert set(first._slots) != set(second._slots)
