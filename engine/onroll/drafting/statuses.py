"""Whether people work there: the field that says so, and what its values mean."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from onroll.drafting.contents import share
from onroll.drafting.evidence import Guess
from onroll.drafting.flags import status_of_flags, status_of_moments
from onroll.drafting.meanings import is_doubtful, letters_of, status_of
from onroll.drafting.sample import Field, Sample, rank
from onroll.drafting.vocabulary import STATUS_PHRASES
from onroll.drafting.words import spelled, words_of
from onroll.expressions.reference import as_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from onroll.model import Json

__all__ = ["find_status"]

#: A status of something else: of a marriage, an application, a document.
_FOREIGN: Final = frozenset(
    spelled(
        "marital approval approved onboarding visa payment background verification tax military "
        "student citizenship immigration sync invitation smoker veteran mfa text message emoji "
        "reason date since"
    )
)
#: A status of a thing that somebody has, or of a moment.
_OF_OTHERS: Final = frozenset(
    spelled(
        "subscription license licence plan order contract document review request presence online "
        "call chat device address country city department team manager health billing invoice"
    )
)
#: What says how someone is employed, and not whether.
_TYPES: Final = frozenset(
    spelled(
        "full part time permanent temporary temp intern contractor freelance fixed hourly salaried "
        "casual external internal trainee apprentice voll teil zeit vollzeit teilzeit"
    )
)
_MOST_VALUES: Final = 40
_MOST_SHOWN: Final = 8
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class _Choice:
    field: Field
    score: int
    known: dict[str, str]
    unknown: tuple[str, ...]
    is_exact: bool


def find_status(sample: Sample, own_id: Field | None) -> tuple[Guess[Json], list[Field]] | None:
    """Return the status with its `map`. Values of unknown meaning are left out, never guessed."""
    choices = sorted(_named(sample), key=lambda one: -one.score)
    if choices and choices[0].known:
        return _filled_up(choices[0], choices[1:], sample)
    booleans = status_of_flags(sample)
    if booleans is not None:
        return booleans
    loose = _loosely_named(sample)
    if loose is not None:
        return _mapped(loose, (), sample), [loose.field]
    if choices:
        return _unknown(choices[0], sample), [choices[0].field]
    return status_of_moments(sample, own_id)


def _named(sample: Sample) -> list[_Choice]:
    found = []
    for one in rank(sample, STATUS_PHRASES, lambda value: not isinstance(value, list | dict)):
        texts = _texts(one.field)
        if _FOREIGN & set(one.field.trail.words) or not texts or _is_free(one.field, texts):
            continue
        known = {text: status for text in texts if (status := status_of(text))}
        is_exact = not any(map(is_doubtful, known))
        if not known and share(texts, lambda text: bool(_TYPES & set(words_of(text)))) > 0.5:
            continue
        if not known:
            known = letters_of(texts)
            is_exact = False
        unknown = tuple(text for text in texts if text not in known)
        score = one.score - (0 if known else 40) + round(20 * len(known) / len(texts))
        # Where one field knows more than two statuses it tells more than one that knows two.
        score += 3 * len(set(known.values()))
        found.append(_Choice(one.field, score, known, unknown, is_exact))
    return found


def _loosely_named(sample: Sample) -> _Choice | None:
    """Return the one status of some other name whose values are all known: never sure."""
    found = []
    for field in sample.fields:
        words = set(field.trail.words) if len(field.leaf.steps) == 1 else set()
        if not words & {"status", "state"} or words & (_FOREIGN | _OF_OTHERS):
            continue
        texts = _texts(field)
        known = {text: status for text in texts if (status := status_of(text))}
        if known and len(known) == len(texts) and not _is_free(field, texts):
            found.append(_Choice(field, 0, known, (), is_exact=False))
    return found[0] if len(found) == 1 else None


def _is_free(field: Field, texts: list[str]) -> bool:
    """Whether people write into a field what they like."""
    if len(texts) > _MOST_VALUES or any(len(text) > _LONGEST for text in texts):
        return True
    return len(field.filled) > 10 and len(texts) * 2 > len(field.filled) + len(field.facts.values)


def _texts(field: Field) -> list[str]:
    """Return the values of a field: those seen, and those of its documentation."""
    seen = [as_text(value).strip() for value in field.filled]
    documented = [as_text(value).strip() for value in field.facts.values if value is not None]
    folded: dict[str, str] = {}
    for text in [*documented, *seen]:
        folded.setdefault(text.casefold(), text)
    return list(folded.values())


def _mapped(choice: _Choice, others: Sequence[_Choice], sample: Sample) -> Guess[Json]:
    field = choice.field
    evidence = f"{field.leaf.shown}, {_counted(field, sample)}"
    if choice.unknown:
        evidence += f"; left out, since its meaning is not known: {_listed(choice.unknown)}"
    rival = next((one for one in others if one.known and choice.score - one.score < 5), None)
    if rival is not None:
        evidence += f"; {rival.field.leaf.shown} is as likely"
    is_whole = len(field.filled) == sample.count or bool(field.facts.values)
    is_sure = choice.is_exact and not choice.unknown and rival is None and is_whole
    return Guess({"path": field.path, "map": dict(choice.known)}, evidence, is_sure)


def _filled_up(
    choice: _Choice, others: Sequence[_Choice], sample: Sample
) -> tuple[Guess[Json], list[Field]]:
    """Where the best field is empty for some, let another one speak for them."""
    guess = _mapped(choice, others, sample)
    gaps = [not value for value in choice.field.leaf.values]
    for one in others if any(gaps) else ():
        if one.known and any(v and gap for v, gap in zip(one.field.leaf.values, gaps, strict=True)):
            value = {"first": [guess.value, {"path": one.field.path, "map": dict(one.known)}]}
            evidence = (
                f"{guess.evidence}; where empty {one.field.leaf.shown}, "
                f"{_counted(one.field, sample)}"
            )
            return Guess(value, evidence, is_sure=False), [choice.field, one.field]
    return guess, [choice.field]


def _counted(field: Field, sample: Sample) -> str:
    seen = Counter(as_text(value).strip() for value in field.filled)
    said = [f"{text} ({count})" for text, count in seen.most_common(_MOST_SHOWN)]
    if field.facts.values:
        is_seen = said and not sample.is_described
        return f"documented with {len(field.facts.values)} values" + (
            f"; seen {', '.join(said)}" if is_seen else ""
        )
    return f"values {', '.join(said)}"


def _listed(texts: Sequence[str]) -> str:
    more = len(texts) - _MOST_SHOWN
    return ", ".join(texts[:_MOST_SHOWN]) + (f" and {more} more" if more > 0 else "")


def _unknown(choice: _Choice, sample: Sample) -> Guess[Json]:
    """Name the field though nobody knows its values: then they are reported, and none acted on."""
    guess = _mapped(choice, (), sample)
    return replace(guess, value={"path": choice.field.path, "map": {"active": "active"}})
