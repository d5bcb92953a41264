"""`onroll new`, from what is shown to a draft: read, ask the API, propose, ask the author."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from onroll.diagnostics import Diagnostic, quoted_list
from onroll.drafting.evidence import Call, Guess
from onroll.drafting.proposal import Proposal, prepare, propose
from onroll.drafting.recording import merge, read_response
from onroll.drafting.skeleton import open_keys, skeleton_access
from onroll.drafting.writing import write_definition
from onroll.errors import SettingsError, SourceError, UsageError
from onroll.expressions.reference import references_in
from onroll.http.networks import NetworkPolicy, endpoint_of
from onroll.model import NEEDED_ATTRIBUTES, STATUSES
from onroll.plugins.registry import installed
from onroll.service.draft_failures import (
    missing_placeholder,
    no_list,
    nobody_listed,
    not_sent,
    refused,
    shown,
)
from onroll.service.drafting import ask, missing_values, rehearse, try_paging, whole
from onroll.service.materials import Shown, call_to, gather

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from onroll.drafting.draft import AuthDraft, Draft
    from onroll.service.checks import TestResult
    from onroll.service.materials import Material
    from onroll.service.preview import Preview

__all__ = ["Ask", "Drafted", "Question", "Wishes", "draft_connector"]

_MOST_CHOICES: Final = 12
_NOT_KNOWN: Final = "(leave it open)"


@dataclass(frozen=True, slots=True)
class Question:
    """Something that only the author can know. With `choices` the answer is one of them."""

    text: str
    choices: tuple[str, ...] = ()
    default: str = ""
    is_secret: bool = False


#: Asks the author; empty when nobody is there, or nothing was said.
Ask: TypeAlias = "Callable[[Question], str]"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the author said beforehand. `values` are those of placeholders, by setting.

    `records` is the path of the list to take. Nothing is sent with `is_offline`; what is no GET
    is only sent with `may_post`, or when the author agrees.
    """

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    records: str | None = None
    is_offline: bool = False
    may_post: bool = False


@dataclass(frozen=True, slots=True)
class Drafted:
    """A proposal that validates, what the API said to it, and how its records map."""

    proposal: Proposal
    test: TestResult | None
    preview: Preview

    @property
    def draft(self) -> Draft:
        """The draft, with null for the needed attributes that nobody found."""
        return whole(self.proposal.draft)

    @property
    def is_private(self) -> bool:
        """Whether the definition names a host that must be allowed before it is asked."""
        host = endpoint_of(self.draft.base_url.value)
        return NetworkPolicy().objection_to_name(host) is not None

    @property
    def text(self) -> str:
        """The definition, with what each guess rests on."""
        return write_definition(self.draft, "./connector.schema.json")


def _unanswered(_question: Question) -> str:
    return ""


def draft_connector(
    name: str, shown: Shown, wishes: Wishes | None = None, ask_author: Ask | None = None
) -> Drafted:
    """Draft a connector, as `onroll new` does. Writes nothing.

    Raises `OnrollError` for what cannot be read, asked or found.
    """
    material = gather(shown, name)
    return _Authoring(name, wishes or Wishes(), ask_author or _unanswered).draft(
        material, is_live=shown.is_live
    )


