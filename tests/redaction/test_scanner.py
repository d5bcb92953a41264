"""The search for secrets finds them: in each form, in files, and in a whole run of pytest."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from tests.redaction.exceptions import EXEMPT, Exemption
from tests.redaction.scanner import Scanner

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = 's3cr3t/of "Zoë"'


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "written",
    [
        f"key={SECRET}!",
        f"https://api.example.test/?key={quote(SECRET, safe='')}",
        json.dumps({"key": SECRET}),
        _encoded(SECRET),
        _encoded(f"a:{SECRET}"),
        _encoded(f"ab:{SECRET}"),
        _encoded(f"abc:{SECRET}, and more"),
    ],
)
def test_a_secret_is_found_in_each_form(written: str) -> None:
    scanner = Scanner([SECRET])
    assert scanner.is_in(written.encode())
    assert scanner.is_in_text(written)


def test_a_secret_that_a_terminal_broke_in_two_is_found() -> None:
    assert Scanner(["a-long-secret"]).is_in_text("the key a-long-\n   secret was sent")


def test_other_text_is_not_found() -> None:
    said = 'authorization: [hidden], key=[hidden], "token": "[hidden]", dG9rZW4gb2Ygb3RoZXJz'
    assert not Scanner([SECRET]).is_in_text(said)
    assert not Scanner().is_in_text(said)


def test_files_are_searched_by_name_and_content_at_any_depth(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (inner / "report.json").write_text("{'told': 'zebra-key'}", encoding="utf-8")
    (inner / "zebra-key.txt").write_text("", encoding="utf-8")
    (inner / "users.ndjson").write_text("{}", encoding="utf-8")
    found = Scanner(["zebra-key"]).leaks_below(tmp_path)
    assert [file.name for file in found] == ["report.json", "zebra-key.txt"]


def test_a_file_that_may_hold_secrets_is_passed_over(tmp_path: Path) -> None:
    for name in ("mine.conf", "other.txt"):
        (tmp_path / name).write_text("zebra-key", encoding="utf-8")
    exempt = [Exemption("*.conf", "the test's own")]
    found = Scanner(["zebra-key"]).leaks_below(tmp_path, exempt)
    assert [file.name for file in found] == ["other.txt"]


def test_every_exemption_has_a_reason_and_none_takes_all() -> None:
    assert all(len(one.reason) > 20 for one in EXEMPT)
    assert not [one.pattern for one in EXEMPT if not one.pattern.strip("*.")]


def test_what_a_command_prints_is_searched(refuse_secrets: Callable[[str], None]) -> None:
    refuse_secrets("all is well")
    with pytest.raises(pytest.fail.Exception, match="a secret was printed"):
        refuse_secrets("password: s3cr3t" + "-value")


_LEAKING = """
import logging


def test_report(tmp_path):
    (tmp_path / "report.json").write_text('"s3cr3t-value"')


def test_print():
    print("token: s3cr3t-value")


def test_log():
    logging.getLogger("any").warning("token: s3cr3t-value")


def test_nothing(tmp_path):
    (tmp_path / "onroll.yaml").write_text("token: s3cr3t-value")
"""


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["alone", "workers"])
def test_a_run_in_which_a_secret_leaks_fails_and_names_test_and_file(
    workers: tuple[str, ...], tmp_path: Path
) -> None:
    root = Path(__file__).parents[2]
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n", encoding="utf-8")
    (tmp_path / "test_leaking.py").write_text(_LEAKING, encoding="utf-8")
    call = [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", str(tmp_path), *workers]
    base = ["--basetemp", str(tmp_path / "files"), "-p", "no:randomly", "-p", "no:cacheprovider"]
    done = subprocess.run(
        [*call, *base, str(tmp_path / "test_leaking.py")],
        cwd=root,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stdout
    told = done.stdout.partition("secrets that leaked")[2]
    assert "4 passed" in done.stdout
    assert sorted(line for line in told.splitlines() if line.startswith("test_leaking")) == [
        "test_leaking.py::test_log: captured log call",
        "test_leaking.py::test_print: captured stdout call",
        "test_leaking.py::test_report: test_report0/report.json",
    ]
    assert "s3cr3t" not in done.stdout + done.stderr
    # Of this run, too, these files are searched.
    for file in [tmp_path / "test_leaking.py", *tmp_path.glob("files/**/report.json")]:
        file.unlink()
