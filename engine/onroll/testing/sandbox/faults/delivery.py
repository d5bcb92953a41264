"""Faults of the body and of its way over the network."""

import gzip
import zlib
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from onroll.testing.sandbox.account import Call, Effect
from onroll.testing.sandbox.exchange import Answer
from onroll.testing.sandbox.faults.fault import Fault, Setting
from onroll.testing.sandbox.faults.refusals import Replacement, every

_DEFAULT_EVERY = "3"
_LOGIN_PAGE = b"""<!DOCTYPE html>
<html lang="en"><head><title>Log in</title></head>
<body><form method="post"><input name="email"><input name="password" type="password"></form></body>
</html>
"""


def _often(replacement: Replacement) -> Callable[[Setting], Effect]:
    return lambda setting: every(setting.count, replacement)


def _html(_answer: Answer, _call: Call) -> Answer:
    return Answer(200, (("Content-Type", "text/html; charset=utf-8"),), _LOGIN_PAGE)


def _cut_json(answer: Answer, _call: Call) -> Answer:
    return replace(answer, body=answer.body[: len(answer.body) * 2 // 3])


def _truncated(answer: Answer, _call: Call) -> Answer:
    return replace(answer, sent_bytes=len(answer.body) // 2)


def _dropped(answer: Answer, _call: Call) -> Answer:
    return replace(answer, is_dropped=True)


def _slow(setting: Setting) -> Effect:
    return Effect(answer=lambda answer, _call: replace(answer, delay_seconds=setting.seconds))


def _drip(setting: Setting) -> Effect:
    return every(1, lambda answer, _call: replace(answer, bytes_per_second=setting.count))


def _gzip(_setting: Setting) -> Effect:
    def compressed(answer: Answer, call: Call) -> Answer:
        accepted = call.request.headers.get("accept-encoding", "").lower()
        if "gzip" not in accepted or not answer.body:
            return answer
        headers = (*answer.headers, ("Content-Encoding", "gzip"))
        return replace(answer, body=gzip.compress(answer.body, mtime=0), headers=headers)

    return Effect(answer=compressed)


@lru_cache(maxsize=4)
def _bomb(megabytes: int) -> bytes:
    """Compress blanks and an empty object, without ever holding them all."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    blanks = b" " * 1_000_000
    return (
        b"".join([*(packer.compress(blanks) for _ in range(megabytes)), packer.compress(b"{}")])
        + packer.flush()
    )


def _gzip_bomb(setting: Setting) -> Effect:
    def bomb(_answer: Answer, _call: Call) -> Answer:
        headers = (("Content-Type", "application/json"), ("Content-Encoding", "gzip"))
        return Answer(200, headers, _bomb(setting.count))

    return every(1, bomb)


FAULTS = (
    Fault(
        "html",
        "EVERY",
        "Every 3rd (or EVERYth) list request answers 200 with an HTML login page.",
        _often(_html),
        _DEFAULT_EVERY,
    ),
    Fault(
        "cut-json",
        "EVERY",
        "Every 3rd (or EVERYth) list answer is framed well, but its JSON ends too early.",
        _often(_cut_json),
        _DEFAULT_EVERY,
    ),
    Fault("gzip", None, "Bodies are compressed by gzip where the client accepts it.", _gzip),
    Fault(
        "gzip-bomb",
        "MEGABYTES",
        "List answers are small and, by gzip, expand to MEGABYTES.",
        _gzip_bomb,
    ),
    Fault(
        "truncate",
        "EVERY",
        "Every 3rd (or EVERYth) list answer stops halfway through the promised length.",
        _often(_truncated),
        _DEFAULT_EVERY,
    ),
    Fault(
        "close",
        "EVERY",
        "Every 3rd (or EVERYth) list request finds the connection closed without an answer.",
        _often(_dropped),
        _DEFAULT_EVERY,
    ),
    Fault("slow", "SECONDS", "Every answer, to auth too, comes after SECONDS.", _slow),
    Fault("drip", "BYTES_PER_SECOND", "The bodies of lists come at BYTES_PER_SECOND only.", _drip),
)
