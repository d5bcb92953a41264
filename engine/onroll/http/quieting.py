"""Keep what servers answer out of httpcore's own log: its headers may hold a token or a cookie.

At DEBUG httpcore logs every answer's headers, and an answer that is no HTTP as it came.
"""

from __future__ import annotations

import logging
import re
from typing import Final

__all__ = ["quiet_httpcore"]

_LOGGERS: Final = ("httpcore.http11", "httpcore.http2", "httpcore.proxy", "httpcore.connection")
_ANSWER: Final = re.compile(r"(receive_response_\w+\.\w+)(?: return_value=\(b'[\w/.]+', (\d+))?")


class _WithoutAnswer(logging.Filter):
    """Lets a record about an answer through with no more than its step and the status."""

    def filter(self, record: logging.LogRecord) -> bool:
        found = _ANSWER.match(record.getMessage())
        if found is not None:
            step, status = found.groups()
            record.msg, record.args = step if status is None else f"{step} status={status}", None
        return True


_FILTER: Final = _WithoutAnswer()


def quiet_httpcore() -> None:
    """Have httpcore log no header of an answer, in this process, from now on."""
    for name in _LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)  # the same one is added once only
