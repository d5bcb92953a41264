"""What is run to be counted, and how."""

from __future__ import annotations

import sys

import pytest
from counting.valgrind import Failed, run


def test_a_program_that_fails_is_no_count_and_its_last_words_are_shown() -> None:
    with pytest.raises(Failed, match=r"(?s)ended with 3:.*no such connector"):
        run(
            [
                sys.executable,
                "-c",
                "import os; os.write(2, b'no such connector'); exit(3)",
            ]
        )


def test_a_program_sees_nothing_of_who_runs_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ONROLL_STORE", "somewhere")
    monkeypatch.setenv("PYTHONPATH", "elsewhere")
    run(
        [
            sys.executable,
            "-c",
            "import os; assert {'ONROLL_STORE', 'PYTHONPATH'}.isdisjoint(os.environ)",
        ]
    )
