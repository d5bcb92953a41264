"""A server that fails on the way: all people and complete, or exit code 4 and the reason.

Never fewer people with exit code 0. Each test also shows that its fault really happened.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest

from onroll.model import Limits

from .command import assert_complete, assert_incomplete
from .servers.fault_proxy import Rule
from .servers.tcp_proxy import Mode, TcpProxy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .command import CommandLine, Listing
    from .servers.fault_proxy import FaultProxy
    from .servers.redmine import Redmine

_JSON = {"Content-Type": "application/json"}
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_LOGIN_PAGE = "<!doctype html><title>Sign in</title><p>Please sign in.</p>"
_NOBODY = '{"users": [], "total_count": 0, "offset": 0, "limit": 100}'
_FROM_THE_FOURTH = tuple(range(4, 500))


@dataclass(frozen=True)
class Case:
    """Rules, and what must come of them: `whole`, `said` (exit code 4), or either."""

    name: str
    rules: Sequence[Rule]
    outcome: str

    def __str__(self) -> str:
        return self.name


_CASES = [
    Case("503 once", [Rule("answer", at=(3,), status=503)], "whole"),
    Case(
        "503 twice with Retry-After",
        [Rule("answer", at=(3, 4), status=503, headers={"Retry-After": "1"})],
        "whole",
    ),
    Case("502 for every third request", [Rule("answer", every=3, status=502)], "either"),
    Case(
        "500 from the fourth request on", [Rule("answer", at=_FROM_THE_FOURTH, status=500)], "said"
    ),
    Case(
        "Retry-After of a day",
        [Rule("answer", at=_FROM_THE_FOURTH, status=503, headers={"Retry-After": "86400"})],
        "said",
    ),
    Case("connection killed twice", [Rule("kill", at=(2, 6))], "whole"),
    Case("every fourth connection killed", [Rule("kill", every=4)], "either"),
    Case("every connection killed", [Rule("kill", every=1)], "said"),
    Case("body shorter than announced", [Rule("truncate", at=(2, 7))], "whole"),
    Case("every body shorter than announced", [Rule("truncate", every=1)], "said"),
    Case("JSON cut once", [Rule("cut", at=(4,))], "either"),
    Case("JSON cut from the fourth request on", [Rule("cut", at=_FROM_THE_FOURTH)], "said"),
    Case("an empty body", [Rule("answer", at=(5,), headers=_JSON)], "either"),
    Case("HTML once", [Rule("answer", at=(5,), headers=_HTML, body=_LOGIN_PAGE)], "either"),
    Case(
        "HTML from the fourth request on",
        [Rule("answer", at=_FROM_THE_FOURTH, headers=_HTML, body=_LOGIN_PAGE)],
        "said",
    ),
    Case("a page repeated once", [Rule("repeat", at=(5,))], "either"),
    Case("a page repeated forever", [Rule("repeat", at=_FROM_THE_FOURTH)], "said"),
    Case("nobody on one page", [Rule("answer", at=(5,), headers=_JSON, body=_NOBODY)], "either"),
    Case(
        "nobody from the fourth request on",
        [Rule("answer", at=_FROM_THE_FOURTH, headers=_JSON, body=_NOBODY)],
        "said",
    ),
    Case("one slow answer", [Rule("delay", at=(2,), seconds=3)], "whole"),
    Case(
        "several at once",
        [
            Rule("answer", at=(2,), status=429, headers={"Retry-After": "1"}),
            Rule("kill", at=(5,)),
            Rule("truncate", at=(8,)),
            Rule("delay", at=(10,), seconds=1),
        ],
        "whole",
    ),
]


@pytest.mark.parametrize("case", _CASES, ids=str)
def test_a_faulty_answer_never_makes_a_smaller_company(
    onroll: CommandLine, redmine: Redmine, redmine_proxy: FaultProxy, case: Case
) -> None:
    redmine_proxy.use(*case.rules)

    listing = _fetch(onroll, redmine, redmine_proxy.url)

    assert redmine_proxy.faulty(), f"no fault was met\n{listing}"
    _assert_outcome(listing, redmine.count, case.outcome)


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_retry_after_is_waited_for(
    onroll: CommandLine, redmine: Redmine, redmine_proxy: FaultProxy, form: str
) -> None:
    until = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=6)
    value = "2" if form == "seconds" else format_datetime(until, usegmt=True)
    redmine_proxy.use(Rule("answer", at=(5,), status=429, headers={"Retry-After": value}))

    listing = _fetch(onroll, redmine, redmine_proxy.url)

    assert_complete(listing, redmine.count)
    assert listing.report["retries"] == 1, listing
    requests = redmine_proxy.requests()
    [refused] = [number for number, request in enumerate(requests) if request.faults]
    earliest = requests[refused].at + 2
    if form == "date":
        earliest = until.replace(microsecond=0).timestamp()  # the header has no fractions
    later = requests[refused + 1 :]
    repeated = next(one for one in later if one.target == requests[refused].target)
    assert repeated.at >= earliest - 0.05, listing
    # What was under way already comes in between; nothing else does.
    assert sum(one.at < earliest - 0.05 for one in later) < Limits().concurrency, listing


@pytest.mark.parametrize(
    ("mode", "amount", "connections", "outcome"),
    [
        ("reset", 40_000, 2, "whole"),
        ("reset", 40_000, None, "either"),
        ("reset", 200, None, "said"),
        ("close", 40_000, 2, "whole"),
        ("close", 40_000, None, "either"),
        ("close", 200, None, "said"),
        ("hang", 40_000, 1, "either"),
        ("slow", 60_000, None, "whole"),
    ],
)
def test_a_broken_connection_never_makes_a_smaller_company(
    onroll: CommandLine,
    redmine: Redmine,
    mode: Mode,
    amount: int,
    connections: int | None,
    outcome: str,
) -> None:
    with TcpProxy(redmine.port, mode, amount, connections=connections) as proxy:
        listing = _fetch(onroll, redmine, proxy.url)
        assert proxy.broken, f"no connection was broken\n{listing}"

    _assert_outcome(listing, redmine.count, outcome)


def _fetch(onroll: CommandLine, redmine: Redmine, url: str) -> Listing:
    return onroll.fetch("redmine", "--base-url", url, settings={"api_key": redmine.api_key})


def _assert_outcome(listing: Listing, count: int, outcome: str) -> None:
    if outcome == "whole" or (outcome == "either" and listing.exit_code == 0):
        assert_complete(listing, count)
    else:
        assert_incomplete(listing)
