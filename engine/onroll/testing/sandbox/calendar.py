"""The sandbox's own endpoint, beside the vendor's: `POST /sandbox/next-day[?changes=N]`.

No fault falls on it, and no list request is counted for it.
"""

from onroll.testing.sandbox.account import Account
from onroll.testing.sandbox.exchange import Answer, Request, json_answer

NEXT_DAY = "/sandbox/next-day"
_MOST_DIGITS = 9


def is_asked(request: Request) -> bool:
    """Whether a request is for the calendar and not for an API."""
    return request.path.rstrip("/") == NEXT_DAY


def answer(request: Request, account: Account) -> Answer:
    """Let a day go by, and answer what happened."""
    if request.method != "POST":
        return json_answer(
            405, {"error": "Only POST is allowed here"}, headers=(("Allow", "POST"),)
        )
    changes = request.parameter("changes")
    if changes is None:
        return json_answer(200, account.next_day().record)
    if not (changes.isascii() and changes.isdecimal() and len(changes) <= _MOST_DIGITS):
        return json_answer(400, {"error": "changes must be a whole number of at least 0"})
    return json_answer(200, account.next_day(int(changes)).record)
