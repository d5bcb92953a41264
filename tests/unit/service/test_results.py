"""Results as CSV: read back they are what they were, and no spreadsheet calculates with them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

import pytest

from onroll.service.results import results_csv, write_results

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_back(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_each_person_is_a_line_below_the_titles() -> None:
    text = results_csv(
        [{"id": "007", "email": "a@example.com", "action": "create", "outcome": "applied"}]
    )

    assert text == (
        "id,email,action,outcome,reason,message,changes\r\n007,a@example.com,create,applied,,,\r\n"
    )


def test_changes_are_told_as_old_and_new() -> None:
    changes = {
        "department": ["Sales", "Größenlehre"],
        "groups": [["a", "b"], []],
        "custom.shoe_size": [None, 43],
    }

    (line,) = read_back(results_csv([{"id": "1", "changes": changes}]))

    assert line["changes"] == (
        "department: Sales → Größenlehre; groups: a, b → (none); custom.shoe_size: (none) → 43"
    )


@pytest.mark.parametrize(
    "text", ['say "hi"', "a, b", "two\r\nlines", "Ünlü 田中", "semi;colon", "a-b = c @ d + e"]
)
def test_a_harmless_text_comes_back_as_it_was(text: str) -> None:
    (line,) = read_back(results_csv([{"id": "1", "message": text}]))

    assert line["message"] == text


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+49 30 1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1+1", "\uff0b1"],
)
@pytest.mark.parametrize("column", ["id", "email", "reason", "message"])
def test_a_cell_that_a_spreadsheet_would_take_for_a_formula_gets_an_apostrophe(
    column: str, text: str
) -> None:
    (line,) = read_back(results_csv([{column: text}]))

    assert line[column].startswith(f"'{text[0]}")
    assert line[column].replace("'", "") == text


@pytest.mark.parametrize("text", ["x;=1+1", "x\n=1+1", "x\t @SUM(A1)"])
def test_a_formula_behind_what_parts_cells_elsewhere_is_defused_too(text: str) -> None:
    (line,) = read_back(results_csv([{"message": text}]))

    assert line["message"] == f"{text[:2]}'{text[2:]}"


def test_half_a_surrogate_pair_can_be_written_to_a_file() -> None:
    text = results_csv([{"id": "1", "message": "broken \ud83d emoji"}])

    assert text.encode("utf-8")


def test_keys_beside_the_columns_are_left_out() -> None:
    assert "pa55word" not in results_csv([{"id": "1", "password": "pa55word"}])


def test_lines_are_written_while_the_items_come() -> None:
    stream = io.StringIO(newline="")

    def items() -> Iterator[dict[str, Any]]:
        yield {"id": "first"}
        assert "first" in stream.getvalue()
        yield {"id": "second"}

    write_results(items(), stream)

    assert stream.getvalue().endswith("second,,,,,,\r\n")
