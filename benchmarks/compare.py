"""CPU and peak memory of comparing people with users, by the number of people: the plan alone.

    python benchmarks/compare.py 10000 100000 1000000

No source is read and no target: as many people as users, all of them linked, go straight into the
spool, one in a hundred with another department. Each number runs as a process of its own. Memory
must grow less than a tenth as fast as the number of people.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from datetime import UTC, datetime

from onroll.definition.import_rules import ImportRules
from onroll.mapping.mapped import Mapped
from onroll.model import User
from onroll.sync.decide import Policy
from onroll.sync.gathering import listed
from onroll.sync.planning import make_plan
from onroll.sync.scope import Scope
from onroll.sync.spool import Spool
from onroll.sync.standing import Calendar
from onroll.target import WRITABLE_ATTRIBUTES, Capabilities, TargetUser

_PORTION = 1_000
_RULES = ImportRules()


def person(number: int) -> User:
    """Return a person as a mapping gives one: their manager is one of those before."""
    return User(
        {
            "id": str(number),
            "username": f"u{number}@example.com",
            "email": f"u{number}@example.com",
            "first_name": "Ada",
            "last_name": f"Person {number}",
            "job_title": "Engineer",
            "department": "Sales",
            "company": "Example",
            "cost_center": "CC1",
            "employee_type": "internal",
            "location": "Berlin",
            "manager_id": str(number // 10) if number else None,
            "status": "active",
            "hire_date": "2020-01-01",
            "custom": {"shoe_size": 43},
        }
    )


def user(number: int) -> TargetUser:
    """Return the user of that person, whose department may have been another one."""
    attributes = dict(person(number).attributes)
    for name in ("id", "status", "manager_id", "custom"):
        del attributes[name]
    attributes["custom.shoe_size"] = 43
    if number % 100 == 0:
        attributes["department"] = "Support"
    manager = f"t{number // 10}" if number else None
    return TargetUser(f"t{number}", attributes, "active", manager_id=manager)


def fill(spool: Spool, people: int, calendar: Calendar) -> None:
    """Put everybody into the spool, a portion at a time, as an import does."""
    for start in range(0, people, _PORTION):
        numbers = range(start, min(people, start + _PORTION))
        spool.add_people(
            listed(one + 1, str(one), Mapped(person(one)), _RULES, calendar) for one in numbers
        )
        spool.add_users(map(user, numbers))
    spool.add_links((str(one), one, f"t{one}", True, 0) for one in range(people))
    spool.index()


def compare(people: int) -> None:
    """Compare, and print what it took: CPU seconds and the peak resident size in MB."""
    calendar = Calendar(datetime.now(UTC))
    capabilities = Capabilities(frozenset(WRITABLE_ATTRIBUTES), has_custom=True)
    with Spool() as spool:
        fill(spool, people, calendar)
        policy = Policy(_RULES, calendar, capabilities, lambda _values: ())
        plan = make_plan(spool, policy, Scope(absences_count=True))
    assert plan.counts.update == (people + 99) // 100, plan.counts
    assert plan.counts.unchanged == people - plan.counts.update, plan.counts
    used = resource.getrusage(resource.RUSAGE_SELF)
    print(used.ru_utime + used.ru_stime, used.ru_maxrss * 1024 / 1_000_000)


def main() -> None:
    """Print a line for each number of people that was asked for."""
    counts = sorted(int(one) for one in sys.argv[1:]) or [10_000, 100_000, 1_000_000]
    print(f"{'people':>10} {'CPU s':>8} {'µs/person':>10} {'peak MB':>8}")
    peaks: list[tuple[int, float]] = []
    for people in counts:
        command = [sys.executable, __file__, "--one", str(people)]
        said = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        cpu, peak = map(float, said.split())
        print(f"{people:>10,} {cpu:>8.1f} {cpu / people * 1e6:>10.1f} {peak:>8.1f}", flush=True)
        peaks.append((people, peak))
    (few, small), (many, large) = peaks[0], peaks[-1]
    if many >= 10 * few:
        assert large / small < many / few / 10, "memory grows with the number of people"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        compare(int(sys.argv[2]))
    else:
        main()
