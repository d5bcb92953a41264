"""A command on a terminal of 24 lines and 80 columns, answered as a person would."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

#: What a terminal acts on without Enter: Ctrl-C, Ctrl-D.
_CONTROLS = ("\x03", "\x04")
_SECONDS = 60


def converse(
    arguments: Sequence[str],
    answers: Mapping[str, str],
    *,
    folder: Path,
    **environment: str,
) -> tuple[int, str]:
    """Run a command and answer each prompt by the last question above it.

    `answers` go by a piece of the question; a prompt whose question has none is left empty, which
    takes what is offered. Ctrl-C and Ctrl-D are typed alone. Returns the exit code and everything
    that was shown.
    """
    here, there = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "onroll", *arguments],
        cwd=folder,
        stdin=there,
        stdout=there,
        stderr=there,
        env={**os.environ, "LINES": "24", "COLUMNS": "80", "NO_COLOR": "1", **environment},
        start_new_session=True,
    )
    os.close(there)
    shown, answered, deadline = b"", 0, time.monotonic() + _SECONDS
    while time.monotonic() < deadline:
        if not select.select([here], [], [], 0.2)[0]:
            new = shown[answered:].decode(errors="replace")
            if new.rstrip("\r\n").endswith(": ") and new.strip():
                said = next((one for piece, one in answers.items() if piece in new), "")
                answered = len(shown)
                os.write(here, said.encode() + (b"" if said in _CONTROLS else b"\n"))
            continue
        try:
            read = os.read(here, 65536)
        except OSError:  # the other end is closed
            break
        shown += read
    os.close(here)
    if process.poll() is None:
        process.kill()
    return process.wait(timeout=10), shown.decode(errors="replace")
