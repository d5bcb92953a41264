"""Time and CPU of reading 200 pages of 200 people from a server far away, by requests at once.

    python benchmarks/latency.py [--rounds 3] [0 2 5 15 50]

The numbers are milliseconds before each answer; of several rounds, taken in turn, the median is
printed. The server is a process of its own that has its answers ready. Every reading must bring
the same people in the same order with the same certificate; with pages by offset, eight requests
at once must be at least five times as fast as one at 50 ms. A cursor is known with the page
before only, so that no more than the time of mapping can be gained.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import chain
from statistics import median
from typing import TYPE_CHECKING, Any

from onroll.cli.garbage import collecting_rarely
from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.service.opening import Options, open_source
from onroll.service.reading import People
from onroll.service.written import user_json

if TYPE_CHECKING:
    from collections.abc import Iterable

    from onroll.model import ListingReport

PAGES = 200
PAGE = 200
CONCURRENCIES = (1, 4, 8, 16)
FACTOR = 5.0

_PLACE = re.compile(rb"[?&](?:offset|cursor)=(\d+)")


def person(number: int) -> dict[str, Any]:
    """Return a record as an HR API gives one."""
    return {
        "id": number,
        "email": f"person.{number}@example.com",
        "name": {"first": "Ada", "last": f"Person {number}"},
        "job": {"title": "Engineer", "department": "Sales", "location": "Berlin"},
        "hired": "2020-01-01T00:00:00+01:00",
        "status": "ACTIVE",
    }


def answer(start: int) -> bytes:
    """Return the page at an offset; its cursor is where the next one starts."""
    total = PAGES * PAGE
    following = start + PAGE if start + PAGE < total else None
    people = [person(number) for number in range(start, min(start + PAGE, total))]
    body = json.dumps({"people": people, "total": total, "next": following}).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


async def serve(milliseconds: float) -> None:
    """Answer until killed, each time after so many milliseconds; print the port."""
    answers = {start: answer(start) for start in range(0, PAGES * PAGE + 1, PAGE)}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()
                return
            place = _PLACE.search(head)
            if milliseconds:
                await asyncio.sleep(milliseconds / 1000)
            writer.write(answers[int(place.group(1)) if place else 0])

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


STYLES: dict[str, dict[str, Any]] = {
    "offset": {"style": "offset", "offset_name": "offset"},
    "cursor": {"style": "cursor", "cursor_name": "cursor", "cursor": "next"},
}


def definition(style: str) -> str:
    """Return a definition of that server; JSON is YAML."""
    paging = {**STYLES[style], "limit_name": "limit", "limit": PAGE}
    written = {
        "format": 1,
        "name": "latency",
        "base_url": "https://people.example",
        "list_users": {
            "endpoint": "/people",
            "resource_location": "people",
            "total_count": "total",
            "pagination": paging,
        },
        "attributes": {
            "id": "id",
            "email": "email",
            "username": "email",
            "first_name": "name.first",
            "last_name": "name.last",
            "job_title": "job.title",
            "department": "job.department",
            "location": "job.location",
            "hire_date": {"path": "hired", "transform": ["date"]},
            "status": {"path": "status", "map": {"active": "active"}},
        },
    }
    return json.dumps(written)


@dataclass(frozen=True)
class Reading:
    """What one reading took and brought. `digest` is of all users in their order."""

    seconds: float
    cpu: float
    digest: str
    report: ListingReport

    @property
    def certificate(self) -> ListingReport:
        """The certificate without what may differ: how long it took."""
        return replace(self.report, seconds=0.0)


def read(written: str, base_url: str, concurrency: int) -> Reading:
    """Read everybody with so many requests at once."""
    connector, digest = parse_definition(written, name="latency"), sha256()
    options = Options(base_url=base_url, concurrency=concurrency)
    wall, cpu = time.perf_counter(), time.process_time()
    with collecting_rarely(), open_source(connector, Settings({}), options) as opened:
        people = People(opened)
        for sheet in people.sheets():
            for user in sheet.users:
                digest.update(repr(user_json(user)).encode())
            del sheet
        report = people.report
    seconds, used = time.perf_counter() - wall, time.process_time() - cpu
    assert report.complete, report.reasons
    assert report.distinct == PAGES * PAGE, report
    return Reading(seconds, used, digest.hexdigest(), report)


def compare(style: str, base_url: str, milliseconds: float, rounds: int) -> None:
    """Print a line for each concurrency; all must bring the same."""
    written = definition(style)
    found: dict[int, list[Reading]] = {concurrency: [] for concurrency in CONCURRENCIES}
    for concurrency in CONCURRENCIES * rounds:
        found[concurrency].append(read(written, base_url, concurrency))
    first = found[1][0]
    for one in chain.from_iterable(found.values()):
        assert one.digest == first.digest, "other people, or another order"
        assert one.certificate == first.certificate, (one.certificate, first.certificate)
    alone = median(one.seconds for one in found[1])
    for concurrency, readings in found.items():
        seconds = median(one.seconds for one in readings)
        cpu = median(one.cpu for one in readings)
        print(
            f"{milliseconds:>5g} {style:>7} {concurrency:>11} {first.report.requests:>8} "
            f"{seconds:>8.2f} {alone / seconds:>8.1f} {cpu:>6.2f}",
            flush=True,
        )
        if style == "offset" and milliseconds >= 50 and concurrency == 8:
            assert alone / seconds >= FACTOR, f"less than {FACTOR:g} times as fast"


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("milliseconds", nargs="*", type=float, default=[0.0, 2.0, 5.0, 15.0, 50.0])
    parser.add_argument("--rounds", type=int, default=1, help="readings of each kind (1)")
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    return parser.parse_args()


def main(latencies: Iterable[float], rounds: int) -> None:
    """Print a line for each latency, style and concurrency."""
    print(f"{'ms':>5} {'style':>7} {'concurrency':>11} {'requests':>8} ", end="")
    print(f"{'seconds':>8} {'speed-up':>8} {'CPU s':>6}")
    for milliseconds in latencies:
        command = [sys.executable, __file__, "--serve", str(milliseconds)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                base_url = f"http://127.0.0.1:{int(server.stdout.readline())}"
                for style in STYLES:
                    compare(style, base_url, milliseconds, rounds)
            finally:
                server.kill()


if __name__ == "__main__":
    chosen = arguments()
    if chosen.serve is not None:
        asyncio.run(serve(chosen.serve))
    else:
        main(chosen.milliseconds, chosen.rounds)
