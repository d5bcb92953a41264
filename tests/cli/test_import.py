"""`onroll import`: what it prints, what it leaves, and how it ends."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.ports import free_port

from onroll.testing.sandbox import Sandbox

from .imports import CONNECTIONS, masked, personio

if TYPE_CHECKING:
    from collections.abc import Callable

    from .conftest import Outcome

    Onroll = Callable[..., Outcome]

PLAN = """\
Plan: personio → directory (all{dry})

  create 2 · update 0 · suspend 0 · reactivate 0 · link 0 · unchanged 0 ·
  skipped 1 · conflict 0 · refused 0

  create                                                       2
  skipped: not active, and nobody inactive is created          1

Create (2)
  ilse.oduya@sons.example.test (9000) Ilse Oduya
      username ilse.oduya@sons.example.test; department People; job_title People
      Partner
  wei.engel@sons.example.test (9002) Wei Engel
      username wei.engel@sons.example.test; department Research & Development;
      job_title Test Engineer; manager_email ilse.oduya@sons.example.test
"""
LISTED = """\
complete: 3 people; the total count agrees
  2 pages, 3 requests, 0 tried again, SECONDS
"""


@pytest.fixture(autouse=True)
def _narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Print for a terminal of the usual width, however the tests are run."""
    monkeypatch.setenv("COLUMNS", "80")


def test_an_import_shows_its_plan_and_its_results(onroll: Onroll) -> None:
    with Sandbox(users=3) as sandbox:
        outcome = onroll(*personio(sandbox, "--yes"))
    assert outcome.code == 0
    assert masked(outcome.out) == PLAN.format(dry="") + (
        "\nRun RUN: personio → directory\n\n"
        "  created 2 · updated 0 · suspended 0 · reactivated 0 · linked 0 · unchanged 0 ·\n"
        "  conflicts 0 · refused 0 · skipped 1 · failed 0\n"
    )
    assert masked(outcome.err) == LISTED + "\n`onroll runs RUN` shows this again\n"


def test_a_dry_run_shows_the_same_plan_and_leaves_nothing(onroll: Onroll) -> None:
    with Sandbox(users=3) as sandbox:
        outcome = onroll(*personio(sandbox, "--dry-run"))
    assert outcome.code == 0
    assert masked(outcome.out) == PLAN.format(dry=", dry run")
    assert masked(outcome.err) == LISTED + "\nthis was a dry run: nothing was written\n"
    assert list(Path().iterdir()) == []


def test_a_second_import_does_nothing_and_says_so(onroll: Onroll) -> None:
    with Sandbox(users=3) as sandbox:
        onroll(*personio(sandbox, "--yes"))
        before = onroll("users", "--json").out
        outcome = onroll(*personio(sandbox, "--yes"))
    assert outcome.code == 0
    assert "There is nothing to write." in outcome.out
    assert "Create" not in outcome.out
    assert onroll("users", "--json").out == before


def test_the_output_fits_80_columns_and_has_no_color(onroll: Onroll, sandbox: Sandbox) -> None:
    outcome = onroll(*personio(sandbox, "--yes"))
    runs = onroll("runs", onroll("runs", "--json").json[0]["run"])
    shown = [outcome.out, onroll("users").out, onroll("runs").out, runs.out]
    assert max(len(line) for text in shown for line in text.splitlines()) <= 80
    assert "\x1b" not in "".join(shown)


def test_a_large_plan_is_cut_and_counted(onroll: Onroll, sandbox: Sandbox) -> None:
    outcome = onroll(*personio(sandbox, "--dry-run"))
    created = int(outcome.out.partition("create ")[2].split()[0])
    assert (
        f"\n  and {created - 20:,} more (`--plan-out FILE` has all who are written)\n"
        in outcome.out
    )


def test_json_is_one_object_whose_sums_agree(onroll: Onroll, sandbox: Sandbox) -> None:
    outcome = onroll(*personio(sandbox, "--yes", "--json"))
    assert outcome.code == 0
    report = outcome.json
    assert sum(report["plan"].values()) == report["listing"]["distinct"] == len(report["items"])
    assert report["applied"]["created"] == report["plan"]["create"]
    for action, count in report["plan"].items():
        assert sum(item["action"] == action for item in report["items"]) == count
    applied = [item for item in report["items"] if item["outcome"] == "applied"]
    assert len(applied) == report["applied"]["created"]
    assert (report["dry_run"], report["error"], report["exit_code"]) == (False, None, 0)
    assert {"run", "connector", "target", "mode", "started_at", "finished_at"} <= set(report)


