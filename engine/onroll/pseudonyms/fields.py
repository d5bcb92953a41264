"""What a value of an answer is, told by our attribute, its key and its looks: so it is replaced."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from onroll.pseudonyms.addresses import EMAIL, URL
from onroll.pseudonyms.calendar import DATE
from onroll.pseudonyms.iban import is_iban
from onroll.pseudonyms.rules import ITEM

if TYPE_CHECKING:
    from collections.abc import Collection

    from onroll.model import Json
    from onroll.pseudonyms.rules import FieldPath

__all__ = ["PERSONAL", "Kind", "kind_of", "words_of_key"]

Kind: TypeAlias = Literal[
    "name", "email", "phone", "iban", "date", "url", "id", "words", "number", "text"
]

#: What is somebody's, wherever it stands: it is replaced even where it looks like a mere word.
PERSONAL: Final[frozenset[Kind]] = frozenset({"name", "email", "phone", "iban"})

_BY_ATTRIBUTE: Final[dict[str, Kind]] = {
    **dict.fromkeys(
        ("first_name", "middle_name", "last_name", "display_name", "preferred_name", "username"),
        "name",
    ),
    **dict.fromkeys(("email", "alternate_email", "manager_email"), "email"),
    **dict.fromkeys(("phone", "mobile"), "phone"),
    **dict.fromkeys(("id", "manager_id", "employee_number"), "id"),
    **dict.fromkeys(("hire_date", "termination_date", "created_at", "updated_at"), "date"),
    **dict.fromkeys(
        ("job_title", "department", "division", "team", "company", "cost_center", "location",
         "roles", "groups"),
        "words",
    ),
}  # fmt: skip

_NAME_KEYS: Final = re.compile(
    r"((first|last|middle|given|family|fore|sur|maiden|birth|full|display|preferred|nick|legal"
    r"|user|login|formatted|manager|supervisor|employee|person|worker|contact|reports? ?to) )?"
    r"(names?)( (first|last|middle|suffix|prefix|full|kana|local))?"
    r"|firstname|lastname|middlename|givenname|familyname|surname|forename|fullname|username"
    r"|displayname|nickname|login|initials|salutation|vorname|nachname|familienname|rufname"
    r"|prenom|nom|nombre|apellidos?|voornaam|achternaam|roepnaam|cognome|nome|sobrenome"
)
#: What stands around the name of a person, and not of a thing.
_PERSON_KEYS: Final = re.compile(
    r"|(.* )?(attributes|author|contact|employee|fields|item|legal|manager|member|name|owner"
    r"|people|person|personal|personal info|preferred|profile|properties|record|reports to"
    r"|supervisor|user|worker)( data| info| details)?"
)
_WORD_KEYS: Final = re.compile(
    r".*\b(department|division|team|company|office|location|site|position|job|role|title"
    r"|city|country|region|state|workplace|cost ?cent(er|re)|business unit|org( ?unit)?"
    r"|legal entity|subcompany|category|abteilung|standort|firma)\b.*"
)
_PHONE_KEYS: Final = re.compile(r".*\b(tele)?(phone|mobile|cell|fax|tel|telefon|handy)\b.*")
_DATE_KEYS: Final = re.compile(
    r".*\b(date|dates|day|time|at|on|since|until|from|start|end|ends|starts|birth|birthday|dob|ts"
    r"|timestamp|created|updated|modified|changed|expires|hired|terminated|login|seen)\b.*"
)
_ID_KEYS: Final = re.compile(r"(.* )?(id|ids|uuid|guid|key|number|nr|no|code|sub|uid)")
_PHONE: Final = re.compile(
    r"\s*(?=(?:\D*\d){7})\+?[\d\s()/.-]*[\s()/+-][\d\s()/.-]*|\s*\+\d{7,15}\s*"
)
#: Seconds and milliseconds since 1970 that lie between 2001 and 2100.
_INSTANTS: Final = ((1_000_000_000, 4_102_444_800), (1_000_000_000_000, 4_102_444_800_000))


#: Keys that only wrap a value: the one before says what it is.
_WRAPPERS: Final = frozenset({"content", "data", "displayvalue", "text", "value", "values"})


def kind_of(value: Json, path: FieldPath, attributes: Collection[str]) -> Kind:
    """Return what a text or a number is that lies at the end of a path."""
    named, around = _names(path)
    ours = next((_BY_ATTRIBUTE[one] for one in sorted(attributes) if one in _BY_ATTRIBUTE), None)
    if isinstance(value, str):
        return _looks(value) or ours or _by_key(named, around) or "text"
    if ours == "date":
        return "date"
    if _PHONE_KEYS.fullmatch(named):
        return "number"
    if not _ID_KEYS.fullmatch(named) and _DATE_KEYS.fullmatch(named) and _is_instant(value):
        return "date"
    return "id" if ours == "id" or _ID_KEYS.fullmatch(named) else "number"


def words_of_key(key: str) -> str:
    """Write a key in words: `hireDate`, `hire_date` and `HireDate` are `hire date`."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", key)
    return " ".join(re.findall(r"[^\W_]+", apart)).casefold()


def _looks(value: str) -> Kind | None:
    text = value.strip()
    if EMAIL.fullmatch(text):
        return "email"
    if URL.fullmatch(text):
        return "url"
    if DATE.fullmatch(text) or text.startswith("/Date("):
        return "date"
    if is_iban(text):
        return "iban"
    return "phone" if _PHONE.fullmatch(text) else None


def _names(path: FieldPath) -> tuple[str, str]:
    """Return in words the key that says what a value is, and the one around it."""
    names = [words_of_key(key) for key in path if key != ITEM]
    while len(names) > 1 and names[-1].replace(" ", "") in _WRAPPERS:
        names.pop()
    return (names[-1] if names else ""), (names[-2] if len(names) > 1 else "")


def _by_key(named: str, around: str) -> Kind | None:
    if named in ("name", "label", "display name") and not _PERSON_KEYS.fullmatch(around):
        return "words"
    if _NAME_KEYS.fullmatch(named):
        return "name"
    if _PHONE_KEYS.fullmatch(named):
        return "phone"
    if _ID_KEYS.fullmatch(named):
        return "id"
    if _WORD_KEYS.fullmatch(named):
        return "words"
    return "date" if _DATE_KEYS.fullmatch(named) else None


def _is_instant(value: float) -> bool:
    return any(first <= value <= last for first, last in _INSTANTS)
