"""`onroll preview --watch`: look again after each save, and do what is typed in between."""

from __future__ import annotations

import json
import os
import queue
import select
import sys
import threading
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from onroll.cli.lines import cleaned
from onroll.cli.preview_screen import View, item_of, screen_lines
from onroll.cli.terminal import err, out
from onroll.errors import SettingsError, UsageError
from onroll.service.watching import Sight, Watch, WatchedFiles

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Self

    from onroll.cli.options import Chosen
    from onroll.cli.preview_person import Half
    from onroll.service.watching import Look

__all__ = ["Wanted", "watch_preview"]

_POLL_SECONDS: Final = 0.25
#: So long nothing must be written before a file counts as saved, and so often it is looked at.
_REST_SECONDS: Final = 0.1
_MOST_RESTS: Final = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be watched, and how it is to be shown."""

    name: str
    config: Path | None
    limit: int
    half: Half
    record: int | None
    as_json: bool


def watch_preview(find: Callable[[], Chosen], wanted: Wanted) -> int:
    """Show a preview and then each that follows, until Ctrl-C or `q`; that is no failure: 0.

    Raises what ends the first look, if waiting for another file does not help: a name that means
    nothing, or a setting that is missing.
    """

    def sight() -> Sight:
        found = find()
        return Sight(found.subject, found.settings(), found.options)

    watch = Watch(sight, wanted.limit)
    files = WatchedFiles(wanted.name, wanted.config)
    console = out()
    view = View(wanted.name, console.width, console.height, record=wanted.record, half=wanted.half)
    try:
        if wanted.as_json:
            _print_lines_of_json(watch, files)
        elif console.is_terminal:
            _Screen(watch, files, view).run()
        else:
            _print_one_after_another(watch, files, view)
    except KeyboardInterrupt:
        if console.is_terminal:
            console.print()  # what follows begins on a line of its own
    return 0


def _first_look(watch: Watch) -> Look:
    look = watch.look()
    if isinstance(look.error, UsageError | SettingsError):
        raise look.error
    return look


class _Reader:
    """Whoever reads standard output. Has a descriptor of its own, which nothing else redirects."""

    def __init__(self) -> None:
        self._descriptor = os.dup(sys.stdout.fileno())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def is_gone_within(self, seconds: float) -> bool:
        """Wait, and no longer than the reader does."""
        if sys.platform == "win32":
            time.sleep(seconds)
            return False
        # Only what is always reported: that the other end is closed.
        poll = select.poll()
        poll.register(self._descriptor, 0)
        return bool(poll.poll(seconds * 1000))


def _print_lines_of_json(watch: Watch, files: WatchedFiles) -> None:
    look = _first_look(watch)
    with _Reader() as reader:
        while True:
            line = json.dumps(look.as_json(), ensure_ascii=False, separators=(",", ":"))
            sys.stdout.buffer.write(line.encode("utf-8", "replace") + b"\n")
            sys.stdout.buffer.flush()
            if not _is_saved(files, reader):
                return
            look = watch.look()


def _print_one_after_another(watch: Watch, files: WatchedFiles, view: View) -> None:
    look = _first_look(watch)
    view = replace(view, height=None)
    with _Reader() as reader:
        while True:
            console = out() if look.error is None else err()
            # What was good before stands further up already.
            lines = screen_lines(look if look.error is None else replace(look, preview=None), view)
            for line in lines:
                console.print(line, soft_wrap=True)
            console.print()
            sys.stdout.flush()
            if not _is_saved(files, reader):
                return
            look = watch.look()


def _is_saved(files: WatchedFiles, reader: _Reader) -> bool:
    """Wait for a save. Without a reader there is nothing to wait for."""
    while not files.are_changed():
        if reader.is_gone_within(_POLL_SECONDS):
            return False
    _settle(files)
    return True


def _settle(files: WatchedFiles) -> None:
    """Wait until a file is written to its end: some editors empty it first."""
    for _ in range(_MOST_RESTS):
        time.sleep(_REST_SECONDS)
        if files.are_at_rest():
            return


class _Screen:
    """A terminal that always shows the last look, and takes a word at a time."""

    def __init__(self, watch: Watch, files: WatchedFiles, view: View) -> None:
        self._watch = watch
        self._files = files
        self._has_keys = sys.stdin is not None and sys.stdin.isatty()
        self._view = replace(view, has_keys=self._has_keys)
        self._words: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._look: Look | None = None

    def run(self) -> None:
        """Look and show until somebody has enough."""
        if self._has_keys:
            threading.Thread(target=self._listen, daemon=True).start()
        self._draw(_first_look(self._watch))
        size = out().size
        while True:
            try:
                word = self._words.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                word = ""
            else:
                if word is None or word == "q":
                    return
                self._obey(word)
            if self._files.are_changed():
                _settle(self._files)
                self._look_again()
            elif out().size != size:
                self._draw()
            size = out().size

    def _listen(self) -> None:
        """Pass on what is typed, a line at a time. Not by `sys.stdin`, which is locked at exit."""
        while line := os.read(sys.stdin.fileno(), 1024):
            self._words.put(line.decode("utf-8", "replace").strip().lower())
        self._words.put(None)

    def _obey(self, word: str) -> None:
        self._view = replace(self._view, remark="")
        if word == "r":
            self._watch.forget()
            self._look_again()
            return
        if word == "a":
            self._view = replace(self._view, is_whole=not self._view.is_whole)
        elif word in ("n", "p"):
            self._go(1 if word == "n" else -1)
        elif word.isdecimal():
            self._view = replace(self._view, record=int(word))
        elif word:
            remark = f"`{cleaned(word, 40)}` is none of these:"
            self._view = replace(self._view, remark=remark)
        self._draw()

    def _go(self, step: int) -> None:
        preview = None if self._look is None else self._look.preview
        item = None if preview is None else item_of(preview, self._view.record)
        if preview is None or item is None:
            return
        at = [one.number for one in preview.items].index(item.number) + step
        number = preview.items[at % len(preview.items)].number
        self._view = replace(self._view, record=number)

    def _look_again(self) -> None:
        sys.stdout.write("reading …")
        sys.stdout.flush()
        self._draw(self._watch.look())

    def _draw(self, look: Look | None = None) -> None:
        self._look = look or self._look
        assert self._look is not None
        console = out()
        view = replace(self._view, width=console.width, height=console.height)
        console.clear()
        for line in screen_lines(self._look, view):
            console.print(line, no_wrap=True, overflow="crop")
