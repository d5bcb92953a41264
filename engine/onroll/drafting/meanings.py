"""What providers' words for a status mean here."""

from __future__ import annotations

from typing import Final

from onroll.drafting.words import spelled, words_of

__all__ = ["FALSE", "TRUE", "is_doubtful", "letters_of", "status_of"]

_MEANINGS: Final = {
    phrase: status
    for status, text in {
        "onboarding": "onboarding pending pendingapproval awaitingapproval invited hired new "
        "newhire prehire prestart draft staged "
        "provisioned created notstarted notyetstarted future futurehire incoming upcoming init "
        "initiated accepted unverified preboarding pendingstart pendinginvite pendinginvitation "
        "awaitingstart offeraccepted offer prestarter preonboarding starter pendingactivation "
        "invitationsent activationsent invitesent waiting starting zukunftig",
        "active": "active current employed enabled working onboard normal regular "
        "probation probationary onprobation noticeperiod onnotice offboarding activated inservice "
        "aktiv actif activo ativo actief attivo beschaftigt enposte alta indienst inforce "
        "passwordexpired recovery lockedout present hiredactive confirmed",
        "leave": "leave onleave leaveofabsence loa absent parentalleave parental maternity "
        "maternityleave paternity paternityleave sabbatical longtermleave sickleave sick furlough "
        "furloughed paidleave unpaidleave medicalleave inactiveonleave elternzeit "
        "mutterschutz beurlaubt encongé enconge excedencia verlof activeleave "
        "temporaryleave",
        "inactive": "inactive terminated termination left former archived deactivated disabled "
        "deprovisioned offboarded resigned retired deleted blocked banned dismissed ended alumni "
        "exemployee gardenleave suspended ex quit deceased fired redundant laidoff separated "
        "departed exited removed notactive closed expired revoked trashed leaver terminatee "
        "inaktiv ausgetreten ausgeschieden gekundigt inactif parti sorti inactivo baja inativo "
        "inactief uitdienst inattivo cessato nonactive unemployed noncurrent",
    }.items()
    for phrase in spelled(text)
}
#: Single letters mean something only beside each other.
_LETTERS: Final = {
    "a": "active", "c": "active", "l": "leave", "p": "leave", "t": "inactive", "i": "inactive",
    "r": "inactive", "d": "inactive",
}  # fmt: skip
TRUE: Final = frozenset({"true", "yes", "y", "1", "t"})
FALSE: Final = frozenset({"false", "no", "n", "0", "f"})
#: Of longer texts some words are looked at, the longest known run first.
_LONGEST_PHRASE: Final = 6
_NOT: Final = frozenset({"not", "non", "no", "un", "never", "formerly", "previously", "until"})
#: Words that one API means so and another otherwise.
_DOUBTFUL: Final = frozenset({"suspended", "created", "new", "confirmed", "offer"})


def status_of(text: str) -> str | None:
    """Return our status for a provider's word; None when it says nothing certain.

    A longer text is active only if it begins so: nobody is guessed to work there.
    """
    words = words_of(text)
    for length in range(min(len(words), _LONGEST_PHRASE), 0, -1):
        runs = ("".join(words[at : at + length]) for at in range(len(words) - length + 1))
        meant = {_MEANINGS[run] for run in runs if run in _MEANINGS}
        if meant and length < len(words) and _NOT & set(words):
            return None
        if meant == {"active"} and length < len(words):
            return "active" if "".join(words[:length]) in _MEANINGS else None
        if meant:
            return meant.pop() if len(meant) == 1 else None
    return None


def is_doubtful(text: str) -> bool:
    """Whether a word is taken apart to be understood, or is used in more than one way."""
    phrase = "".join(words_of(text))
    return phrase not in _MEANINGS or phrase in _DOUBTFUL


def letters_of(texts: list[str]) -> dict[str, str]:
    """Return what single letters and words for true mean where they are all that there is."""
    folded = {text.casefold() for text in texts}
    if folded <= TRUE | FALSE and not folded <= {"0", "1"}:
        return {text: "active" if text.casefold() in TRUE else "inactive" for text in texts}
    if all(len(text) == 1 for text in texts) and "a" in folded:
        return {text: _LETTERS[text.casefold()] for text in texts if text.casefold() in _LETTERS}
    return {}