class _Authoring:
    """One road from material to a draft. What is not asked about stays marked in the file."""

    def __init__(self, name: str, wishes: Wishes, ask_author: Ask) -> None:
        self._name = name
        self._wishes = wishes
        self._ask = ask_author

    def draft(self, material: Material, *, is_live: bool) -> Drafted:
        call, bare = self._settled(material)
        is_live = is_live and not self._wishes.is_offline
        if is_live:
            call, bare = self._answered(call, bare)
        proposal = self._proposed(call, bare)
        test = None
        if is_live:
            trial = try_paging(proposal)
            proposal, test = trial.proposal, trial.result
        else:
            proposal = self._paged(proposal)
        return self._mapped(proposal, test)

    def _settled(self, material: Material) -> tuple[Call, Draft]:
        """Return the call and the bare draft, with what only the author knows of them."""
        call, bare = material.call, material.bare
        if call.url is None:
            said = self._ask(Question("The address of this list (empty: fill it in later)"))
            if said:
                call = merge(call, call_to(said))
                call, bare = prepare(
                    call, self._name, access=bare.access, title=bare.title, sources=bare.sources
                )
        if bare.access.auth.value["method"] == "none" and not bare.access.auth.is_sure:
            bare = self._with_auth(bare)
        unknown = [name for name in self._wishes.values if name not in bare.access.settings]
        if unknown:
            message = f"there is no placeholder called `{unknown[0]}`"
            raise UsageError(Diagnostic("wrong-option", message, expected=_placeholders(bare)))
        return call, _with_values(bare, self._wishes.values)

    def _with_auth(self, bare: Draft) -> Draft:
        """Ask how the API authenticates, and for the names that the method needs."""
        kinds = {f"{name}: {one.kind.summary}": one.kind for name, one in installed().auth.items()}
        said = self._ask(Question("How does it authenticate", tuple(kinds), next(iter(kinds))))
        if said == "" or kinds[said].name == "none":
            return bare
        access = skeleton_access(kinds[said])
        section = dict(access.auth.value)
        for key in open_keys(access):
            said = self._ask(Question(f"Its `{key}`", default=section[key]))
            section[key] = said or section[key]
        return replace(bare, access=_exchanged(bare.access, access, section))

    def _answered(self, call: Call, bare: Draft) -> tuple[Call, Draft]:
        """Ask the API for page one; where it refuses, the author may try other credentials."""
        while True:
            try:
                bare = self._with_secrets(bare)
                return self._asked(call, bare), bare
            except SourceError as error:
                if self._ask(Question(refused(error), ("yes", "no"), "no")) != "yes":
                    raise
                bare = self._with_auth(bare)

    def _with_secrets(self, bare: Draft) -> Draft:
        questions = {
            name: Question(one.title, is_secret=one.is_secret)
            for name, one in bare.access.settings.items()
            if name in missing_values(bare)
        }
        said = {name: self._ask(question) for name, question in questions.items()}
        bare = _with_values(bare, {name: value for name, value in said.items() if value})
        missing = missing_values(bare)
        if missing:
            raise SettingsError(*map(missing_placeholder, missing))
        return bare

    def _asked(self, call: Call, bare: Draft) -> Call:
        if call.method != "GET" and not self._may_post(call):
            raise UsageError(not_sent(call.method))
        return replace(call, answer=read_response(ask(call, bare)))

    def _may_post(self, call: Call) -> bool:
        if self._wishes.may_post:
            return True
        text = f"The call is a {call.method}. Does it only read, and may it be sent"
        return self._ask(Question(text, ("yes", "no"), "no")) == "yes"

    def _proposed(self, call: Call, bare: Draft) -> Proposal:
        proposal = propose(call, bare)
        if proposal is None:
            raise UsageError(no_list(call))
        if not proposal.records:
            raise UsageError(nobody_listed(proposal))
        locations = [shown(one.location.value) for one in proposal.lists]
        wanted = self._wishes.records
        if wanted is None and len(locations) > 1 and not proposal.draft.resource_location.is_sure:
            question = Question("Which list holds the people", tuple(locations), locations[0])
            wanted = self._ask(question)
        if wanted and wanted not in locations:
            message = f"the answer has no list of objects at `{wanted}`"
            expected = quoted_list(locations)
            raise UsageError(Diagnostic("resource-location-not-found", message, expected=expected))
        if not wanted or locations.index(wanted) == 0:
            return proposal
        chosen = propose(call, bare, locations.index(wanted))
        assert chosen is not None
        return chosen

    def _paged(self, proposal: Proposal) -> Proposal:
        """Let the author choose between ways of paging that nothing decides between."""
        if not proposal.pagings or proposal.pagings[0].is_sure or len(proposal.pagings) == 1:
            return proposal
        ways = {shown(dict(one.value)): one for one in proposal.pagings[:_MOST_CHOICES]}
        question = Question("How are further pages asked for", tuple(ways), next(iter(ways)))
        said = self._ask(question)
        if not said:
            return proposal
        return proposal.with_paging(replace(ways[said], is_sure=True))

    def _mapped(self, proposal: Proposal, test: TestResult | None) -> Drafted:
        for name in NEEDED_ATTRIBUTES:
            left = proposal.draft.unmapped[:_MOST_CHOICES]
            if name in proposal.draft.attributes or not left:
                continue
            question = Question(f"Which field is the `{name}`", (*left, _NOT_KNOWN), _NOT_KNOWN)
            said = self._ask(question)
            if said not in ("", _NOT_KNOWN):
                path = json.loads(said) if said.startswith("[") else said
                proposal = proposal.with_attribute(name, Guess(path, "as you said"))
        preview = rehearse(proposal)
        status = preview.coverage.get("status")
        if status is None or not status.unmatched:
            return Drafted(proposal, test, preview)
        said_statuses = {}
        for value in list(status.unmatched)[:_MOST_CHOICES]:
            text = f"People whose status is {value!r} count as"
            said = self._ask(Question(text, (*STATUSES, _NOT_KNOWN), _NOT_KNOWN))
            if said not in ("", _NOT_KNOWN):
                said_statuses[value] = said
        if said_statuses:
            proposal = proposal.with_statuses(said_statuses)
            preview = rehearse(proposal)
        return Drafted(proposal, test, preview)


def _exchanged(known: AuthDraft, chosen: AuthDraft, section: Mapping[str, Any]) -> AuthDraft:
    """Return what is known with another way to authenticate, and without the settings of the old.

    Settings of the address, and headers that are no credentials, stay.
    """
    old = {one.name for one in references_in(dict(known.auth.value))}
    kept = {name: one for name, one in known.settings.items() if name not in old}
    auth = Guess(section, "as you said")
    return replace(known, auth=auth, settings={**kept, **chosen.settings})


def _with_values(bare: Draft, values: Mapping[str, str]) -> Draft:
    settings = dict(bare.access.settings)
    for name, value in values.items():
        settings[name] = replace(settings[name], value=value)
    return replace(bare, access=replace(bare.access, settings=settings))


def _placeholders(bare: Draft) -> str:
    names = list(bare.access.settings)
    return f"one of {quoted_list(names)}" if names else "no `--set`: there are no placeholders"
