"""A program that loads and replays definitions, and says what each of them made it touch.

Each line of its input is the path of a definition, each line of its output a JSON object. What
Python itself is asked for is seen by an audit hook (PEP 578), which nothing can take off again.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import sysconfig
import time
from pathlib import Path
from typing import Any

import onroll
from onroll.definition.load import load_definition
from onroll.errors import OnrollError
from onroll.service.replay import replay_examples

_MEMORY_BYTES = 2 << 30
_PACKAGE = Path(onroll.__file__).resolve().parent
#: Where Python's own modules lie, which may be loaded late, and what is shipped.
_OURS = tuple(
    str(Path(one).resolve())
    for one in (
        *(sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")),
        str(_PACKAGE),
        str(_PACKAGE.parents[1] / "schemas"),
    )
)
_FORBIDDEN = (
    "socket.", "subprocess.", "os.system", "os.exec", "os.fork", "os.posix_spawn", "os.spawn",
    "os.startfile", "pty.", "ctypes.", "os.remove", "os.rename", "os.mkdir", "os.rmdir",
    "os.putenv", "os.chmod", "os.link", "os.symlink", "shutil.", "webbrowser.", "urllib.",
    "tempfile.", "sqlite3.", "os.truncate",
)  # fmt: skip


class Watch:
    """What was touched since `begin`, seen from below."""

    def __init__(self) -> None:
        self.folder: str | None = None
        self.touched: list[str] = []

    def hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self.folder is None:
            return
        if event == "open":
            self._hear_open(*arguments[:2])
        elif event in ("os.listdir", "os.scandir"):
            self._hear_open(arguments[0] or ".", "r")
        elif event.startswith(_FORBIDDEN):
            self.touched.append(event)

    def _hear_open(self, path: str | bytes | int, mode: str | None) -> None:
        assert self.folder is not None
        if isinstance(path, int):
            return
        folder, self.folder = self.folder, None  # so as not to hear what follows
        try:
            real = str(Path(os.fsdecode(path)).resolve())
        finally:
            self.folder = folder
        is_reading = not set(mode or "r") & set("wax+")
        is_inside = any(Path(real).is_relative_to(one) for one in (folder, *_OURS))
        if not is_reading or not is_inside:
            self.touched.append(f"open {real} {mode}")


def _watch_environment(watch: Watch) -> None:
    """Reading a variable raises no event, so the mapping itself is watched."""
    kind = type(os.environ)
    read = kind.__getitem__

    def look_up(self: Any, key: Any) -> Any:
        if watch.folder is not None:
            watch.touched.append(f"environment {key}")
        return read(self, key)

    setattr(kind, "__getitem__", look_up)  # noqa: B010  (mypy refuses the assignment)


def _tried(path: Path) -> str:
    try:
        mistakes = list(replay_examples(load_definition(path)))
    except OnrollError as error:
        return str(error)
    return "\n".join(one.text() for one in mistakes)


def main() -> None:
    """Try definitions until there are no more."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    watch = Watch()
    sys.addaudithook(watch.hear)
    _watch_environment(watch)
    for line in sys.stdin:
        path = Path(line.rstrip("\n"))
        started = time.monotonic()
        watch.touched = []
        watch.folder = str(path.parent.resolve())
        try:
            said, failure = _tried(path), None
        except BaseException as error:  # noqa: BLE001  (any other error is what is looked for)
            said, failure = "", repr(error)
        watch.folder = None
        answer = {
            "said": said,
            "failure": failure,
            "touched": watch.touched,
            "seconds": time.monotonic() - started,
        }
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
