"""Run one command, and end it with all that it started when the parent goes away.

Started as a script in a process group of its own, with a pipe as standard input that the parent
holds open. When the pipe closes, because the parent closed it or died in whatever way, the group
is asked to end and, if it does not, is killed. A finalizer alone would leave servers behind when
the tests are killed.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

GRACE_SECONDS = 8.0


def _end_group_with_parent() -> None:
    while sys.stdin.buffer.read(1024):
        pass
    os.killpg(0, signal.SIGTERM)
    time.sleep(GRACE_SECONDS)
    os.killpg(0, signal.SIGKILL)


def main(command: list[str]) -> int:
    # A handler, not SIG_IGN: the command would inherit that, and could not be asked to end.
    signal.signal(signal.SIGTERM, lambda *_: None)
    with subprocess.Popen(command, stdin=subprocess.DEVNULL) as child:
        threading.Thread(target=_end_group_with_parent, daemon=True).start()
        code = child.wait()
    os.killpg(0, signal.SIGTERM)  # what the command left behind
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
