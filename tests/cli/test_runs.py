"""`onroll runs`: what was imported, and what came of it."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onroll.testing.sandbox import Sandbox

from .imports import masked, personio

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "90")
    monkeypatch.setattr("getpass.getuser", lambda: "ada")


@pytest.fixture
def report(onroll: Onroll) -> dict[str, Any]:
    """Import three people, then nothing; return what the first import said."""
    with Sandbox(users=3) as sandbox:
        first: dict[str, Any] = onroll(*personio(sandbox, "--yes", "--json")).json
        onroll(*personio(sandbox, "--yes"))
    return first


def test_before_the_first_import_there_are_none_and_nothing_is_made(onroll: Onroll) -> None:
    assert onroll("runs", "--json").out == "[]\n"
    outcome = onroll("runs")
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "there were no runs yet\n")
    assert list(Path().iterdir()) == []


def test_the_list_has_the_latest_first(onroll: Onroll, report: dict[str, Any]) -> None:
    outcome = onroll("runs")
    assert outcome.code == 0
    assert masked(outcome.out) == (
        "RUN  INSTANT  personio → directory  all  done (0)\n"
        "              1 skipped\n"
        "RUN  INSTANT  personio → directory  all  done (0)\n"
        "              2 created, 1 skipped\n"
    )


def test_the_list_as_json_has_counts_and_exit_codes(onroll: Onroll, report: dict[str, Any]) -> None:
    second, first = onroll("runs", "--json").json
    assert (first["run"], first["exit_code"]) == (report["run"], 0)
    assert first["plan"] == report["plan"]
    assert first["applied"] == report["applied"]
    assert first["listing"] == report["listing"]
    assert second["plan"]["unchanged"] == 2
    assert "items" not in first


def test_one_run_is_an_object_like_that_of_its_import(
    onroll: Onroll, report: dict[str, Any]
) -> None:
    shown = onroll("runs", report["run"], "--json").json
    same = ("run", "connector", "target", "mode", "dry_run", "listing", "plan", "applied")
    assert {name: shown[name] for name in same} == {name: report[name] for name in same}
    # Nothing was done to the third, who is counted and not kept.
    assert shown["items"] == [one for one in report["items"] if one["action"] == "create"]


def test_the_beginning_of_an_id_is_enough(onroll: Onroll, report: dict[str, Any]) -> None:
    assert onroll("runs", report["run"][:8], "--json").json["run"] == report["run"]


def test_one_run_shows_its_certificate_its_counts_and_its_people(
    onroll: Onroll, report: dict[str, Any]
) -> None:
    outcome = onroll("runs", report["run"])
    assert (outcome.code, outcome.err) == (0, "")
    assert masked(outcome.out) == (
        "Run RUN: personio → directory\n\n"
        "  created 2 · updated 0 · suspended 0 · reactivated 0 · linked 0 · unchanged 0 ·\n"
        "  conflicts 0 · refused 0 · skipped 1 · failed 0\n\n"
        "done, all, by ada\n"
        "started INSTANT, ended INSTANT, exit code 0\n"
        "complete: 3 people; the total count agrees\n"
        "  2 pages, 3 requests, 0 tried again, SECONDS\n\n"
        "create     ilse.oduya@sons.example.test (9000): applied\n"
        "create     wei.engel@sons.example.test (9002): applied\n"
    )


def test_the_lines_of_a_run_as_csv(onroll: Onroll, report: dict[str, Any]) -> None:
    lines = list(csv.DictReader(io.StringIO(onroll("runs", report["run"], "--csv").out, "")))
    assert [(one["id"], one["action"], one["outcome"]) for one in lines] == [
        ("9000", "create", "applied"),
        ("9002", "create", "applied"),
    ]


def test_a_run_that_is_not_there(onroll: Onroll, report: dict[str, Any]) -> None:
    outcome = onroll("runs", "nothing")
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "error[unknown-run]: there is no run `nothing`\n"
        "  = expected the id of a run, or how it begins\n\n"
        "hint: `onroll runs` lists them\n"
    )


def test_a_run_that_nothing_came_of_counts_like_its_import(
    onroll: Onroll, report: dict[str, Any]
) -> None:
    with Sandbox(users=3) as sandbox:
        printed = onroll(*personio(sandbox, "--yes", "--json", "--confirm-source")).json
    kept = onroll("runs", printed["run"], "--json").json
    assert kept["applied"] == printed["applied"]
    assert kept["plan"] == printed["plan"]
