"""Dense histories: every step by dice of a known seed, so that much happens in each of them.

Hypothesis looks for the shortest history that fails, and repeats itself for that. These do not.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

from .choices import EMAILS, IDS, USERNAMES, VALUES
from .model import Rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from .test_histories import Histories

__all__ = ["play"]


def play(histories: Histories, seed: int, steps: int) -> None:
    """Play one history of so many steps. Raises `AssertionError` where engine and model differ."""
    dice = Random(seed)
    try:
        people = [[_edit(dice) for _ in range(dice.randint(0, 2))] for _ in range(6)]
        histories.found(_rules(dice), _rules(dice), people)
        for _ in range(steps):
            dice.choice(_STEPS)(histories, dice)
    finally:
        histories.teardown()


def _edit(dice: Random) -> tuple[str, Any]:
    name = dice.choice(list(VALUES))
    return name, dice.choice(VALUES[name])


def _connection(dice: Random) -> str:
    return dice.choice(["hr", "hr", "hr", "payroll"])


def _place(dice: Random) -> int:
    return dice.randint(0, 9)


def _rules(dice: Random) -> Rules:
    is_composed = dice.random() < 0.5
    return Rules(
        create_as=dice.choice(["active", "staged"]),
        inactive_statuses=dice.choice([("leave", "inactive"), ("inactive",)]),
        allow_reactivation=dice.random() < 0.5,
        create_days_before=dice.choice([None, None, 0, 2]),
        absent=dice.choice(["keep", "suspend"]),
        absent_after=dice.choice([1, 2]),
        time_zone=dice.choice(["UTC", "Pacific/Auckland"]),
        protected_ids=dice.choice([(), (), ("1",)]),
        protected_emails=dice.choice([(), (), ("B@x.io",)]),
        protected_groups=dice.choice([(), (), ("vip",)]),
        groups=dice.choice([(), (("Sales", "sales"),), (("Sales", "vip"), ("Ops", "vip"))]),
        suspensions=dice.choice([(5, 10), (1, 50), (0, 34)]),
        limits=dice.choice([{}, {}, {"creations": 3}, {"email_changes": 1, "blanked": 0}]),
        is_composed=is_composed,
        appends_id=is_composed and dice.random() < 0.5,
        clearable=dice.choice([(), ("department", "manager_id"), ("job_title", "manager_email")]),
    )


def _next_day(to: Histories, dice: Random) -> None:
    to.import_next_day(_connection(dice), dice.getrandbits(30), dice.choice([0, 24, 24, 72]))


def _import_some(to: Histories, dice: Random) -> None:
    to.import_some(
        connection=_connection(dice),
        places=[_place(dice) for _ in range(dice.choice([0, 0, 1, 2]))],
        fault=dice.choice([None, None, None, "total", "twice"]),
        mode=dice.choice(["all", "all", "new", "updates"]),
        is_confirmed=dice.random() < 0.5,
        allowed_suspensions=dice.choice([None, 1, 9]),
        allows_incomplete=dice.random() < 0.5,
    )


def _hire(to: Histories, dice: Random) -> None:
    to.join(_connection(dice), dice.choice(IDS), [_edit(dice)])
    to.hire_whom_the_directory_has(
        dice.choice(IDS),
        dice.choice(["email", "number", "both"]),
        dice.choice(["active", "active", "staged", "suspended"]),
        dice.choice([None, None, *IDS]),
    )


def _change_source(to: Histories, dice: Random) -> None:
    connection, days = _connection(dice), dice.choice([None, None, -1, 0, 1])
    places = [_place(dice), _place(dice)]
    to.leave_or_return(connection, places, dice.choice(["leave", "inactive", "active"]), days)
    name = dice.choice(["email", "username", "manager_id", "last_name"])
    to.hand_on(connection, dice.sample(range(7), 3), name)
    to.reorganize(connection, [(_place(dice), _place(dice)) for _ in range(5)])
    if dice.random() < 0.3:
        to.vanish(connection, [dice.choice(IDS)])


def _change_directory(to: Histories, dice: Random) -> None:
    state = dice.choice(["active", "suspended", "staged"])
    number = dice.choice([*IDS, None])
    to.create_by_hand(dice.choice([*EMAILS, None]), dice.choice(USERNAMES), number, state)
    if to.world.users:
        name = dice.choice(["email", "username", "department", "job_title", "employee_number"])
        to.edit_by_hand(_place(dice), (name, dice.choice(VALUES[name])))
        group = dice.choice(["sales", "vip", None])
        to.move_by_hand(
            _place(dice), dice.choice([state, None]), group, dice.choice([0, 1, 2, None])
        )


def _decide_links(to: Histories, dice: Random) -> None:
    if to.world.users and dice.random() < 0.5:
        to.link(_connection(dice), dice.choice(IDS), _place(dice))
    if any(link.is_open for link in to.world.links) and dice.random() < 0.5:
        to.unlink(_place(dice))


_STEPS: list[Callable[[Histories, Random], None]] = [
    _next_day, _next_day, _import_some, _hire, _change_source, _change_directory, _decide_links,
]  # fmt: skip
