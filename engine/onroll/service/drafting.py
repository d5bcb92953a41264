"""From what an API shows to a definition that validates: ask it, try paging on it, rehearse."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from onroll.definition.load import parse_definition
from onroll.definition.settings import Settings
from onroll.drafting.evidence import Answer, Call, Guess
from onroll.drafting.writing import write_definition
from onroll.http.replay import Replay
from onroll.model import NEEDED_ATTRIBUTES, Headers, Response
from onroll.redaction import Secret
from onroll.service.addressing import fill_url
from onroll.service.checks import run_checks
from onroll.service.opening import Options, open_source
from onroll.service.preview import make_preview
from onroll.service.replay import with_all_mapped
from onroll.service.stand_ins import stand_ins

if TYPE_CHECKING:
    from typing import Any

    from onroll.definition.connector import ConnectorDefinition
    from onroll.drafting.draft import AuthDraft, Draft
    from onroll.drafting.proposal import Proposal
    from onroll.service.checks import TestResult
    from onroll.service.preview import Preview

__all__ = ["Trial", "ask", "definition_of", "missing_values", "rehearse", "try_paging", "whole"]

#: Ways of paging that are tried on the API itself: each costs two or three requests.
_MOST_TRIED: Final = 4
_SAMPLE: Final = 1000
_ATTEMPTS: Final = 2


@dataclass(frozen=True, slots=True)
class Trial:
    """A proposal after its ways of paging were tried on the API, and the last test's result."""

    proposal: Proposal
    result: TestResult


def definition_of(draft: Draft) -> ConnectorDefinition:
    """Return the definition that a draft writes, to be opened as it is.

    Raises `DefinitionError` for one that is wrong.
    """
    written = write_definition(whole(draft), "connector.schema.json")
    return with_all_mapped(parse_definition(written, name=f"{draft.name}.yaml"))


def whole(draft: Draft) -> Draft:
    """Return the draft with null for the needed attributes that nobody found yet."""
    missing = {
        name: Guess(None, "nothing in the records looks like it", is_sure=False)
        for name in NEEDED_ATTRIBUTES
        if name not in draft.attributes
    }
    return replace(draft, attributes={**missing, **draft.attributes})


def missing_values(draft: Draft) -> list[str]:
    """Return the settings without which the API cannot be asked: placeholders, mostly."""
    return [
        name
        for name, one in draft.access.settings.items()
        if one.value is None and one.default is None
    ]


def ask(call: Call, draft: Draft) -> Response:
    """Send the call once, with the credentials of its draft. Raises `SourceError` for a refusal.

    The operator typed the address, so its host is trusted, also a private one.
    """
    lone = replace(draft, pagination=Guess({"style": "none"}, ""), params=dict(call.params))
    with open_source(definition_of(lone), _settings(draft.access), _options(draft)) as opened:
        opened.source.authenticate()
        request = opened.plan.base
        return opened.source.ask(request, decode=lambda _: None).response


def try_paging(proposal: Proposal) -> Trial:
    """Try the ways of paging on the API, best first; keep the first that brings a page two."""
    best: Trial | None = None
    for paging in proposal.pagings[:_MOST_TRIED] or (Guess({"style": "none"}, ""),):
        trial = _tried(proposal.with_paging(paging))
        if best is None:
            best = trial
        if any(one.name == "pagination" and one.ok for one in trial.result.checks):
            return trial
    assert best is not None
    return best


def _tried(proposal: Proposal) -> Trial:
    draft = proposal.draft
    with open_source(definition_of(draft), _settings(draft.access), _options(draft)) as opened:
        result = run_checks(opened)
    paging = draft.pagination
    told = next(one for one in result.checks if one.name == "pagination")
    if paging is not None:
        tried = f"tried: {told.detail}"
        evidence = tried if told.ok else f"{paging.evidence}; {tried}"
        proposal = proposal.with_paging(Guess(paging.value, evidence, is_sure=told.ok))
    return Trial(proposal, result)


def rehearse(proposal: Proposal) -> Preview:
    """Map the records of the answer that is there. Raises `SourceError` when they do not map."""
    answer = proposal.call.answer or Answer(None)
    body = json.dumps(answer.body).encode()
    recorded = Response(answer.status, Headers({"content-type": "application/json"}), body, "")
    draft = replace(proposal.draft, decoder=None, pagination=Guess({"style": "none"}, ""))
    options = Options(
        transport=Replay(lambda _: recorded),
        use_auth=False,
        use_rate_limits=False,
        concurrency=1,
        attempts=1,
    )
    definition = definition_of(draft)
    with open_source(definition, stand_ins(definition), options) as opened:
        return make_preview(opened, _SAMPLE)


def _settings(access: AuthDraft) -> Settings:
    """Return the values that the evidence held."""
    values: dict[str, Any] = {}
    for name, one in access.settings.items():
        value = one.value if one.value is not None else one.default
        if value is not None:
            values[name] = Secret(value) if one.is_secret else value
    return Settings(values)


def _options(draft: Draft) -> Options:
    base_url = "".join(fill_url(draft.base_url.value, _settings(draft.access)))
    return Options(base_url=base_url, attempts=_ATTEMPTS)
