"""Moments on the command line: UTC unless they say more, and none that UTC does not have."""

from __future__ import annotations

from datetime import UTC, datetime

import click
import pytest

from onroll.cli.options import Moment


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-01", datetime(2026, 11, 1, tzinfo=UTC)),
        ("2026-11-01T08:00:00Z", datetime(2026, 11, 1, 8, tzinfo=UTC)),
        ("2026-11-01T08:00:00+02:00", datetime(2026, 11, 1, 6, tzinfo=UTC)),
    ],
)
def test_a_moment_is_read_in_utc(text: str, moment: datetime) -> None:
    assert Moment().convert(text, None, None) == moment


def test_a_word_of_the_option_stays_a_word() -> None:
    assert Moment("last").convert("last", None, None) == "last"


@pytest.mark.parametrize(
    "text", ["last", "soon", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_what_is_no_moment_is_a_wrong_option(text: str) -> None:
    with pytest.raises(click.BadParameter, match="2026-11-01"):
        Moment().convert(text, None, None)
