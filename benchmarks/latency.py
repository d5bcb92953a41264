"""Time and CPU of reading 200 pages of 200 people from a server far away, by requests at once.

    python benchmarks/latency.py [--rounds 3] [--json] [0 2 5 15 50]

The numbers are milliseconds before each answer; of several rounds, taken in turn, the median is
printed. The server is a process of its own that has its answers ready. Every reading must bring
the same people in the same order with the same certificate; with pages by offset, eight requests
at once must be at least five times as fast as one at 50 ms. A cursor is known with the page
before only, so that no more than the time of mapping can be gained.

People are read as `onroll fetch` reads them, so that nearly all pages must be decoded in part
only, although page one is not like the others and neither is one in the middle: `whole` is how
many bodies were decoded whole.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from itertools import chain
from statistics import median
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

from onroll.cli.garbage import collecting_rarely
from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.http.body import decode_json
from onroll.service.opening import Options, open_source
from onroll.service.reading import People
from onroll.service.written import user_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from onroll.model import Json, ListingReport, Response

PAGES = 200
PAGE = 200
CONCURRENCIES = (1, 4, 8, 16)
FACTOR = 5.0
#: Page one, the one in the middle, and the last, or the one behind it where nobody is.
WHOLE_PAGES = 3

_PLACE = re.compile(rb"[?&](?:offset|cursor)=(\d+)")


def person(number: int) -> dict[str, Any]:
    """Return a record as an HR API gives one.

    Nobody on page one has a manager, and only who is on the page in the middle leaves. So both
    are null on page one and an object on a later one, which does not fit what was learned.
    """
    page = number // PAGE
    return {
        "id": number,
        "email": f"person.{number}@example.com",
        "name": {"first": "Ada", "last": f"Person {number}"},
        "job": {"title": "Engineer", "department": "Sales", "location": "Berlin"},
        "hired": "2020-01-01T00:00:00+01:00",
        "status": "ACTIVE",
        "manager": {"id": number % PAGE} if page else None,
        "leaves": {"on": "2027-01-01"} if page == PAGES // 2 else None,
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
    """Answer until killed, each time after so many milliseconds; print the port.

    Page two takes half as long again: whatever was asked for beside it is there before it, and
    is decoded by what page one taught.
    """
    answers = {start: answer(start) for start in range(0, PAGES * PAGE + 1, PAGE)}

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            try:
                head = await reader.readuntil(b"\r\n\r\n")
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()
                return
            place = _PLACE.search(head)
            start = int(place.group(1)) if place else 0
            if milliseconds:
                await asyncio.sleep(milliseconds / 1000 * (1.5 if start == PAGE else 1))
            writer.write(answers[start])

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
            "manager_id": "manager.id",
            "hire_date": {"path": "hired", "transform": ["date"]},
            "termination_date": {"path": "leaves.on", "transform": ["date"]},
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
    whole: int
    report: ListingReport

    @property
    def certificate(self) -> ListingReport:
        """The certificate without what may differ: how long it took."""
        return replace(self.report, seconds=0.0)


def read(written: str, base_url: str, concurrency: int) -> Reading:
    """Read everybody with so many requests at once, as `onroll fetch` does."""
    connector, digest = parse_definition(written, name="latency"), sha256()
    options = Options(base_url=base_url, concurrency=concurrency)
    whole: list[int] = []

    def decode(response: Response) -> Json:
        whole.append(len(response.body))  # threads decode at the same time, and none is lost so
        return decode_json(response)

    wall, cpu = time.perf_counter(), time.process_time()
    with (
        patch("onroll.decoders.json.decode_json", decode),
        collecting_rarely(),
        open_source(connector, Settings({}), options) as opened,
    ):
        people = People(opened, keeps_records=False)
        for sheet in people.sheets():
            for user in sheet.users:
                digest.update(repr(user_json(user)).encode())
            del sheet
        report = people.report
    seconds, used = time.perf_counter() - wall, time.process_time() - cpu
    assert report.complete, report.reasons
    assert report.distinct == PAGES * PAGE, report
    # Page two and what is under way beside it: only page one was known then.
    most = concurrency + WHOLE_PAGES
    assert 0 < len(whole) <= most, f"{len(whole)} bodies decoded whole instead of {most} at most"
    return Reading(seconds, used, digest.hexdigest(), len(whole), report)


@dataclass(frozen=True)
class Figures:
    """What a reading took with so many requests at once, and how often it is as fast as alone."""

    milliseconds: float
    style: str
    concurrency: int
    requests: int
    whole: int
    seconds: float
    speed_up: float
    cpu_seconds: float


def compare(style: str, base_url: str, milliseconds: float, rounds: int) -> Iterator[Figures]:
    """Yield the figures of each concurrency; all must bring the same."""
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
        yield Figures(
            milliseconds=milliseconds,
            style=style,
            concurrency=concurrency,
            requests=first.report.requests,
            whole=max(one.whole for one in readings),
            seconds=seconds,
            speed_up=alone / seconds,
            cpu_seconds=cpu,
        )
        if style == "offset" and milliseconds >= 50 and concurrency == 8:
            assert alone / seconds >= FACTOR, f"less than {FACTOR:g} times as fast"


def arguments() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("milliseconds", nargs="*", type=float, default=[0.0, 2.0, 5.0, 15.0, 50.0])
    parser.add_argument("--rounds", type=int, default=1, help="readings of each kind (1)")
    parser.add_argument("--json", action="store_true", help="print an object a line")
    parser.add_argument("--serve", type=float, help=argparse.SUPPRESS)
    return parser.parse_args()


def measured(latencies: Iterable[float], rounds: int) -> Iterator[Figures]:
    """Yield the figures of each latency, style and concurrency."""
    for milliseconds in latencies:
        command = [sys.executable, __file__, "--serve", str(milliseconds)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
            assert server.stdout is not None
            try:
                base_url = f"http://127.0.0.1:{int(server.stdout.readline())}"
                for style in STYLES:
                    yield from compare(style, base_url, milliseconds, rounds)
            finally:
                server.kill()


def main(latencies: Iterable[float], rounds: int, *, as_json: bool) -> None:
    """Print a line for each latency, style and concurrency as soon as it is known."""
    if not as_json:
        print("   ms   style concurrency requests whole  seconds speed-up  CPU s")
    for one in measured(latencies, rounds):
        line = (
            f"{one.milliseconds:>5g} {one.style:>7} {one.concurrency:>11} {one.requests:>8} "
            f"{one.whole:>5} {one.seconds:>8.2f} {one.speed_up:>8.1f} {one.cpu_seconds:>6.2f}"
        )
        print(json.dumps(asdict(one)) if as_json else line, flush=True)


if __name__ == "__main__":
    chosen = arguments()
    if chosen.serve is not None:
        asyncio.run(serve(chosen.serve))
    else:
        main(chosen.milliseconds, chosen.rounds, as_json=chosen.json)
