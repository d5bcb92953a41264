"""Whether an answer says by a flag of its own that the call went well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from onroll.drafting.evidence import Guess
from onroll.drafting.members import bare, members

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.drafting.evidence import Answer
    from onroll.drafting.members import Member
    from onroll.model import Json

__all__ = ["find_success"]

#: Bare name of a flag to the value that says that all is well.
_FLAGS: Final[Mapping[str, bool]] = {
    "success": True,
    "successful": True,
    "issuccess": True,
    "issuccessful": True,
    "ok": True,
    "succeeded": True,
    "iserror": False,
    "haserror": False,
    "haserrors": False,
    "error": False,
    "failed": False,
}
_WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "status": ("success", "ok", "successful"),
    "result": ("success", "ok"),
    "code": ("success", "ok"),
}
#: Numbers that say it: 0 beside a message, as many APIs have it from C.
_NUMBERS: Final = frozenset({"status", "errorcode", "code", "returncode", "retcode", "errcode"})
_MESSAGES: Final = ("error", "errors", "message", "msg", "errormessage", "errordescription")
_DEEPEST: Final = 2


def find_success(answer: Answer) -> Guess[Mapping[str, Any]] | None:
    """Return the condition that an answer with such a flag must fulfill; None without one."""
    near = [one for one in members(answer.body) if len(one.keys) <= _DEEPEST]
    for member in near:
        wanted = _wanted(member, near)
        if wanted is not None:
            condition: dict[str, Any] = {"body": member.locator, **wanted}
            message = _message(near, member)
            if message is not None:
                condition["message"] = message.locator
            said = wanted["equals"]
            text = str(said).lower() if isinstance(said, bool) else str(said)
            is_sure = isinstance(said, bool) and len(member.keys) == 1
            return Guess(condition, f"{member.label} is {text} in this answer", is_sure)
    return None


def _wanted(member: Member, near: list[Member]) -> dict[str, Json] | None:
    value, name = member.value, member.bare
    if isinstance(value, bool):
        return {"equals": value} if _FLAGS.get(name) is value else None
    if isinstance(value, str):
        return {"equals": value} if value.lower() in _WORDS.get(name, ()) else None
    has_message = any(
        one.keys[:-1] == member.keys[:-1] and one.bare in _MESSAGES and isinstance(one.value, str)
        for one in near
    )
    return {"equals": 0} if value == 0 and name in _NUMBERS and has_message else None


def _message(near: list[Member], flag: Member) -> Member | None:
    beside = [one for one in near if one.keys[:-1] == flag.keys[:-1] and one is not flag]
    for name in _MESSAGES:
        for one in beside:
            if bare(one.name) == name and (one.value is None or isinstance(one.value, str)):
                return one
    return None
