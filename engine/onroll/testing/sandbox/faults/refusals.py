"""Faults where the API refuses: statuses, rate limits and the ends of tokens."""

import time
from collections import deque
from collections.abc import Callable
from dataclasses import replace
from email.utils import formatdate
from threading import Lock

from onroll.testing.sandbox.account import Call, Effect
from onroll.testing.sandbox.exchange import Answer, json_answer
from onroll.testing.sandbox.faults.fault import Fault, Setting
from onroll.testing.sandbox.faults.listings import FOREIGN_ORIGIN

_THROTTLED_EVERY = 5
_BURSTS_PER_MINUTE = 20  # 300 requests a minute at 15 a second, as documented
Replacement = Callable[[Answer, Call], Answer]


def every(number: int, replacement: Replacement) -> Effect:
    """Replace every so-many-eth answer to a list request."""

    def answer_or_replacement(answer: Answer, call: Call) -> Answer:
        is_due = call.list_number is not None and call.list_number % number == 0
        return replacement(answer, call) if is_due else answer

    return Effect(answer=answer_or_replacement)


def _failing(status: int, message: str) -> Replacement:
    return lambda _answer, call: call.route.failure(status, message)


def _always(replacement: Replacement) -> Callable[[Setting], Effect]:
    return lambda _setting: every(1, replacement)


def _often(replacement: Replacement) -> Callable[[Setting], Effect]:
    return lambda setting: every(setting.count, replacement)


def _throttled(call: Call, *headers: tuple[str, str]) -> Answer:
    answer = call.route.failure(429, "Too many requests")
    return replace(answer, headers=(*answer.headers, *headers))


def _too_many(setting: Setting) -> Effect:
    return every(
        _THROTTLED_EVERY, lambda _answer, call: _throttled(call, ("Retry-After", setting.text))
    )


def _too_many_until_date(_setting: Setting) -> Effect:
    # HTTP dates have whole seconds only: two ahead is one to two seconds from now.
    return every(
        _THROTTLED_EVERY,
        lambda _answer, call: _throttled(
            call, ("Retry-After", formatdate(time.time() + 2, usegmt=True))
        ),
    )


def _too_many_until_reset(_setting: Setting) -> Effect:
    return every(
        _THROTTLED_EVERY,
        lambda _answer, call: _throttled(
            call,
            ("X-RateLimit-Remaining", "0"),
            ("X-RateLimit-Reset", str(int(time.time()) + 2)),
        ),
    )


class _RateLimit:
    """Counts the requests of the last second and the last minute."""

    def __init__(self, per_second: int) -> None:
        self._limits = ((1.0, per_second), (60.0, per_second * _BURSTS_PER_MINUTE))
        self._served: deque[float] = deque(maxlen=per_second * _BURSTS_PER_MINUTE)
        self._lock = Lock()

    def seconds_to_wait(self) -> float:
        """Admit a request and return 0, or return how long it should wait."""
        now = time.monotonic()
        with self._lock:
            for period, limit in self._limits:
                if len(self._served) >= limit and now - self._served[-limit] < period:
                    return period - (now - self._served[-limit])
            self._served.append(now)
            return 0.0


def _limits(setting: Setting) -> Effect:
    limit = _RateLimit(setting.count)

    def admit(answer: Answer, call: Call) -> Answer:
        wait_seconds = limit.seconds_to_wait() if call.route.kind == "people" else 0.0
        if not wait_seconds:
            return answer
        return _throttled(call, ("Retry-After", str(int(wait_seconds) + 1)))

    return Effect(answer=admit)


def _success_false(_answer: Answer, _call: Call) -> Answer:
    error = {"code": 0, "message": "Something went wrong"}
    return json_answer(200, {"success": False, "error": error})


def _redirected(_answer: Answer, call: Call) -> Answer:
    return Answer(302, (("Location", FOREIGN_ORIGIN + call.request.path),), b"")


def _token_lifetime(setting: Setting) -> Effect:
    return Effect(tokens=lambda rules: replace(rules, lifetime_seconds=setting.seconds))


def _rotate(_setting: Setting) -> Effect:
    return Effect(tokens=lambda rules: replace(rules, is_rotated=True))


FAULTS = (
    Fault(
        "http-500-every",
        "N",
        "Every Nth list request answers 500.",
        _often(_failing(500, "Something went wrong")),
    ),
    Fault(
        "http-503-every",
        "N",
        "Every Nth list request answers 503.",
        _often(_failing(503, "Service unavailable")),
    ),
    Fault(
        "limits",
        "PER_SECOND",
        "More list requests for people than PER_SECOND (15 unless given), or 20 times that in a"
        " minute, answer 429 with Retry-After.",
        _limits,
        "15",
    ),
    Fault(
        "429",
        "SECONDS",
        "Every 5th list request answers 429 with Retry-After: SECONDS (1 unless given).",
        _too_many,
        "1",
    ),
    Fault(
        "429-date",
        None,
        "Every 5th list request answers 429 with Retry-After as an HTTP date.",
        _too_many_until_date,
    ),
    Fault(
        "rate-limit-reset",
        None,
        "Every 5th list request answers 429 with X-RateLimit-Remaining: 0 and X-RateLimit-Reset"
        " in seconds since 1970, without Retry-After.",
        _too_many_until_reset,
    ),
    Fault(
        "unauthorized-every",
        "N",
        "Every Nth list request answers 401, though the token stays valid.",
        _often(_failing(401, "Authorization is not provided")),
    ),
    Fault(
        "token-lifetime",
        "SECONDS",
        "Tokens live for SECONDS only, and expires_in says so.",
        _token_lifetime,
    ),
    Fault(
        "rotate",
        None,
        "Each token is good for one request; its answer's authorization header has the next (v1).",
        _rotate,
    ),
    Fault(
        "forbidden",
        None,
        "Lists answer 403.",
        _always(_failing(403, "Provided authorization is not valid")),
    ),
    Fault("not-found", None, "Lists answer 404.", _always(_failing(404, "Not found"))),
    Fault(
        "success-false",
        None,
        "Lists answer 200 with `success: false` and an error in the body.",
        _always(_success_false),
    ),
    Fault("redirect", None, "Lists answer 302 to another host.", _always(_redirected)),
)
