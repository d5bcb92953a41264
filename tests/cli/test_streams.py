"""Odd streams and environments: every command ends with words, and never with a traceback."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from onroll.testing.sandbox import Sandbox

from .conftest import at

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from .conftest import Outcome


def shell(command: str, folder: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    onroll = f"{sys.executable} -m onroll"
    return subprocess.run(
        ["/bin/sh", "-c", command.replace("onroll ", onroll + " ", 1)],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_output_that_is_not_utf_8_loses_letters_and_nothing_else(tmp_path: Path) -> None:
    done = shell("onroll test personio", tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 3
    assert b"Traceback" not in done.stderr
    with Sandbox(users=3) as sandbox:
        options = " ".join(at(sandbox))
        done = shell(f"onroll test personio {options}", tmp_path, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert b"Traceback" not in done.stderr


def test_a_closed_standard_output_is_no_traceback(tmp_path: Path) -> None:
    with Sandbox(users=3) as sandbox:
        done = shell(f"onroll fetch personio {' '.join(at(sandbox))} >&-", tmp_path)
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0


def test_a_full_disk_is_exit_4_with_a_report(tmp_path: Path) -> None:
    with Sandbox(users=300) as sandbox:
        options = " ".join(at(sandbox))
        done = shell(f"onroll fetch personio {options} --report r.json > /dev/full", tmp_path)
    assert done.returncode == 4
    assert b"Traceback" not in done.stderr
    assert json.loads((tmp_path / "r.json").read_text())["complete"] is False


def test_a_report_that_cannot_be_written_is_exit_2_before_anything_is_asked(
    onroll: Callable[..., Outcome], sandbox: Sandbox
) -> None:
    sandbox.requests.clear()
    outcome = onroll("fetch", "personio", *at(sandbox), "--report", "/nowhere/report.json")
    assert outcome.code == 2
    assert "cannot be written" in outcome.err
    assert len(sandbox.requests) == 0


def test_a_signal_to_end_still_writes_the_report(tmp_path: Path) -> None:
    with Sandbox(users=450, faults=("slow=0.2",)) as sandbox:
        process = subprocess.Popen(
            [
                sys.executable,
                "-m",
                "onroll",
                "fetch",
                "personio",
                *at(sandbox),
                "--report",
                "r.json",
            ],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads((tmp_path / "r.json").read_text())["complete"] is False


@pytest.mark.parametrize(
    "proxy", ["socks5://127.0.0.1:1", "foo://bar", "http://[::1", "http://h:99999"]
)
def test_a_proxy_that_cannot_be_used_is_said_without_its_password(
    onroll: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch, proxy: str
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    outcome = onroll("test", "personio", "--set", "client_id=a", "--set", "client_secret=bbbb")
    assert outcome.code == 3
    assert "HTTPS_PROXY" in outcome.err


def test_certificates_that_cannot_be_read_are_exit_3(
    onroll: Callable[..., Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    outcome = onroll("test", "personio", "--set", "client_id=a", "--set", "client_secret=bbbb")
    assert outcome.code == 3
    assert "SSL_CERT_FILE" in outcome.err


def test_a_host_that_no_name_server_can_know_fails_reach(onroll: Callable[..., Outcome]) -> None:
    outcome = onroll(
        "test", "personio", "--base-url", "http://a..b", "--set", "client_id=a",
        "--set", "client_secret=bbbb", "--json",
    )  # fmt: skip
    assert outcome.code == 4
    checks = {check["name"]: check for check in outcome.json["checks"]}
    assert not checks["reach"]["ok"]
