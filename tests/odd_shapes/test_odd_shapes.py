"""Each shape that the README lists, read from a real socket as a program would read it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

import onroll
from onroll.definition.source import read_yaml
from onroll.service.written import report_json, user_json

from .server import AnswerServer
from .shape import FILES, FOLDER, Case, cases

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CASES = [(file, at, str(case)) for file in FILES for at, case in enumerate(cases(file))]
_QUIET = {"reasons": [], "warnings": [], "refused": 0, "excluded": 0, "duplicates": 0}


@pytest.fixture
def server() -> Iterator[AnswerServer]:
    with AnswerServer() as running:
        yield running


def _read(case: Case, folder: Path, concurrency: int) -> tuple[list[Any], Any, str | None]:
    """Return users, certificate and the error's code."""
    file = folder / "connector.yaml"
    file.write_text(json.dumps(case.definition), encoding="utf-8")  # JSON is YAML
    options = onroll.Options(allow_private_network=True, concurrency=concurrency)
    users = onroll.load(file).users(case.settings, options=options)
    found: list[Any] = []
    error = None
    try:
        found.extend(user_json(user) for user in users)
    except onroll.SourceError as failure:
        error = failure.diagnostic.code
        _assert_silent(case, str(failure))
    _assert_silent(case, json.dumps(report_json(users.report)))
    return found, json.loads(json.dumps(report_json(users.report))), error


def _assert_silent(case: Case, said: str) -> None:
    assert not [name for name, value in case.settings.items() if value in said]


def _expected(case: Case) -> dict[str, Any]:
    """Return the certificate that is to come: what a file leaves out speaks for itself."""
    whole = {"complete": True} if "proof" in case.report else {"complete": False, "proof": None}
    return {**_QUIET, **whole, **case.report}


@pytest.mark.parametrize("concurrency", [1, 8])
@pytest.mark.parametrize(
    ("file", "at"), [one[:2] for one in _CASES], ids=[one[2] for one in _CASES]
)
def test_the_shape_is_read_as_its_file_says(
    server: AnswerServer, tmp_path: Path, file: Path, at: int, concurrency: int
) -> None:
    case = list(cases(file, server.url))[at]
    server.expect(case.exchanges, is_far=concurrency > 1)
    users, report, error = _read(case, tmp_path, concurrency)

    assert users == case.users
    assert error == case.error
    expected = _expected(case)
    assert {name: report[name] for name in expected} == expected
    codes = [reason["code"] for one in report["refusals"] for reason in one["reasons"]]
    assert codes == list(case.refused)
    if concurrency == 1:
        assert server.unexpected == []
        assert server.unasked == []


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.stem)
def test_every_shape_is_read_whole_in_one_case_at_least(file: Path) -> None:
    assert any("proof" in case.report and case.users for case in cases(file))


@pytest.mark.parametrize("file", FILES, ids=lambda one: one.stem)
def test_every_shape_has_a_case_that_must_not_pass_for_a_whole_reading(file: Path) -> None:
    assert any(
        "proof" not in case.report or case.report.get("refused") or case.report.get("warnings")
        for case in cases(file)
    )


def test_the_readme_lists_every_file_by_its_title() -> None:
    listed = re.findall(
        r"^\| (\d+) \| \[(.+)\]\((\d\d-[a-z0-9-]+\.yaml)\) \|",
        (FOLDER / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    written = [
        (str(int(file.stem[:2])), read_yaml(file.read_text("utf-8"), "").data["title"], file.name)
        for file in FILES
    ]
    assert listed == written
    assert [int(number) for number, _, _ in listed] == list(range(1, 21))
