"""`onroll preview --watch`, on a terminal of 80 by 24 and in a pipe, while somebody saves files."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onroll.testing.sandbox import Sandbox

from .conftest import at
from .test_preview import definition

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

_SECONDS = 60
_CLEAR = re.compile(r"\x1b\[2J\x1b\[H|\x1b\[H\x1b\[2J")
_STYLE = re.compile(r"\x1b\[[0-9;]*m")


def _command(sandbox: Sandbox, *arguments: str) -> list[str]:
    watched = ("preview", "./people.yaml", *at(sandbox), "--limit", "20", "--watch", *arguments)
    return [sys.executable, "-m", "onroll", *watched]


class Terminal:
    """A terminal of 80 by 24 with a command on it. `screen` is what stands there now."""

    def __init__(self, command: list[str]) -> None:
        self._here, there = pty.openpty()
        self._process = subprocess.Popen(
            command,
            stdin=there,
            stdout=there,
            stderr=there,
            env={**os.environ, "LINES": "24", "COLUMNS": "80", "TERM": "xterm"},
            start_new_session=True,
        )
        os.close(there)
        self._shown = b""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._here)

    @property
    def screen(self) -> str:
        text = _STYLE.sub("", self._shown.decode("utf-8", "replace").replace("\r\n", "\n"))
        return _CLEAR.split(text)[-1]

    def wait_for(self, *words: str) -> str:
        """Read until all the words stand on one screen, and return it."""
        deadline = time.monotonic() + _SECONDS
        # The last line is there when all of a screen is.
        while not all(word in self.screen for word in (*words, "q quit")):
            assert time.monotonic() < deadline, f"{words} never came:\n{self.screen}"
            self._read()
        return self.screen

    def _read(self) -> None:
        if select.select([self._here], [], [], 0.2)[0]:
            try:
                self._shown += os.read(self._here, 65536)
            except OSError:  # the command has ended
                time.sleep(0.05)

    def type(self, text: str) -> None:
        os.write(self._here, text.encode())

    def send(self, number: signal.Signals) -> None:
        self._process.send_signal(number)

    def wait(self) -> int:
        deadline = time.monotonic() + _SECONDS
        while self._process.poll() is None and time.monotonic() < deadline:
            self._read()
        return self._process.wait(1)


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sandbox]:
    """Serve 40 people, and stand in a folder with a definition of them."""
    monkeypatch.chdir(tmp_path)
    definition()
    with Sandbox(users=40) as sandbox:
        yield sandbox


def save(*changes: tuple[str, str]) -> None:
    """Save the definition with changes to what it was at first."""
    before = Path("people.yaml").stat().st_mtime_ns
    definition(*changes)
    assert Path("people.yaml").stat().st_mtime_ns != before


_TITLE = "attributes.position.value"
_UPPER = (f"job_title: {_TITLE}", f"job_title: {{path: {_TITLE}, transform: [upper]}}")
_SMALLER = ("limit: 100", "limit: 15")


def test_a_saved_mapping_is_shown_at_once_and_asks_for_nothing(served: Sandbox) -> None:
    with Terminal(_command(served)) as terminal:
        terminal.wait_for("20 of 40 people · 2 requests, 0 from memory")
        asked = len(served.requests)
        save(_UPPER)
        screen = terminal.wait_for("0 requests, 2 from memory")
    assert "Since the last save: job_title: other for 20" in screen
    assert len(served.requests) == asked


def test_a_saved_limit_asks_for_the_new_pages(served: Sandbox) -> None:
    with Terminal(_command(served)) as terminal:
        terminal.wait_for("2 requests, 0 from memory")
        asked = len(served.requests)
        save(_SMALLER)
        terminal.wait_for("Since the last save: nothing changed")
    lists = [one for one in list(served.requests)[asked:] if "employees" in one.path]
    assert len(lists) == 2
    assert all("limit=15" in one.query for one in lists)


def test_fields_that_a_detail_brings_are_named(served: Sandbox) -> None:
    detail = "/company/employees/${record.attributes.id.value}"
    place = "resource_location: data.attributes.email"
    with Terminal(_command(served, "--limit", "2")) as terminal:
        terminal.wait_for("2 of 40 people")
        save(
            (
                "list_users:\n",
                f"list_users:\n  details: {{more: {{endpoint: '{detail}', {place}}}}}\n",
            )
        )
        screen = terminal.wait_for("Since the last save")
    assert "Since the last save: 4 new fields: more.label, more.value, more.type," in screen


def test_a_broken_file_is_explained_above_the_last_good_result(served: Sandbox) -> None:
    with Terminal(_command(served)) as terminal:
        terminal.wait_for("20 of 40 people")
        save(("pagination:", "pagintion:"))
        screen = terminal.wait_for("Below is the last good result")
        assert "error[unknown-key]: `pagintion` is not a key of `list_users`" in screen
        assert "│ id " in screen
        save()
        screen = terminal.wait_for("Since the last save: nothing changed")
    assert "error[" not in screen


def test_a_file_that_was_broken_from_the_start_is_awaited(served: Sandbox) -> None:
    Path("people.yaml").write_text("format: [")
    with Terminal(_command(served)) as terminal:
        terminal.wait_for("error[yaml-syntax]")
        save()
        terminal.wait_for("20 of 40 people")


@pytest.mark.parametrize(
    "changes",
    [(), (("onboarding: onboarding, ", ""),), (("pagination:", "pagintion:"), ("id:", "idd:"))],
)
def test_the_screen_holds_it(served: Sandbox, changes: tuple[tuple[str, str], ...]) -> None:
    with Terminal(_command(served)) as terminal:
        terminal.wait_for("20 of 40 people")
        if changes:
            save(*changes)
            terminal.wait_for("Since the last save" if len(changes) == 1 else "last good result")
        lines = terminal.screen.splitlines()
    # One line is left for what is typed.
    assert len(lines) <= 23
    assert max(len(line) for line in lines) <= 80


def test_another_record_is_a_key_away(served: Sandbox) -> None:
    with Terminal(_command(served, "--record", "20")) as terminal:
        terminal.wait_for("Record 20 of 20, id 9019")
        terminal.type("n\n")
        terminal.wait_for("Record 1 of 20, id 9000")
        terminal.type("p\n")
        terminal.wait_for("Record 20 of 20")
        terminal.type("7\n")
        terminal.wait_for("Record 7 of 20, id 9006")


def test_a_record_or_a_word_that_is_not_there_is_said_so(served: Sandbox) -> None:
    with Terminal(_command(served)) as terminal:
        terminal.wait_for("20 of 40 people")
        terminal.type("999\n")
        terminal.wait_for("there is no record 999: 20 were read, 1 to 20")
        terminal.type("foo\n")
        terminal.wait_for("`foo` is none of these:")
        terminal.type("7\n")
        screen = terminal.wait_for("Record 7 of 20")
    assert "none of these" not in screen
    assert "no record" not in screen


def test_what_a_screen_does_not_hold_is_counted(served: Sandbox) -> None:
    with Terminal(_command(served)) as terminal:
        terminal.wait_for("20 of 40 people")
        terminal.type("a\n")
        lines = terminal.wait_for("lines stand above").splitlines()
    hidden = int(next(one for one in lines if "lines stand above" in one).split()[0])
    # A terminal of 24 lines has its last one for what is typed.
    assert len(lines) - hidden == 23


def test_a_mistake_is_broken_between_words_and_once(served: Sandbox) -> None:
    with Terminal(_command(served)) as terminal:
        terminal.wait_for("20 of 40 people")
        save(("pagination:", "pagintion:"))
        screen = terminal.wait_for("Below is the last good result")
    lines = screen.splitlines()
    start = next(at for at, one in enumerate(lines) if "= expected one of" in one)
    names = [one for one in lines[start : start + 3] if "`" in one]
    indent = " " * (names[0].index("expected") + len("expected "))
    assert len(names) > 1
    assert all(one.startswith(indent + "`") for one in names[1:])


def test_all_of_it_is_a_key_away(served: Sandbox) -> None:
    with Terminal(_command(served)) as terminal:
        terminal.wait_for("more fields (a)")
        terminal.type("a\n")
        screen = terminal.wait_for("times `type`, `label`")
        assert "more fields (a)" not in screen
        assert "attributes.dynamic_33400" in screen


def test_r_asks_anew(served: Sandbox) -> None:
    with Terminal(_command(served)) as terminal:
        terminal.wait_for("2 requests, 0 from memory")
        asked = len(served.requests)
        terminal.type("r\n")
        terminal.wait_for("2 requests, 0 from memory", "nothing changed")
    assert len(served.requests) == asked + 2


@pytest.mark.parametrize(
    "leave",
    [
        lambda terminal: terminal.type("q\n"),
        lambda terminal: terminal.type("\x04"),
        lambda terminal: terminal.send(signal.SIGINT),
    ],
    ids=["q", "ctrl-d", "ctrl-c"],
)
def test_to_leave_is_no_failure(served: Sandbox, leave: Callable[[Terminal], None]) -> None:
    with Terminal(_command(served)) as terminal:
        terminal.wait_for("20 of 40 people")
        leave(terminal)
        assert terminal.wait() == 0
        assert "Traceback" not in terminal.screen


# ---- in a pipe -----------------------------------------------------------------------------------


class Pipe:
    """A command that writes into pipes."""

    def __init__(self, command: list[str]) -> None:
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().decode()

    def until(self, word: str) -> str:
        """Read up to the line that has a word in it."""
        said = self.line()
        while word not in said.splitlines()[-1]:
            more = self.line()
            assert more, f"{word} never came:\n{said}"
            said += more
        return said

    def stop(self) -> tuple[int, str]:
        """Press Ctrl-C, and return the exit code and the words."""
        self._process.send_signal(signal.SIGINT)
        _, said = self._process.communicate(timeout=_SECONDS)
        return self._process.returncode, said.decode()


def test_in_a_pipe_each_run_follows_the_one_before(served: Sandbox) -> None:
    with Pipe(_command(served)) as pipe:
        first = pipe.until("Not used")
        save(_UPPER)
        second = pipe.until("Not used")
        code, words = pipe.stop()
    assert "2 requests, 0 from memory" in first
    assert "Since the last save: job_title: other for 20" in second
    assert "\x1b" not in first + second
    assert (code, words) == (0, "")


@pytest.mark.parametrize("form", [(), ("--json",)], ids=["words", "json"])
def test_it_ends_with_its_reader(served: Sandbox, form: tuple[str, ...]) -> None:
    process = subprocess.Popen(
        _command(served, *form),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    process.stdout.read(300)
    process.stdout.close()
    assert process.stderr is not None
    said = process.stderr.read()
    process.stderr.close()
    assert (process.wait(_SECONDS), said) == (0, b"")


def test_in_a_pipe_mistakes_go_to_standard_error(served: Sandbox) -> None:
    with Pipe(_command(served)) as pipe:
        pipe.until("Not used")
        save(("pagination:", "pagintion:"))
        assert pipe._process.stderr is not None
        said = "".join(pipe._process.stderr.readline().decode() for _ in range(2))
        save(_UPPER)
        assert "Since the last save: job_title" in pipe.until("Not used")
    assert "error[unknown-key]" in said


def test_json_is_a_line_for_each_run(served: Sandbox) -> None:
    with Pipe(_command(served, "--json")) as pipe:
        first: Any = json.loads(pipe.line())
        save(("pagination:", "pagintion:"))
        broken: Any = json.loads(pipe.line())
        save(_UPPER)
        mended: Any = json.loads(pipe.line())
        assert pipe.stop()[0] == 0
    assert (first["run"], first["requests"], first["from_memory"]) == (1, 2, 0)
    assert (len(first["users"]), first["changes"], first["error"]) == (20, None, None)
    assert broken["error"]["diagnostics"][0]["code"] == "unknown-key"
    assert (mended["run"], mended["requests"], mended["from_memory"]) == (3, 0, 2)
    assert mended["changes"]["attributes"]["job_title"]["changed"] == 20


@pytest.mark.parametrize(("name", "code"), [("nobody", 2), ("personio", 3)])
def test_what_no_saving_mends_ends_it_at_once(served: Sandbox, name: str, code: int) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "onroll", "preview", name, "--watch"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    assert done.returncode == code
    assert b"error[" in done.stderr
