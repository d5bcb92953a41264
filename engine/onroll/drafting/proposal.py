"""From a call and its answer to a whole draft, with what else each part could be."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from onroll.drafting.access import split_url, strip_access
from onroll.drafting.draft import Draft
from onroll.drafting.evidence import Answer, Call, Guess
from onroll.drafting.paging import find_paging, own_form, own_json, own_params
from onroll.drafting.people import find_attributes
from onroll.drafting.records import FoundRecords, find_records
from onroll.drafting.success import find_success
from onroll.drafting.totals import find_total
from onroll.drafting.unmapped import unmapped_paths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.drafting.draft import AuthDraft
    from onroll.model import Json

__all__ = ["Proposal", "prepare", "propose"]

_NO_ADDRESS: Final = Guess("https://api.example.com", "nobody said where the API is", is_sure=False)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A draft, and what it could be instead: other lists, other ways of paging, best first."""

    draft: Draft
    call: Call
    lists: tuple[FoundRecords, ...]
    pagings: tuple[Guess[Mapping[str, Any]], ...]
    records: tuple[Json, ...] = field(default=(), repr=False)

    def with_paging(self, paging: Guess[Mapping[str, Any]]) -> Proposal:
        """Return the proposal with another way of paging."""
        return replace(self, draft=_paged(self.draft, self.call, paging))

    def with_attribute(self, name: str, guess: Guess[Json]) -> Proposal:
        """Return the proposal with an attribute added or changed."""
        attributes = {**self.draft.attributes, name: guess}
        left = unmapped_paths(self.records, _values(attributes))
        return replace(self, draft=replace(self.draft, attributes=attributes, unmapped=left))

    def with_statuses(self, counts_as: Mapping[str, str]) -> Proposal:
        """Return the proposal with more values of the source's status, and what they count as."""
        status = self.draft.attributes["status"]
        value = status.value if isinstance(status.value, dict) else {"path": status.value}
        mapped = {**value, "map": {**value.get("map", {}), **counts_as}}
        evidence = f"{status.evidence}; {', '.join(counts_as)}: as you said"
        return self.with_attribute("status", Guess(mapped, evidence, status.is_sure))


def prepare(
    call: Call,
    name: str,
    *,
    access: AuthDraft,
    title: str | None = None,
    sources: tuple[str, ...] = (),
) -> tuple[Call, Draft]:
    """Return a call without credentials, and what is known before an answer is looked at.

    `access` is that of the call, or of a documentation. References to settings stand where
    placeholders were.
    """
    call = strip_access(call, name)
    base_url, endpoint = (_NO_ADDRESS.value, "/people") if call.url is None else split_url(call.url)
    draft = Draft(
        name=name,
        title=title or " ".join(part.capitalize() for part in name.split("-")),
        base_url=_NO_ADDRESS if call.url is None else Guess(base_url, ""),
        endpoint=endpoint,
        access=access,
        resource_location=Guess(".", "not looked at yet", is_sure=False),
        pagination=None,
        total_count=None,
        attributes={},
        http_method=call.method,
        params=dict(call.params),
        json=call.json,
        form=call.form,
        sources=sources,
    )
    return call, draft


def propose(call: Call, bare: Draft, chosen_list: int = 0) -> Proposal | None:
    """Propose a definition for a call with an answer; None where that holds no list at all."""
    answer = call.answer or Answer(None)
    lists = find_records(answer)
    if not lists:
        return None
    found = lists[chosen_list]
    total = find_total(call, found)
    pagings = find_paging(call, found, total)
    attributes = find_attributes(found.records, call.fields, is_described=answer.is_described)
    draft = replace(
        _paged(bare, call, pagings[0] if pagings else None),
        resource_location=found.location,
        total_count=total,
        attributes=attributes,
        shape=found.shape,
        decoder=answer.decoder,
        success=find_success(answer),
        unmapped=unmapped_paths(found.records, _values(attributes)),
    )
    return Proposal(draft, call, tuple(lists), tuple(pagings), found.records)


def _values(attributes: Mapping[str, Guess[Json]]) -> dict[str, Json]:
    return {name: guess.value for name, guess in attributes.items()}


def _paged(draft: Draft, call: Call, paging: Guess[Mapping[str, Any]] | None) -> Draft:
    """Return the draft with a way of paging, whose parameters the list does not send itself."""
    section = {} if paging is None else paging.value
    return replace(
        draft,
        pagination=paging,
        params=own_params(call, section),
        json=own_json(call, section),
        form=own_form(call, section),
    )
