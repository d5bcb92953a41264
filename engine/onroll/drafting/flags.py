"""A status made of flags, true or false, or of moments at which someone left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onroll.drafting.dates import is_no_date
from onroll.drafting.evidence import Guess
from onroll.drafting.meanings import FALSE, TRUE
from onroll.drafting.sample import Field, Sample, rank
from onroll.drafting.words import spelled
from onroll.expressions.reference import as_text

if TYPE_CHECKING:
    from onroll.model import Json

__all__ = ["status_of_flags", "status_of_moments"]

_PAIRS: Final = (("true", "false"), ("yes", "no"), ("y", "n"), ("1", "0"), ("t", "f"))
#: Booleans that are true of those who work there, and of those who do not.
_YES: Final = spelled(
    "active isactive enabled isenabled accountenabled employed isemployed current iscurrent "
    "isactiveemployee useractive accountactive activated isactivated currentemployee indienst "
    "aktiv istaktiv actif activo actief userenabled"
)
_NO: Final = spelled(
    "terminated isterminated archived isarchived deleted isdeleted suspended issuspended "
    "deactivated isdeactivated disabled isdisabled blocked isblocked inactive isinactive banned "
    "isbanned former isformer hasleft left accountdisabled locked islocked"
)
_PENDING: Final = spelled("pending ispending isinviteduser invited isinvited")
_LEAVE: Final = spelled("onleave isonleave")
#: False of those who have not started.
_STARTED: Final = ("onboarded", "isonboarded")
_GONE_AT: Final = spelled(
    "deleteat archiveat deletedat archivedat deactivatedat suspendedat disabledat blockedat "
    "deactivateddate deleteddate suspendedon archivedon deletedon deactivatedon"
)


def status_of_flags(sample: Sample) -> tuple[Guess[Json], list[Field]] | None:
    """Return a status of flags: one that says active, and those that say otherwise before it."""
    others = [
        (status, field, is_set)
        for phrases, status, is_set in (
            (_NO, "inactive", True),
            (_LEAVE, "leave", True),
            (_PENDING, "onboarding", True),
            (_STARTED, "onboarding", False),
        )
        for field in _flags(sample, phrases)
    ]
    yes = _flags(sample, _YES)
    if yes:
        main, table = yes[0], _table(yes[0], "active", "inactive")
    elif others:
        # The last of those that say that someone is gone, or else the last one.
        number = sum(status == "inactive" for status, _, _ in others) or len(others)
        status, main, is_set = others.pop(number - 1)
        table = _table(main, status, "active") if is_set else _table(main, "active", status)
    else:
        return None
    first: list[Json] = [
        {"value": status, "when": {"path": field.path, "equals": _flag(field, is_set=is_set)}}
        for status, field, is_set in others
    ]
    used = [main, *(field for _, field, _ in others)]
    evidence = f"{' and '.join(one.leaf.shown for one in used)}, true or false"
    value: Json = {"path": main.path, "map": table}
    is_whole = len(main.filled) == sample.count
    if not is_whole and not yes:
        first.append(value)
        value = {"value": "active", "when": {"path": main.path, "present": False}}
        evidence += f"; active where {main.leaf.shown} is not there"
    return Guess({"first": [*first, value]} if first else value, evidence, is_whole), used


def _flags(sample: Sample, phrases: tuple[str, ...]) -> list[Field]:
    found = [
        one.field
        for one in rank(sample, phrases, _is_flag, least=70)
        if one.field.filled and len(one.field.leaf.steps) < 4
    ]
    # Who is locked out of signing in may work there.
    return [one for one in found if one.trail.words[-1] != "locked"] or found


def _is_flag(value: Json) -> bool:
    return as_text(value).strip().casefold() in TRUE | FALSE


def _pair(field: Field) -> tuple[str, str]:
    texts = {as_text(value).strip().casefold() for value in field.filled}
    return next(pair for pair in _PAIRS if texts & set(pair))


def _table(field: Field, of_true: str, of_false: str) -> dict[str, str]:
    true, false = _pair(field)
    return {true: of_true, false: of_false}


def _flag(field: Field, *, is_set: bool) -> Json:
    """Return the value of a flag that is set, or not, as the field writes it."""
    text = _pair(field)[0 if is_set else 1]
    seen = [value for value in field.filled if as_text(value).strip().casefold() == text]
    if seen:
        return seen[0]
    other = field.filled[0]
    if isinstance(other, bool):
        return is_set
    return int(is_set) if isinstance(other, int) else text


def status_of_moments(
    sample: Sample, own_id: Field | None
) -> tuple[Guess[Json], list[Field]] | None:
    """Return a status of `deleted_at` and the like: filled for those who are gone."""
    found = [one.field for one in rank(sample, _GONE_AT, lambda _: True, least=70)]
    found = [one for one in found if len(one.leaf.steps) == 1]
    if not found or own_id is None:
        return None
    never = next((value for value in found[0].filled if is_no_date(value)), None)
    # Where zeros say that someone stays, a second moment would not be asked.
    others = [one for one in found[1:2] if not any(map(is_no_date, one.filled))]
    chosen = found[:1] if never is not None else [found[0], *others]
    first: list[Json] = [
        {"value": "inactive", "when": {"path": one.path, "present": True}} for one in chosen
    ]
    if never is not None:
        first.insert(0, {"value": "active", "when": {"path": found[0].path, "equals": never}})
    first.append({"value": "active", "when": {"path": own_id.path, "present": True}})
    names = " and ".join(one.leaf.shown for one in chosen)
    evidence = f"{names}, filled for those who are gone; no field says the status"
    return Guess({"first": first}, evidence, is_sure=False), chosen
