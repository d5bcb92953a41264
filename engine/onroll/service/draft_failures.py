"""What keeps a draft from being made, in words that say what to do instead."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onroll.diagnostics import Diagnostic, quoted_list
from onroll.drafting.yaml_text import flow

if TYPE_CHECKING:
    from onroll.drafting.evidence import Call
    from onroll.drafting.proposal import Proposal
    from onroll.errors import SourceError

__all__ = ["missing_placeholder", "no_list", "nobody_listed", "not_sent", "refused", "shown"]


def shown(value: Any) -> str:
    """Write a part of a definition on one line."""
    return value if isinstance(value, str) else flow(value)


def refused(error: SourceError) -> str:
    """Say how the API refused, in its own words too, and ask for other credentials."""
    exchange = error.exchange
    words = "" if exchange is None or not exchange.body else f"\n{exchange.body[:300]}"
    return f"{error.diagnostic.message}{words}\nTry with other credentials"


def nobody_listed(proposal: Proposal) -> Diagnostic:
    """Say that the list is there and empty."""
    location = shown(proposal.draft.resource_location.value)
    return Diagnostic(
        "empty-list",
        f"the list at `{location}` is empty, so nothing can be said of its people",
        hint="ask for people who are there: check the parameters of the call and its rights",
    )


def no_list(call: Call) -> Diagnostic:
    """Say that the answer, if there is one, holds no list."""
    answer = call.answer
    body = None if answer is None else answer.body
    if answer is None:
        return Diagnostic(
            "nothing-shown",
            "there is no answer to look at",
            hint="leave out --offline, or show an answer with --response",
        )
    keys = f"the answer has the keys {quoted_list(list(body))}" if isinstance(body, dict) else ""
    return Diagnostic(
        "no-list-found",
        "the answer holds no list of objects",
        expected="a list of people, each an object" + (f"; {keys}" if keys else ""),
        hint="show an answer of the call that lists people",
    )


def missing_placeholder(name: str) -> Diagnostic:
    """Say which placeholder has no value."""
    return Diagnostic(
        "missing-setting",
        f"the address or a credential has the placeholder `{name}`",
        hint=f"pass `--set {name}=…`, or show an answer with --response",
    )


def not_sent(method: str) -> Diagnostic:
    """Say why a call was not sent."""
    return Diagnostic(
        "not-sent",
        f"the call is a {method}, which might change something, so it was not sent",
        hint="pass --yes if it only reads, or show an answer with --response",
    )
