"""Run the `console` blocks of a page as a reader would, and compare what comes out.

A line that starts with `$ ` is a command; a `\\` at its end goes on to the next line. `…` alone on
a line stands for any lines, inside a line for any text. Seconds need not agree. The page's port
8770 is a free one here. These comments in the line before a block make files:

    <!-- write: NAME -->    the block is the file
    <!-- append: NAME -->   the block comes after what the file has
    <!-- change: NAME -->   the block is a diff: lines with `-` are replaced by those with `+`

`sh` blocks show commands whose output does not matter, or that need what is not here. The line
before says which:

    <!-- run: CODES -->                each command must end with the code at its place
    <!-- run on a terminal: CODES -->  the same, and questions are answered with yes
    <!-- not run: REASON -->           it needs another machine, an account or a person

Such commands are about a connection `acme`, or a shipped connector. The sandbox stands in for its
API, and for `ada@example.com` somebody who works there.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO, TYPE_CHECKING

from tests.ports import free_port

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from .markdown import Block

_PORT = "8770"
_SECONDS = re.compile(r"\b\d+\.\d+( s\b)")
_PROGRAMS = ("onroll", "touch", "head", "wc", "cat")
_ADA = ("ada@example.com", "ilse.oduya@sons.example.test")
_ASKING = re.compile(r"\bonroll (?:fetch|import|preview|test) (?:acme|personio)\b")
_ACME = """\
format: 1
connections:
  acme: {connector: personio, settings: {client_id: demo, client_secret: demo-secret}}
