"""`onroll link` and `onroll unlink`: what a person decides counts in the next import."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from onroll.testing.sandbox import Sandbox

from .imports import masked, personio

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]

WEI = "wei.engel@sons.example.test"


@pytest.fixture
def three(onroll: Onroll, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Three people, two of whom are in the directory."""
    monkeypatch.setattr("getpass.getuser", lambda: "ada")
    with Sandbox(users=3) as sandbox:
        onroll(*personio(sandbox, "--yes"))
        yield sandbox


def links_of(onroll: Onroll, email: str) -> list[dict[str, str]]:
    (links,) = [one["links"] for one in onroll("users", "--json").json if one["email"] == email]
    assert isinstance(links, list)
    return links


def test_a_further_connection_is_linked_and_does_not_own(onroll: Onroll, three: Sandbox) -> None:
    outcome = onroll("link", WEI, "redmine", "17")
    assert (outcome.code, outcome.out) == (0, "")
    assert masked(outcome.err) == (
        f"linked redmine 17 to {WEI} (run RUN)\n"
        "  personio was linked first, and owns state and attributes\n"
    )
    assert links_of(onroll, WEI) == [
        {"connection": "personio", "id": "9002"},
        {"connection": "redmine", "id": "17"},
    ]


def test_linking_another_person_of_the_connection_moves_the_link(
    onroll: Onroll, three: Sandbox
) -> None:
    onroll("link", WEI, "redmine", "17")
    outcome = onroll("link", WEI, "personio", "7000")
    assert outcome.code == 0
    assert masked(outcome.err) == (
        f"linked personio 7000 to {WEI} (run RUN)\n"
        "  they were linked to personio 9002, which is ended\n"
    )
    # It still owns the user: it was the first to link, whoever the person is.
    assert links_of(onroll, WEI)[0] == {"connection": "personio", "id": "7000"}


def test_what_is_linked_so_already_stays_and_is_no_run(onroll: Onroll, three: Sandbox) -> None:
    before = onroll("runs", "--json").out
    outcome = onroll("link", WEI, "personio", "9002")
    assert (outcome.code, outcome.err) == (0, f"personio 9002 was linked to {WEI} already\n")
    assert onroll("runs", "--json").out == before


def test_a_person_who_is_somebody_else_already_is_not_linked(
    onroll: Onroll, three: Sandbox
) -> None:
    outcome = onroll("link", WEI, "personio", "9000")
    assert (outcome.code, outcome.out) == (2, "")
    assert masked(outcome.err) == (
        "error[linked-already]: `personio` 9000 is linked to the user `USER`\n\n"
        "hint: if that is wrong, end it first: `onroll unlink USER personio 9000`\n"
    )
    assert links_of(onroll, WEI) == [{"connection": "personio", "id": "9002"}]


def test_what_was_unlinked_is_not_linked_again_by_an_import(onroll: Onroll, three: Sandbox) -> None:
    outcome = onroll("unlink", WEI, "personio", "9002")
    assert (outcome.code, outcome.out) == (0, "")
    assert masked(outcome.err) == f"unlinked personio 9002 from {WEI} (run RUN)\n"
    assert links_of(onroll, WEI) == []
    again = onroll(*personio(three, "--yes"))
    assert again.code == 1
    assert "Conflict: unlinked by hand before (1)" in again.out
    onroll("link", WEI, "personio", "9002")
    assert onroll(*personio(three, "--yes")).code == 0


def test_unlinking_what_is_not_linked_says_what_is(onroll: Onroll, three: Sandbox) -> None:
    outcome = onroll("unlink", WEI, "personio", "9000")
    assert (outcome.code, outcome.out) == (2, "")
    assert masked(outcome.err) == (
        "error[not-linked]: `personio` 9000 is not linked to the user `USER`\n"
        "  = expected one of their links: `personio` 9002\n\n"
        "hint: `personio` 9000 is linked to the user `USER`\n"
    )


def test_the_history_shows_who_decided_it(onroll: Onroll, three: Sandbox) -> None:
    run = onroll("link", WEI, "personio", "7000", "--json").json["run"]
    onroll("unlink", WEI, "personio", "7000")
    *_, linked, unlinked = onroll("users", "--history", WEI, "--json").json
    assert (linked["operation"], linked["actor"], linked["run"]) == ("link", "ada", run)
    assert linked["changes"] == {"link.personio": ["9002", "7000"]}
    assert unlinked["changes"] == {"link.personio": ["7000", None]}
    runs = onroll("runs", "--json").json
    assert [one["mode"] for one in runs] == ["unlink", "link", "all"]
    assert "link.personio: 9002 → 7000" in onroll("runs", run).out


def test_json_tells_of_both(onroll: Onroll, three: Sandbox) -> None:
    linked = onroll("link", WEI, "personio", "7000", "--json").json
    unlinked = onroll("unlink", WEI, "personio", "7000", "--json").json
    assert (linked["action"], linked["moved_from"], linked["owner"]) == ("link", "9002", "personio")
    assert (unlinked["action"], unlinked["email"], unlinked["owner"]) == ("unlink", WEI, None)


@pytest.mark.parametrize(
    ("user", "connection", "code"),
    [
        ("wei.angel@sons.example.test", "personio", "unknown-user"),
        (WEI, "persomio", "unknown-connector"),
    ],
)
def test_nobody_and_no_connection_are_told_with_the_nearest_name(
    onroll: Onroll, three: Sandbox, user: str, connection: str, code: str
) -> None:
    outcome = onroll("link", user, connection, "1")
    assert outcome.code == 2
    assert f"error[{code}]" in outcome.err
    assert "did you mean" in outcome.err


def test_help_teaches_with_an_example(onroll: Onroll) -> None:
    for command in ("import", "users", "runs", "link", "unlink"):
        outcome = onroll(command, "--help")
        assert outcome.code == 0
        assert f"  onroll {command}" in outcome.out.partition("Example")[2]
    assert not Path("onroll.db").exists()


def test_linking_nobody_makes_no_store(onroll: Onroll) -> None:
    assert onroll("link", WEI, "personio", "1").code == 2
    assert list(Path().iterdir()) == []
