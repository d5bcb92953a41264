"""What stops a container or a service is as good as Ctrl-C."""

from __future__ import annotations

import signal

__all__ = ["stop_like_ctrl_c"]


def stop_like_ctrl_c() -> None:
    """Let SIGTERM raise `KeyboardInterrupt` too, so that reports are still written."""
    signal.signal(signal.SIGTERM, _stop)


def _stop(_signal: int, _frame: object) -> None:
    raise KeyboardInterrupt
