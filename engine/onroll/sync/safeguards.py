"""Judge a plan before its first write: too many suspensions, too few people, a changed source.

Pure: facts in, objections out. Any objection blocks the whole plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import Diagnostic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.definition.import_rules import Allowance, SafeguardLimits

__all__ = ["PlanFacts", "SourceFacts", "judge_plan", "judge_source"]


_FEW: Final = 10


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """What came back, against what is known. `people_before` is of the last complete listing.

    `linked` counts the links whose users are not suspended, `returned` those of them whose ids
    the listing has. `is_other_source` is true when base URL or settings changed.
    """

    people: int = 0
    people_before: int = 0
    linked: int = 0
    returned: int = 0
    is_other_source: bool = False

    @property
    def is_halved(self) -> bool:
        """Whether the listing shrank to half or less. In a team of a few, half may well leave."""
        is_company = self.people_before >= _FEW
        return is_company and self.people * 2 <= self.people_before + 1


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """What a plan would do. `accounts` counts the linked users who are not suspended."""

    accounts: int
    suspensions: int = 0
    creations: int = 0
    email_changes: int = 0
    username_changes: int = 0
    blanked: int = 0


def judge_source(facts: SourceFacts, *, is_confirmed: bool) -> list[Diagnostic]:
    """Return what speaks against this source being the one that was read before."""
    if is_confirmed:
        return []
    return list(_about_source(facts))


def _about_source(facts: SourceFacts) -> Iterator[Diagnostic]:
    hint = "if that is right, say so with `--confirm-source`"
    if facts.is_other_source:
        yield Diagnostic(
            "source-changed",
            "the source is another one than in the last import: its base URL or a setting changed",
            hint=hint,
        )
    if facts.people == 0 and max(facts.people_before, facts.linked) > 0:
        known = max(facts.people_before, facts.linked)
        yield Diagnostic(
            "nobody-listed",
            f"the source lists nobody, and had {known:,} people before",
            hint=f"look at the source first; {hint}",
        )
    elif facts.is_halved:
        yield Diagnostic(
            "few-returned",
            f"the source lists {facts.people:,} people, and had {facts.people_before:,} before",
            hint=f"is it the same account, with the same rights and filters? {hint}",
        )
    elif facts.returned * 2 < facts.linked:
        yield Diagnostic(
            "few-returned",
            f"of {facts.linked:,} linked people only {facts.returned:,} came back",
            hint=f"is it the same account, with the same rights and filters? {hint}",
        )


def judge_plan(
    facts: PlanFacts, limits: SafeguardLimits, *, allowed_suspensions: int | None
) -> list[Diagnostic]:
    """Return the limits that a plan exceeds. `allowed_suspensions` is what the operator named."""
    return list(_about_plan(facts, limits, allowed_suspensions))


def _about_plan(
    facts: PlanFacts, limits: SafeguardLimits, allowed_suspensions: int | None
) -> Iterator[Diagnostic]:
    allowed = max(limits.suspensions.of(facts.accounts), allowed_suspensions or 0)
    if facts.suspensions > allowed:
        yield Diagnostic(
            "too-many-suspensions",
            f"the plan suspends {facts.suspensions:,} of {facts.accounts:,} people, and "
            f"{allowed:,} are allowed",
            hint="look at the plan with `--dry-run`; if it is right, allow it with "
            f"`--allow-suspensions {facts.suspensions}`",
        )
    yield from _over("creations", "creates", facts.creations, limits.creations, facts)
    yield from _over(
        "email_changes", "changes the e-mail address of", facts.email_changes,
        limits.email_changes, facts,
    )  # fmt: skip
    yield from _over(
        "username_changes", "changes the username of", facts.username_changes,
        limits.username_changes, facts,
    )  # fmt: skip
    yield from _over("blanked", "blanks attributes of", facts.blanked, limits.blanked, facts)


def _over(
    name: str, does: str, count: int, limit: Allowance | None, facts: PlanFacts
) -> Iterator[Diagnostic]:
    if limit is None or count <= (allowed := limit.of(facts.accounts)):
        return
    yield Diagnostic(
        "limit-exceeded",
        f"the plan {does} {count:,} people, and {allowed:,} are allowed",
        hint=f"if that is right, raise `import.limits.{name}` of the connection",
    )