def test_results_are_written_as_csv_and_as_json_that_nobody_else_reads(onroll: Onroll) -> None:
    with Sandbox(users=3) as sandbox:
        printed = onroll(*personio(sandbox, "--yes", "--json", "--results", "r.json"))
        onroll(*personio(sandbox, "--yes", "--results", "r.csv"))
    assert json.loads(Path("r.json").read_text()) == printed.json
    lines = Path("r.csv").read_bytes().decode().split("\r\n")
    assert lines[:2] == [
        "id,email,action,outcome,reason,message,changes",
        "9000,ilse.oduya@sons.example.test,unchanged,skipped,,,",
    ]
    assert [Path(name).stat().st_mode & 0o777 for name in ("r.json", "r.csv")] == [0o600, 0o600]


def test_without_a_terminal_somebody_must_have_agreed(onroll: Onroll, sandbox: Sandbox) -> None:
    sandbox.requests.clear()
    outcome = onroll(*personio(sandbox))
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err == (
        "error[nobody-to-ask]: without a terminal nobody can be asked whether to apply the plan\n"
        "  = expected `--yes` or `--dry-run`\n\n"
        "hint: look at the plan with `--dry-run` first\n"
    )
    assert len(sandbox.requests) == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (("--results", "r.txt"), "wrong-option"),
        (("--results", "nowhere/r.csv"), "file-not-writable"),
        (("--plan-out", "nowhere/plan.json"), "file-not-writable"),
        (("--reveal-passwords", "there.csv"), "file-exists"),
        (("--select", "9000", "--plan", "plan.json"), "wrong-option"),
        (("--send-summary",), "no-summary"),
        (("--target", "nowhere"), "unknown-target"),
        (("--store", "mysql://x/y"), "wrong-store"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_asked(
    onroll: Onroll, sandbox: Sandbox, options: tuple[str, ...], code: str
) -> None:
    Path("there.csv").touch()
    sandbox.requests.clear()
    outcome = onroll(*personio(sandbox, "--yes", "--json", *options))
    assert outcome.code == 2
    assert f"error[{code}]" in outcome.err
    assert outcome.json["error"]["code"] == code
    assert outcome.json["items"] == []
    assert len(sandbox.requests) == 0
    assert {file.name for file in Path().iterdir()} <= {
        "there.csv", "onroll.db", "onroll.db.3f8b2aa6ff02.lock",
    }  # fmt: skip


def test_an_incomplete_listing_is_exit_4_and_writes_nothing(onroll: Onroll) -> None:
    with Sandbox(users=30, faults=("lost",)) as sandbox:
        outcome = onroll(*personio(sandbox, "--yes", "--json", "--results", "r.csv"))
    assert outcome.code == 4
    assert "error[incomplete-listing]" in outcome.err
    assert outcome.json["error"]["code"] == "incomplete-listing"
    assert (outcome.json["status"], outcome.json["listing"]["complete"]) == ("incomplete", False)
    assert onroll("users", "--json").json == []


def test_an_incomplete_listing_is_exit_4_in_a_dry_run_too(onroll: Onroll) -> None:
    with Sandbox(users=30, faults=("lost",)) as sandbox:
        outcome = onroll(*personio(sandbox, "--dry-run"))
    assert (outcome.code, outcome.out) == (4, "")
    assert "INCOMPLETE: 29 people read" in outcome.err
    assert list(Path().iterdir()) == []


def test_an_incomplete_listing_may_be_allowed(onroll: Onroll) -> None:
    with Sandbox(users=30, faults=("lost",)) as sandbox:
        outcome = onroll(*personio(sandbox, "--yes", "--json", "--allow-incomplete"))
    assert outcome.code == 0
    assert outcome.json["listing"]["complete"] is False
    assert outcome.json["applied"]["created"] == len(onroll("users", "--json").json) > 0


def test_a_source_that_fails_is_exit_4_with_an_error_in_the_json(onroll: Onroll) -> None:
    with Sandbox(users=3, port=free_port()) as sandbox:
        options = personio(sandbox, "--yes", "--json")
    outcome = onroll(*options)
    assert outcome.code == 4
    assert outcome.json["status"] == "failed"
    assert outcome.json["error"]["code"] in outcome.err
    assert onroll("runs", "--json").json[0]["status"] == "failed"


def test_a_source_that_lists_nobody_is_blocked_with_exit_6(onroll: Onroll) -> None:
    port = free_port()
    with Sandbox(users=9, port=port) as sandbox:
        onroll(*personio(sandbox, "--yes"))
    before = onroll("users", "--json").out
    with Sandbox(users=9, port=port, faults=("empty",)) as sandbox:
        outcome = onroll(*personio(sandbox, "--yes", "--json", "--results", "r.json"))
        dry = onroll(*personio(sandbox, "--dry-run", "--plan-out", "plan.json"))
    assert (outcome.code, dry.code) == (6, 6)
    assert "error[nobody-listed]" in outcome.err
    assert outcome.json["error"]["code"] == "nobody-listed"
    assert json.loads(Path("r.json").read_text())["status"] == "blocked"
    assert onroll("users", "--json").out == before
    # It could be applied later, when nobody looks at the source again.
    assert "the plan is not kept in plan.json" in dry.err
    assert not Path("plan.json").exists()


def everybody_leaves(onroll: Onroll, sandbox: Sandbox, *options: str) -> Outcome:
    """Import people, then again with a mapping by which all are inactive."""
    where = ("--base-url", f"{sandbox.url}/v1")
    Path("onroll.yaml").write_text(CONNECTIONS.format(rules="", more=""))
    onroll("import", "berlin", *where, "--yes")
    rules = "    attributes: {status: {value: inactive}}"
    Path("onroll.yaml").write_text(CONNECTIONS.format(rules=rules, more=""))
    return onroll("import", "berlin", *where, *options)


def test_too_many_suspensions_are_blocked_and_named(onroll: Onroll) -> None:
    with Sandbox(users=10) as sandbox:
        outcome = everybody_leaves(onroll, sandbox, "--yes")
        assert outcome.code == 6
        users = onroll("users", "--json").json
        assert f"`--allow-suspensions {len(users)}`" in outcome.err
        assert f"Suspend: an effect of an edited mapping ({len(users)})" in outcome.out
        assert {user["state"] for user in users} == {"active"}
        allowed = onroll(
            "import", "berlin", "--base-url", f"{sandbox.url}/v1", "--yes",
            "--allow-suspensions", str(len(users)),
        )  # fmt: skip
    assert allowed.code == 0
    assert f"suspended {len(users)}" in allowed.out
    assert "state: active → suspended" in allowed.out
    assert {user["state"] for user in onroll("users", "--json").json} == {"suspended"}


def test_another_source_is_blocked_before_it_is_asked(onroll: Onroll, sandbox: Sandbox) -> None:
    with Sandbox(users=3) as first:
        onroll(*personio(first, "--yes"))
    sandbox.requests.clear()
    outcome = onroll(*personio(sandbox, "--yes"))
    assert outcome.code == 6
    assert "error[source-changed]" in outcome.err
    assert len(sandbox.requests) == 0
    assert onroll(*personio(sandbox, "--dry-run", "--confirm-source")).code != 6


def test_only_those_who_are_selected_are_imported(onroll: Onroll) -> None:
    with Sandbox(users=9) as sandbox:
        chosen = ("--select", "9000", "--select", "WEI.engel@sons.example.test")
        outcome = onroll(*personio(sandbox, "--yes", "--json", *chosen))
        nobody = onroll(*personio(sandbox, "--yes", "--select", "nobody@example.test"))
    assert outcome.json["applied"]["created"] == 2
    assert {user["email"] for user in onroll("users", "--json").json} == {
        "ilse.oduya@sons.example.test",
        "wei.engel@sons.example.test",
    }
    assert nobody.code == 2
    assert "error[nobody-selected]" in nobody.err


def test_the_mode_updates_creates_nobody(onroll: Onroll) -> None:
    with Sandbox(users=3) as sandbox:
        outcome = onroll(*personio(sandbox, "--yes", "--mode", "updates"))
    assert outcome.code == 0
    assert "skipped: outside of `--mode`" in outcome.out
    assert onroll("users", "--json").json == []


def test_an_edited_mapping_shows_its_effect_as_a_group_of_its_own(onroll: Onroll) -> None:
    with Sandbox(users=3) as sandbox:
        where = ("--base-url", f"{sandbox.url}/v1")
        Path("onroll.yaml").write_text(CONNECTIONS.format(rules="", more=""))
        onroll("import", "berlin", *where, "--yes")
        mapping = "    attributes: {job_title: {value: Employee}}"
        Path("onroll.yaml").write_text(CONNECTIONS.format(rules=mapping, more=""))
        outcome = onroll("import", "berlin", *where, "--yes")
    assert "Update: an effect of an edited mapping (2)" in outcome.out
    assert "      job_title: People Partner → Employee\n" in outcome.out


def test_passwords_are_revealed_in_a_file_and_nowhere_else(onroll: Onroll) -> None:
    with Sandbox(users=3) as sandbox:
        outcome = onroll(*personio(sandbox, "--yes", "--json", "--reveal-passwords", "new.csv"))
    head, *lines = Path("new.csv").read_text().splitlines()
    passwords = [line.split(",", 3)[3].strip('"') for line in lines]
    assert head == "id,email,username,password"
    assert Path("new.csv").stat().st_mode & 0o777 == 0o600
    assert len(passwords) == 2
    everything = outcome.out + outcome.err + Path("onroll.db").read_bytes().decode("latin-1")
    assert not any(password in everything for password in passwords)


def test_the_store_is_the_one_named_and_else_the_environment_s_and_the_file_s(
    onroll: Onroll, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("onroll.yaml").write_text(CONNECTIONS.format(rules="", more="store: filed.db"))
    with Sandbox(users=3) as sandbox:
        run = ("import", "berlin", "--base-url", f"{sandbox.url}/v1", "--yes")
        onroll(*run)
        monkeypatch.setenv("ONROLL_STORE", "environment.db")
        onroll(*run)
        onroll(*run, "--store", "given.db")
    assert {file.name for file in Path().glob("*.db")} == {"filed.db", "environment.db", "given.db"}


def test_a_source_s_text_cannot_steer_the_terminal(onroll: Onroll) -> None:
    mapping = '    attributes: {department: {value: "[bold]red\\e[31m\\nnext"}}'
    Path("onroll.yaml").write_text(CONNECTIONS.format(rules=mapping, more=""))
    with Sandbox(users=3) as sandbox:
        where = ("--base-url", f"{sandbox.url}/v1")
        outcome = onroll("import", "berlin", *where, "--yes")
    users = onroll("users")
    assert "department [bold]red\ufffd[31m next" in outcome.out
    assert "\x1b" not in outcome.out + users.out


def break_creating(onroll: Onroll, sandbox: Sandbox) -> None:
    """Make a store whose directory cannot create Wei."""
    onroll(*personio(sandbox, "--yes", "--mode", "updates"))
    with closing(sqlite3.connect("onroll.db")) as db:
        db.execute(
            "CREATE TRIGGER broken BEFORE INSERT ON directory_users "
            "WHEN NEW.username_key LIKE 'wei%' BEGIN SELECT RAISE(ABORT, 'no'); END"
        )
        db.commit()


def test_a_person_whom_the_target_refuses_is_exit_1_and_stops_nobody(onroll: Onroll) -> None:
    with Sandbox(users=6) as sandbox:
        break_creating(onroll, sandbox)
        outcome = onroll(*personio(sandbox, "--yes"))
        again = onroll(*personio(sandbox, "--yes", "--json"))
    assert outcome.code == 1
    assert "failed 1\n" in outcome.out
    assert "Failed: the target said no (1)\n  wei.engel@sons.example.test (9002)" in outcome.out
    assert len(onroll("users", "--json").json) > 2
    assert again.json["applied"]["failed"] == 1


def test_a_run_that_is_under_way_blocks_the_next(onroll: Onroll, tmp_path: Path) -> None:
    # So slow that the second comes in time on a busy machine: the first takes six seconds.
    with Sandbox(users=450, faults=("slow=2",)) as sandbox:
        options = personio(sandbox, "--yes", "--json")
        process = subprocess.Popen(
            [sys.executable, "-m", "onroll", *options],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        while not sandbox.requests:
            time.sleep(0.02)
        outcome = onroll(*options)
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert outcome.code == 6
    assert outcome.json["error"]["code"] == "already-running"


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_with_130_and_the_store_knows(
    onroll: Onroll, tmp_path: Path, kind: signal.Signals
) -> None:
    with Sandbox(users=450, faults=("slow=0.3",)) as sandbox:
        process = subprocess.Popen(
            [sys.executable, "-m", "onroll", *personio(sandbox, "--yes", "--json")],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        while not sandbox.requests:
            time.sleep(0.02)
        process.send_signal(kind)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert json.loads(out)["error"]["code"] == "interrupted"
    assert b"Traceback" not in err
    (run,) = onroll("runs", "--json").json
    assert (run["status"], run["exit_code"]) == ("interrupted", 130)
    assert run["run"].encode() in err


def test_a_reader_that_has_enough_does_not_stop_the_import(onroll: Onroll, tmp_path: Path) -> None:
    with Sandbox(users=450) as sandbox:
        process = subprocess.Popen(
            [sys.executable, "-m", "onroll", *personio(sandbox, "--yes")],
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        err = process.stderr.read()
        process.stderr.close()
        assert process.wait(timeout=60) == 0
    assert b"Traceback" not in err
    assert len(onroll("users", "--json").json) > 300
