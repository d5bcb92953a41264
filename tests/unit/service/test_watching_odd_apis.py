"""Looking again at APIs whose tokens or answers are short-lived: what is kept does no harm."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import onroll
from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.redaction import Secret
from onroll.service.opening import Options
from onroll.service.subject import Subject
from onroll.service.watching import Look, Sight, Watch
from onroll.testing.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXT = Path(onroll.load("personio").definition.source.name).read_text(encoding="utf-8")


def _looks(sandbox: Sandbox, limits: Sequence[int], most: int = 30) -> list[Look]:
    """Look as often as there are limits of a page; the definition changes by them alone."""
    now = iter(limits)

    def sight() -> Sight:
        text = _TEXT.partition("\nexamples:")[0].replace("limit: 100", f"limit: {next(now)}")
        settings = Settings({"client_id": "demo", "client_secret": Secret("s3cr3t-of-the-demo")})
        options = Options(base_url=f"{sandbox.url}/v1", attempts=3)
        return Sight(Subject("personio", parse_definition(text)), settings, options)

    watch = Watch(sight, most)
    return [watch.look() for _ in limits]


@pytest.mark.parametrize("fault", ["rotate", "unauthorized-every=3", "gzip"])
def test_a_kept_token_that_is_spent_is_replaced(fault: str) -> None:
    with Sandbox(users=40, faults=(fault,)) as sandbox:
        looks = _looks(sandbox, (10, 10, 15, 15))
    assert [look.error for look in looks] == [None] * 4
    assert [len(look.preview.items) for look in looks if look.preview] == [30] * 4
    assert looks[1].sent == looks[3].sent == 0
    assert looks[2].sent >= 2


def test_an_answer_that_was_cut_is_not_what_is_kept() -> None:
    with Sandbox(users=40, faults=("cut-json=2",)) as sandbox:
        looks = _looks(sandbox, (10, 10))
    assert [look.error for look in looks] == [None, None]
    assert looks[1].sent == 0


@pytest.mark.parametrize("fault", ["http-503-every=2", "truncate=2", "close=2"])
def test_a_failure_on_the_way_is_not_kept(fault: str) -> None:
    with Sandbox(users=40, faults=(fault,)) as sandbox:
        looks = _looks(sandbox, (10, 10))
    assert [look.error for look in looks] == [None, None]
    assert looks[1].sent == 0


def test_an_answer_that_always_fails_is_asked_for_each_time() -> None:
    with Sandbox(users=40, faults=("success-false",)) as sandbox:
        looks = _looks(sandbox, (10, 10))
        lists = [one for one in sandbox.requests if "employees" in one.path]
    assert all(look.error is not None for look in looks)
    assert len(lists) == 2


def test_who_is_listed_twice_is_named() -> None:
    with Sandbox(users=40, faults=("duplicate",)) as sandbox:
        [look] = _looks(sandbox, (100,), most=100)
    assert look.preview is not None
    found = [(one.attribute, one.value, one.count) for one in look.preview.duplicates]
    assert found == [("id", "9000", 2)]
