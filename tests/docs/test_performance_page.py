"""The page on performance has a place for each table of `make bench`, and whole tables there."""

from __future__ import annotations

import re

import pytest

from .markdown import ROOT

PAGE = (ROOT / "docs" / "explanation" / "performance.md").read_text(encoding="utf-8")
TABLES = re.findall(r"<!-- table: (\w+) -->\n(.*?)<!-- end of table -->\n", PAGE, re.DOTALL)
COLUMNS = {"peers": 6, "attributes": 2, "people": 4, "latency": 4, "start": 3}


def test_each_part_of_the_benchmark_has_one_place_on_the_page() -> None:
    assert sorted(name for name, _ in TABLES) == sorted(COLUMNS)


@pytest.mark.parametrize(("name", "text"), TABLES)
def test_a_table_is_whole_and_says_what_it_was_measured_on(name: str, text: str) -> None:
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert len(rows) > 3
    assert {row.count("|") - 1 for row in rows} == {COLUMNS[name]}
    assert re.search(r"\d{4}-\d\d-\d\d, \w+, \d+ cores, Python 3\.\d+", text)


def test_onroll_is_compared_with_itself_once() -> None:
    (row,) = re.findall(r"^\| \*\*onroll fetch\*\* \|(.*)\|$", PAGE, re.MULTILINE)
    assert row.split("|")[2].strip() == "1.00"
