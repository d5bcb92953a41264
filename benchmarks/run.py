"""Measure onroll and its peers, and write the tables of docs/explanation/performance.md.

    make bench                                             # everything: about half an hour
    python benchmarks/run.py peers --rounds 1 --contenders floor onroll --no-page
    python benchmarks/run.py start people

The parts are `peers`, `attributes`, `people`, `latency` and `start`; all of them when none is
named. The exit code is 1 when a goal is missed.
"""

from __future__ import annotations

import argparse
import sys

from suite import goals, tables
from suite.contenders import CONTENDERS, FLOOR, ONROLL
from suite.growth import PEOPLE, by_attributes, by_people
from suite.latencies import latencies
from suite.measuring import Failed
from suite.race import race
from suite.server import serving
from suite.starting import starts


def asked() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(tables.TABLES))
    parser.add_argument("--people", type=int, default=100_000)
    parser.add_argument("--most-people", type=int, default=max(PEOPLE), help="of the part `people`")
    parser.add_argument("--rounds", type=int, default=5)
    names = [one.name for one in CONTENDERS]
    parser.add_argument("--contenders", nargs="+", choices=names, default=names)
    parser.add_argument("--no-page", action="store_true", help="print only; leave the page alone")
    found = parser.parse_args()
    found.parts = found.parts or list(tables.TABLES)
    if unknown := set(found.parts) - set(tables.TABLES):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    found.contenders = {FLOOR, ONROLL, *found.contenders}
    return found


def main() -> int:
    """Run the parts that were asked for; print each table as soon as it is there."""
    given = asked()
    met: list[goals.Goal] = []
    for part in given.parts:
        try:
            table, reached = measured(part, given)
        except Failed as failed:
            raise SystemExit(f"{part}: {failed}") from failed
        print(f"\n{table}", flush=True)
        met += reached
        if not given.no_page:
            tables.put({part: table})
    for goal in met:
        print(goal)
    return 0 if all(goal.is_met for goal in met) else 1


def measured(part: str, given: argparse.Namespace) -> tuple[str, list[goals.Goal]]:
    """Measure a part; return its table and its goals."""
    if part == "latency":
        return tables.by_latency(latencies()), []
    if part == "start":
        found = starts()
        return tables.starting(found), goals.of_starting(found)
    with serving(given.people) as address:
        if part == "people":
            usage = by_people(address, given.most_people)
            return tables.by_people(usage), goals.of_people(usage)
        if part == "attributes":
            rounds = min(given.rounds, 3)
            micros = by_attributes(address, given.people, rounds)
            return tables.by_attributes(micros, given.people, rounds), []
        chosen = [one for one in CONTENDERS if one.name in given.contenders]
        results = race(chosen, address, given.people, given.rounds)
        return tables.peers(results, given.rounds), goals.of_peers(results)


if __name__ == "__main__":
    sys.exit(main())
