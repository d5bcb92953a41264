"""Find a person's user in the target: by link, by employee number, by e-mail, in this order. Pure.

What is not certain is a conflict, never a guess: a wrong link gives one person another's access.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onroll.sync.model import Standing
    from onroll.target import State

__all__ = ["Candidate", "Conflict", "Found", "Match", "Nobody", "Seeker", "correlate"]


@dataclass(frozen=True, slots=True)
class Seeker:
    """A person without a link. Keys are as `identity_key` makes them; None when there is none.

    `number` is the employee number, or the source's id where there is none.
    """

    standing: Standing
    email_key: str | None
    number: str
    has_own_number: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """A user of the target who has the person's number or e-mail.

    `linked` says by whom: `here` is this connection, for another of its people. `was_unlinked` is
    true when a person ended this very link; `was_foreign` when another connection wrote the user.
    """

    user_id: str
    state: State
    email_key: str | None
    linked: Literal["here", "elsewhere"] | None = None
    was_unlinked: bool = False
    was_foreign: bool = False
    gives_up_email: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """The person's user, to be linked."""

    user_id: str
    by: Literal["employee_number", "email"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two claims that a person must decide. `user_id` is the user that both are about."""

    reason: str
    message: str
    user_id: str | None = None


@dataclass(frozen=True, slots=True)
class Nobody:
    """The target has no user of this person."""


Match: TypeAlias = Found | Conflict | Nobody

_HOW = "decide with `onroll link USER CONNECTION ID`"


def correlate(
    seeker: Seeker,
    by_number: Sequence[Candidate],
    by_email: Sequence[Candidate],
    by_source_id: Sequence[Candidate] = (),
) -> Match:
    """Return the user of a person who has no link, nobody, or the conflict.

    `by_source_id` are the users of whom the target says that they have the person's own id.
    """
    found = _by_number(seeker, by_number, by_source_id)
    if seeker.standing == "inactive":
        # Not by e-mail: it could suspend whoever has the address now. And nobody inactive is
        # created, so that there is nothing to decide about an old record of somebody who is back.
        is_over = isinstance(found, Conflict) and found.reason in ("number_in_use", "was_unlinked")
        return Nobody() if is_over else found
    return _by_email(by_email) if isinstance(found, Nobody) else found


def _by_number(
    seeker: Seeker, by_number: Sequence[Candidate], by_source_id: Sequence[Candidate]
) -> Match:
    taken = next((one for one in by_number if one.linked == "here"), None)
    if taken is not None and seeker.has_own_number:
        return Conflict(
            "number_in_use",
            f"another person of this connection has the same employee number; {_HOW}",
            taken.user_id,
        )
    both = {one.user_id: one for one in (*by_number, *by_source_id)}.values()
    free = [one for one in both if one.linked is None and not one.was_foreign]
    if not free:
        return Nobody()
    if len(free) > 1:
        return Conflict(
            "ambiguous", f"{len(free)} users of the target have this employee number; {_HOW}"
        )
    one = free[0]
    if one.was_unlinked:
        return _unlinked(one)
    if one.email_key and seeker.email_key and one.email_key != seeker.email_key:
        return Conflict(
            "email_differs",
            f"a user has this employee number and another e-mail address; {_HOW}",
            one.user_id,
        )
    return Found(one.user_id, "employee_number")


def _by_email(candidates: Sequence[Candidate]) -> Match:
    # An address that is given up in this run is free for the next, who is created after it.
    candidates = [one for one in candidates if not one.gives_up_email]
    if not candidates:
        return Nobody()
    if len(candidates) > 1:
        return Conflict("ambiguous", f"{len(candidates)} users have this e-mail address; {_HOW}")
    one = candidates[0]
    if one.linked == "here":
        return Conflict(
            "email_in_use",
            f"the e-mail address belongs to a user who is linked to another person; {_HOW}",
            one.user_id,
        )
    if one.linked == "elsewhere" or one.was_foreign:
        return Conflict(
            "claimed_elsewhere",
            f"the e-mail address belongs to a user of another connection; {_HOW}",
            one.user_id,
        )
    if one.was_unlinked:
        return _unlinked(one)
    if one.state == "suspended":
        return Conflict(
            "email_of_suspended",
            "the e-mail address belongs to a suspended user: the same person, or a new one? "
            f"{_HOW[0].upper()}{_HOW[1:]}",
            one.user_id,
        )
    return Found(one.user_id, "email")


def _unlinked(candidate: Candidate) -> Conflict:
    return Conflict(
        "was_unlinked",
        f"this person was unlinked from that user by hand; {_HOW}",
        candidate.user_id,
    )