"""


class Session:
    """One reader with one folder, one sandbox at a time, and one environment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = str(free_port())
        self._sandbox: subprocess.Popen[str] | None = None
        self._exit_code = 0
        scripts = Path(sys.executable).parent
        self._environment = {
            "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stop_sandbox()

    def take(self, block: Block) -> None:
        """Do what a block says: make a file, or run its commands and compare."""
        verb, _, name = block.directive.partition(": ")
        if verb in {"write", "append", "change"}:
            self._edit(block, verb, self._folder / name)
        elif block.language == "console":
            for command, expected in _commands(block.text):
                self._compare(block, command, expected, self._run(command))
        elif verb in {"run", "run on a terminal"}:
            self._script(block, [int(code) for code in name.split(", ")])

    def _edit(self, block: Block, verb: str, file: Path) -> None:
        new = self._with_port(block.text)
        old = file.read_text(encoding="utf-8") if file.exists() else ""
        if verb == "change":
            new = _patched(block, old, new)
        elif verb == "append":
            new = old + new
        file.write_text(new, encoding="utf-8")

    def _script(self, block: Block, codes: list[int]) -> None:
        """Run the commands of a block that shows no output."""
        if self._sandbox is None:
            self._start_sandbox(["--users", "40"])
        file = self._folder / "onroll.yaml"
        if not file.exists():
            file.write_text(_ACME, encoding="utf-8")
        own = {"ONROLL_PERSONIO_CLIENT_ID": "demo", "ONROLL_PERSONIO_CLIENT_SECRET": "demo-secret"}
        self._environment.update(own)
        url = f"http://127.0.0.1:{self._port}/v1"
        for command, code in zip(_lone_commands(block.text), codes, strict=True):
            asked = _ASKING.sub(rf"\g<0> --base-url {url}", self._with_port(command))
            in_shell = self._on_terminal if "terminal" in block.directive else self._in_shell
            said = in_shell(asked.replace(*_ADA))
            assert self._exit_code == code, f"{block}: {command}\n{said}"

    def _run(self, command: str) -> str:
        command = self._with_port(command)
        program, *arguments = command.split()
        if command == "echo $?":
            return f"{self._exit_code}\n"
        if program == "export":
            pairs = (argument.split("=", 1) for argument in arguments)
            self._environment.update(dict(pairs))
            return ""
        if arguments[:1] == ["sandbox"] and program == "onroll":
            return self._start_sandbox(arguments[1:])
        assert program in _PROGRAMS, f"`{program}` belongs into a block that is not run"
        return self._in_shell(command)

    def _in_shell(self, command: str) -> str:
        # The commands are those of this repository's own pages.
        done = subprocess.run(
            [shutil.which("bash") or "bash", "-c", command],
            cwd=self._folder,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        self._exit_code = done.returncode
        return done.stdout.decode("utf-8")

    def _on_terminal(self, command: str) -> str:
        """Run a command that may ask on a terminal, and say yes."""
        ours, theirs = os.openpty()
        with subprocess.Popen(
            [shutil.which("bash") or "bash", "-c", command],
            cwd=self._folder,
            env={**self._environment, "TERM": "dumb", "PAGER": "cat"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        ) as process:
            os.close(theirs)
            os.write(ours, b"y\n")
            said = b"".join(iter(lambda: _read(ours), b""))
            self._exit_code = process.wait(60)
        os.close(ours)
        return said.decode("utf-8")

    def _start_sandbox(self, arguments: list[str]) -> str:
        self._stop_sandbox()
        self._sandbox = subprocess.Popen(
            [sys.executable, "-m", "onroll", "sandbox", "--port", self._port, *arguments],
            cwd=self._folder,
            env=self._environment,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self._sandbox.stderr is not None
        said = _banner(self._sandbox.stderr)
        assert self._sandbox.poll() is None, f"the sandbox did not start: {said}"
        return said

    def _stop_sandbox(self) -> None:
        if self._sandbox is None:
            return
        self._sandbox.terminate()
        self._sandbox.wait(60)
        assert self._sandbox.stderr is not None
        self._sandbox.stderr.close()
        self._sandbox = None

    def _compare(self, block: Block, command: str, expected: str, got: str) -> None:
        got = got.replace(f"127.0.0.1:{self._port}", f"127.0.0.1:{_PORT}")
        if not _is_like(expected, got):
            shown = f"{block}: $ {command}\n--- shown ---\n{expected}\n--- comes now ---\n{got}"
            raise AssertionError(shown)

    def _with_port(self, text: str) -> str:
        return text.replace(f"127.0.0.1:{_PORT}", f"127.0.0.1:{self._port}")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""  # Linux says so when the other side has closed a terminal


def _banner(stream: IO[str]) -> str:
    """Read the sandbox's first words, which end with the line of its last connector."""
    lines: list[str] = []
    for line in stream:
        lines.append(line)
        if "personio-v2" in line:
            break
    return "".join(lines)


def _commands(text: str) -> list[tuple[str, str]]:
    """Return each command of a block and the output that is shown below it."""
    found: list[tuple[str, list[str]]] = []
    lines = iter(text.splitlines())
    for line in lines:
        if not line.startswith("$ "):
            found[-1][1].append(line)
            continue
        command = line.removeprefix("$ ")
        while command.endswith("\\"):
            command = command[:-1].rstrip() + " " + next(lines).strip()
        found.append((command, []))
    return [(command, "\n".join(shown)) for command, shown in found]


def _lone_commands(text: str) -> list[str]:
    """Return the commands of an `sh` block: its lines, or all of it when it is a compound one."""
    lines = re.sub(r"\\\n\s*", "", text).strip().split("\n")
    return ["\n".join(lines)] if any(line.startswith(" ") for line in lines) else lines


def _patched(block: Block, old: str, diff: str) -> str:
    gone = "\n".join(line[1:] for line in diff.splitlines() if line.startswith("-"))
    come = "\n".join(line[1:] for line in diff.splitlines() if line.startswith("+"))
    assert old.count(gone) == 1, f"{block}: the file does not hold {gone!r} once"
    return old.replace(gone, come)


def _is_like(expected: str, got: str) -> bool:
    pattern = ""
    for line in _lines(expected):
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*".join(re.escape(piece) for piece in line.split("…")) + r"\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in _lines(got))) is not None


def _lines(text: str) -> list[str]:
    """Return the lines as they are compared: no white space at their ends, and no durations."""
    return [_SECONDS.sub(r"N\1", line.rstrip()) for line in text.strip("\n").splitlines()]
