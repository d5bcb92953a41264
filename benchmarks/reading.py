"""CPU time of each step of reading a person: what a change of the mapping or the JSON costs.

    python benchmarks/reading.py 20000

One process, without a network: the pages of a sandbox are fetched before. Each step runs five
times, and the best time counts. In parentheses stands what is done only with pages that must be
decoded whole. `benchmarks/run.py` has all of it, sockets included.
"""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import msgspec

from onroll.builtin import shipped
from onroll.cli.garbage import collecting_rarely
from onroll.decoders.selected import selected_json
from onroll.definition.load import load_definition
from onroll.definition.settings import Settings
from onroll.expressions.path import parse_path
from onroll.fetch.known_ids import KnownIds
from onroll.fetch.learning import Learned
from onroll.http.body import decode_json
from onroll.http.client import HttpClient
from onroll.mapping.mapper import build_mapper
from onroll.model import Limits, Request, Response
from onroll.plugins.registry import installed
from onroll.service.wanted_places import places_of_records
from onroll.testing.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

ROUNDS = 5
PAGE = 100


def recorded(users: int) -> list[Response]:
    """Return the sandbox's answers to a whole reading."""
    login = {"client_id": "demo", "client_secret": "demo-secret"}
    with Sandbox(users=users) as sandbox, HttpClient(Limits()) as client:
        url = f"{sandbox.url}/v1"
        _, granted = client.send(Request("POST", f"{url}/auth", json=login), decode_json)
        headers = {"Authorization": f"Bearer {granted['data']['token']}"}
        pages = []
        for offset in range(0, users, PAGE):
            params = (("limit", str(PAGE)), ("offset", str(offset)))
            request = Request("GET", f"{url}/company/employees", params, headers)
            response, _ = client.send(request, decode_json)
            assert response.is_success, response.status
            pages.append(response)
    return pages


class Clock:
    """Adds up the CPU seconds of each part."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def time(self, part: str, work: Callable[[], Any]) -> Any:
        started = time.process_time()
        result = work()
        self.seconds[part] = self.seconds.get(part, 0.0) + time.process_time() - started
        return result


def read(pages: list[Response]) -> dict[str, float]:
    """Read all pages once, in part and then whole; return the seconds of each step."""
    definition = load_definition(shipped("connectors") / "personio" / "connector.yaml")
    settings = Settings({"client_id": "demo", "client_secret": "demo-secret"})
    mapper = build_mapper(definition, settings.scope(), installed())
    encode_lines = msgspec.json.Encoder().encode_lines
    known, clock = KnownIds(), Clock()
    learned = Learned([("data", 0, *keys) for keys in places_of_records(definition) or ()])
    learned.see(decode_json(pages[0]))
    decode_part = selected_json(learned.outline())
    of_records = parse_path("data")
    for page in pages:
        part = clock.time("decode a part", lambda page=page: decode_part(page))
        records = of_records.first(part)
        ids = clock.time("identify", lambda r=records: mapper.identify_all(r))
        clock.time("known ids", lambda ids=ids: known.add_all(ids))
        mapped = clock.time("map", lambda r=records: mapper.map_all(r))
        users = [one.user.attributes for one in mapped if one.user is not None]
        clock.time("encode", lambda users=users: encode_lines(users))
        del part, records
        whole = clock.time("(decode the whole)", lambda page=page: decode_json(page)["data"])
        again = clock.time("(map one by one)", lambda r=whole: [mapper.map(one) for one in r])
        assert again == mapped
    return clock.seconds


def main() -> None:
    """Print a line for each step, and what they take together."""
    users = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    pages = recorded(users)
    with collecting_rarely():
        rounds = [read(pages) for _ in range(ROUNDS)]
    best = {part: min(one[part] for one in rounds) / users * 1e6 for part in rounds[0]}
    size = sum(len(page.body) for page in pages) / users
    print(f"{users:,} people, {size:,.0f} bytes each; CPU µs a person")
    steps = {part: micros for part, micros in best.items() if not part.startswith("(")}
    for part, micros in (*best.items(), ("together", sum(steps.values()))):
        print(f"{part:>18} {micros:>7.2f}")


if __name__ == "__main__":
    main()
