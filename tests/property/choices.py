"""What histories are made of: values that clash often, and rules of connections, at random."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .model import Rules

__all__ = [
    "ABSENT",
    "CONNECTIONS",
    "EMAILS",
    "IDS",
    "USERNAMES",
    "VALUES",
    "connections",
    "edits",
    "ids",
    "rules_of_connections",
]

ABSENT = "(absent)"
CONNECTIONS = ("hr", "payroll")

IDS = [str(number) for number in range(1, 10)]
EMAILS = [
    "a@x.io",
    "A@X.io",
    "b@x.io",
    "c@x.io",
    "d@x.io",
    "é@x.io",
    "E\u0301@x.io",
    "ss@x.io",
    "ß@x.io",
]
USERNAMES = ["ann", "Ann", "bo", "cy", "zoë", "Zoe\u0308"]
DATES = [f"2025-03-{day:02}" for day in range(1, 12)]
EMPTY = [None, ABSENT]

#: What may stand in a record, attribute by attribute. What is listed twice is more likely.
VALUES: dict[str, list[Any]] = {
    "first_name": ["Ann", "Bo", "Ann", "", *EMPTY],
    "last_name": ["Lee", "Ray", "Lee", *EMPTY],
    "email": [*EMAILS, *EMAILS, "", *EMPTY],
    "username": [*USERNAMES, *USERNAMES, "", *EMPTY],
    "status": ["active", "active", "leave", "inactive", "onboarding", "sabbatical", *EMPTY],
    "department": ["Sales", "Ops", "", *EMPTY],
    "job_title": ["Cook", "Clerk", "", *EMPTY],
    "employee_number": [*IDS[:4], "", *EMPTY, ABSENT],
    "manager_id": [*IDS, *IDS, "99", "", *EMPTY],
    "manager_email": [*EMAILS, "nobody@x.io", "", *EMPTY],
    "time_zone": ["UTC", "Pacific/Auckland", "America/Los_Angeles", "Mars/Olympus", *EMPTY],
    "hire_date": [*DATES, *EMPTY],
    "termination_date": [*DATES, "soon", *EMPTY, ABSENT, ABSENT],
}


def _sound(rules: Rules) -> Rules:
    rules.appends_id = rules.appends_id and rules.is_composed
    return rules


connections = st.sampled_from(CONNECTIONS[:1] * 3 + CONNECTIONS[1:])
ids = st.sampled_from(IDS)
edits = st.sampled_from(list(VALUES)).flatmap(
    lambda name: st.tuples(st.just(name), st.sampled_from(VALUES[name]))
)
rules_of_connections = st.builds(
    Rules,
    create_as=st.sampled_from(["active", "staged"]),
    inactive_statuses=st.sampled_from([("leave", "inactive"), ("inactive",)]),
    allow_reactivation=st.booleans(),
    create_days_before=st.sampled_from([None, 0, 2]),
    absent=st.sampled_from(["keep", "suspend", "suspend"]),
    absent_after=st.sampled_from([1, 2]),
    time_zone=st.sampled_from(["UTC", "Pacific/Auckland"]),
    protected_ids=st.sampled_from([(), (), ("1",)]),
    protected_emails=st.sampled_from([(), (), ("B@x.io",)]),
    protected_groups=st.sampled_from([(), (), ("vip",)]),
    groups=st.sampled_from([(), (("Sales", "sales"),), (("Sales", "vip"), ("Ops", "vip"))]),
    suspensions=st.sampled_from([(5, 10), (1, 50), (0, 34)]),
    limits=st.sampled_from(
        [{}, {}, {}, {"creations": 3}, {"email_changes": 1, "blanked": 0}, {"username_changes": 1}]
    ),
    is_composed=st.booleans(),
    appends_id=st.booleans(),
    clearable=st.sampled_from([(), ("department", "manager_id"), ("job_title", "manager_email")]),
).map(_sound)
