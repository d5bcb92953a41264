"""A local HR API to try Onroll and to test connectors against, with made-up people.

    with Sandbox(users=450, faults=("page-cap=100",)) as sandbox:
        print(sandbox.url)

It serves Personio's v1 and v2 as documented, and the failures in `FAULTS` on demand. Time passes
with `next_day()`, or `POST /sandbox/next-day` from outside of the program.
"""

from onroll.testing.sandbox.calendar import NEXT_DAY
from onroll.testing.sandbox.days import Day
from onroll.testing.sandbox.exchange import RequestLog, RequestSeen
from onroll.testing.sandbox.faults import FAULTS, Fault
from onroll.testing.sandbox.server import CONNECTORS, Sandbox
from onroll.testing.sandbox.tokens import DEMO_TOKEN

__all__ = [
    "CONNECTORS",
    "DEMO_TOKEN",
    "FAULTS",
    "NEXT_DAY",
    "Day",
    "Fault",
    "RequestLog",
    "RequestSeen",
    "Sandbox",
]
