"""When to try again, and how long to wait first. Pure, but for the budget that a run shares."""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from datetime import UTC
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "ATTEMPTS",
    "RETRIED_STATUSES",
    "UNDONE_STATUSES",
    "Budget",
    "Policy",
    "asked_wait",
    "pause_after",
]

#: RFC 9110 and RFC 6585: the server says "not now", or failed in a way that may pass.
RETRIED_STATUSES: Final = frozenset({408, 425, 429, 500, 502, 503, 504})

#: Of these, the ones that say the request was not even begun. The others may have come too late.
UNDONE_STATUSES: Final = frozenset({425, 429, 503})

_RESETS: Final = ("ratelimit-reset", "x-ratelimit-reset", "x-rate-limit-reset")
_REMAINING: Final = ("ratelimit-remaining", "x-ratelimit-remaining", "x-rate-limit-remaining")

#: Above this a reset is a point in time (Unix seconds), below it a number of seconds.
_EPOCH: Final = 1_000_000_000


#: How often one request is tried, unless somebody waits for an answer.
ATTEMPTS: Final = 6


@dataclass(frozen=True, slots=True)
class Policy:
    """How often one request is tried, and the backoff between: full jitter, doubling, capped.

    A wait that the server asks for is never undercut; one longer than `longest_wait_seconds`
    ends the run instead.
    """

    attempts: int = ATTEMPTS
    base_seconds: float = 0.5
    cap_seconds: float = 30.0
    longest_wait_seconds: float = 300.0
    jitter: Callable[[float, float], float] = field(default=random.uniform, repr=False)

    def backoff(self, attempt: int) -> float:
        """Return the seconds to wait after failed attempt number `attempt` (from 1)."""
        ceiling = min(self.cap_seconds, self.base_seconds * 2 ** (attempt - 1))
        return self.jitter(ceiling / 2, ceiling)


class Budget:
    """Retries that all requests of a run share: a retry costs one, a success gives one back.

    So a source that fails now and then is read to its end, and one that is down is left alone.
    """

    def __init__(self, size: int = 20) -> None:
        self._size = size
        self._left = size
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one retry; False when there is none left."""
        with self._lock:
            if self._left <= 0:
                return False
            self._left -= 1
            return True

    def refill(self) -> None:
        """Give one back after a success."""
        with self._lock:
            self._left = min(self._size, self._left + 1)


def asked_wait(status: int, headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that a refusing answer asks to wait, or None. `now` is Unix time.

    `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), else the rate limit's reset.
    """
    asked = headers.get("retry-after")
    if asked is not None:
        return _seconds_or_date(asked.strip(), now)
    if status in (403, 429):
        return _until_reset(headers, now)
    return None


def pause_after(headers: Mapping[str, str], now: float) -> float:
    """Return the seconds to pause before the next request when none remain in this window."""
    remaining = next((headers[name] for name in _REMAINING if name in headers), None)
    if remaining is None or remaining.split(",")[0].strip() != "0":
        return 0.0
    return _until_reset(headers, now) or 0.0


def _seconds_or_date(text: str, now: float) -> float | None:
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    from email.utils import parsedate_to_datetime  # noqa: PLC0415  (slow to import, rarely needed)

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # the year 99999999999999999999
        return None
    aware = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
    # A date has whole seconds: wait one more rather than come a moment too early.
    return max(0.0, aware.timestamp() - now + 1)


def _until_reset(headers: Mapping[str, str], now: float) -> float | None:
    for name in _RESETS:
        text = headers.get(name, "").split(",")[0].split(";")[0].strip()
        try:
            value = float(text)
        except ValueError:
            continue
        if value > _EPOCH * 1000:
            value /= 1000
        return max(0.0, value - now + 1) if value > _EPOCH else max(0.0, value)
    return None
