"""Open a source: from a definition and settings to something that can be asked."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING

from onroll.diagnostics import Diagnostic, quoted_list
from onroll.errors import DefinitionError, SettingsError, UsageError
from onroll.expressions.reference import resolve
from onroll.fetch.context import Context
from onroll.fetch.join import Joiner
from onroll.fetch.listing import Listing
from onroll.fetch.lookups import Lookups
from onroll.fetch.parts import Parts
from onroll.fetch.plan import ListPlan, plan_list
from onroll.fetch.pool import Pool
from onroll.fetch.since import parameter_since
from onroll.fetch.source import Source
from onroll.http.client import HttpClient, Transport, Wrap, unsendable, unsendable_header
from onroll.http.retry import ATTEMPTS, Policy
from onroll.http.tls import read_tls
from onroll.mapping.mapper import Mapper, build_mapper
from onroll.model import NEEDED_ATTRIBUTES
from onroll.plugins.registry import installed
from onroll.redaction import Redactor
from onroll.service.addressing import (
    auth_address,
    find_addresses,
    networks_of,
)
from onroll.service.auth_section import read_auth
from onroll.service.token_keeping import binding_of, open_keeper
from onroll.service.wanted_places import places_of_records
from onroll.version import USER_AGENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from onroll.definition.connector import ConnectorDefinition, ListDefinition
    from onroll.definition.settings import Settings
    from onroll.definition.source import KeyPath
    from onroll.expressions.reference import Scope
    from onroll.fetch.address import Addresses
    from onroll.http.carrier import Carrier
    from onroll.http.tls import TlsMaterial
    from onroll.model import Json, Limits
    from onroll.outline import Keys
    from onroll.plugins.registry import Registry
    from onroll.service.token_keeping import TokenPlace

__all__ = ["OpenSource", "Options", "open_source"]


@dataclass(frozen=True, slots=True)
class Options:
    """What an operator may change for one run. `transport` is the seam for tests and replays.

    `wrap` is put around that, or around the network, to see or to keep what passes.
    `updated_since` asks only for people who changed since that (aware) moment. `concurrency`
    takes the place of the definition's. `secrets` are further texts that nothing shown may hold.
    `attempts` is how often one request is tried; someone who waits for an answer wants few.
    `tokens` is where those are kept that outlive a run. With `allow_private_network` the
    definition may name hosts that are not on the internet.
    """

    base_url: str | None = None
    auth_base_url: str | None = None
    use_rate_limits: bool = True
    use_auth: bool = True
    filters: Mapping[str, Json] = field(default_factory=dict)
    updated_since: datetime | None = None
    concurrency: int | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    transport: Transport | Carrier | None = None
    wrap: Wrap | None = None
    attempts: int = ATTEMPTS
    tokens: TokenPlace | None = None
    allow_private_network: bool = False


@dataclass(frozen=True, slots=True)
class OpenSource:
    """A source that is ready, with everything that reading people from it needs."""

    definition: ConnectorDefinition
    source: Source
    plans: Callable[[], tuple[ListPlan, ...]]
    mapper: Mapper
    joiner: Joiner
    limits: Limits
    redactor: Redactor
    pool: Pool
    is_partial: bool = False
    updated_since: datetime | None = None

    @property
    def plan(self) -> ListPlan:
        """The plan of the list of users, or of its first part. May make the `context` calls."""
        return self.plans()[0]

    def listing(
        self,
        *,
        reads_ahead: bool = True,
        keeps_records: bool = True,
        sample: int | None = None,
    ) -> Listing | Parts:
        """Return a new reading of the list of users, in all its parts.

        Without `keeps_records` they may lack what the definition does not read.
        Without `reads_ahead`, for whoever needs the first page only, no page is asked for early.
        With `sample`, for whoever needs so many records, they come from all parts alike.
        """
        named = self.readings(reads_ahead=reads_ahead, keeps_records=keeps_records)
        if len(named) == 1:
            return named[0][1]
        keeps_first = self.definition.list_users.duplicates == "keep_first"
        return Parts(named, keeps_first=keeps_first, sample=sample)

    def readings(
        self, *, reads_ahead: bool = True, keeps_records: bool = True
    ) -> list[tuple[str, Listing]]:
        """Return a new reading of each part by its name, mostly of one list alone."""
        pool = self.pool if reads_ahead else None
        reads = None if keeps_records else places_of_records(self.definition)
        return [
            (part.name, self._reading(index, part, pool, reads))
            for index, part in enumerate(self.definition.parts)
        ]

    def _reading(
        self,
        index: int,
        part: ListDefinition,
        pool: Pool | None,
        reads: tuple[Keys, ...] | None,
    ) -> Listing:
        path: KeyPath = (*part.path, "resource_location")
        if self.definition.source.get(path) is None:
            path = ("list_users", "resource_location")
        place = self.definition.source.place(path)
        return Listing(
            self.source,
            part,
            lambda: self.plans()[index],
            self.mapper.identify_all,
            self.limits,
            place,
            pool,
            reads,
        )


@contextmanager
def open_source(
    definition: ConnectorDefinition, settings: Settings, options: Options | None = None
) -> Iterator[OpenSource]:
    """Open a source and close its connections at the end. Sends nothing yet."""
    options = options or Options()
    _refuse_unmapped(definition)
    registry = installed()
    addresses = find_addresses(definition, settings, options)
    tls = _tls(definition, settings) if options.use_auth else None
    hidden = () if tls is None else tls.secrets()
    redactor = Redactor([*settings.secrets(), *options.secrets, *hidden])
    limits = definition.limits
    if not options.use_rate_limits:
        limits = replace(limits, requests_per_minute=None, requests_per_second=None)
    if options.concurrency is not None:
        limits = replace(limits, concurrency=options.concurrency)
    auth = definition.auth if options.use_auth else {"method": "none"}
    kind, config = read_auth(auth, settings, registry, redactor)
    method = kind.build(config, auth_address(addresses, options))
    binding = binding_of(definition.name, {**config, "method": kind.name}, addresses)
    extra = _extra_parameters(definition, options)
    policy = Policy(attempts=options.attempts)
    with (
        open_keeper(options.tokens, kind, method, binding) as keeper,
        HttpClient(
            limits,
            user_agent=USER_AGENT,
            transport=options.transport,
            wrap=options.wrap,
            networks=networks_of(definition, settings, options),
            tls=tls,
            policy=policy,
        ) as client,
        Pool(limits.concurrency) as pool,
    ):
        source = Source(client, method, addresses, redactor, keeper)
        scope = Context(definition, settings.scope(), source, registry).scope

        @cache
        def plans() -> tuple[ListPlan, ...]:
            return tuple(
                _plan(definition, one, scope, addresses, registry, extra)
                for one in definition.parts
            )

        def read(
            lookup: ListDefinition, identify: Callable[[Sequence[Json]], list[str | None]]
        ) -> Listing:
            def plan() -> ListPlan:
                return plan_list(definition, lookup, scope, addresses, registry)

            return Listing(source, lookup, plan, identify, limits, pool=pool)

        if not definition.context:
            plans()  # so that what is wrong is said before anything is sent
        lookups = Lookups(definition.lookups, read)
        yield OpenSource(
            definition=definition,
            source=source,
            plans=plans,
            mapper=build_mapper(definition, settings.scope(), registry),
            joiner=Joiner(definition, scope, source, registry, lookups, pool),
            limits=limits,
            redactor=redactor,
            pool=pool,
            is_partial=bool(set(options.filters) - definition.full_filters)
            or options.updated_since is not None,
            updated_since=options.updated_since,
        )


def _extra_parameters(definition: ConnectorDefinition, options: Options) -> Mapping[str, Json]:
    """Return what joins the parameters of the list: filters, and since when people changed."""
    if options.updated_since is None:
        return options.filters
    if definition.updated_since is None:
        raise UsageError(
            Diagnostic(
                "no-updated-since",
                f"`{definition.name}` does not say how to ask for people who changed",
                definition.source.place(("list_users",), of_key=True),
                hint="add `list_users.updated_since` if the API can, or read everybody",
            )
        )
    since = parameter_since(definition.updated_since, options.updated_since)
    return {**options.filters, **since}


def _tls(definition: ConnectorDefinition, settings: Settings) -> TlsMaterial | None:
    written = resolve(dict(definition.tls), settings.scope())
    assert isinstance(written, dict)
    return read_tls(written)


def _refuse_unmapped(definition: ConnectorDefinition) -> None:
    missing = [name for name in NEEDED_ATTRIBUTES if definition.attributes.get(name) is None]
    if missing:
        raise DefinitionError(
            Diagnostic(
                "attribute-not-mapped",
                f"`{definition.name}` leaves {quoted_list(missing)} to the connection",
                definition.source.place(("attributes", missing[0])),
                hint="write a connection in onroll.yaml that maps it below `attributes`",
            )
        )


def _plan(
    definition: ConnectorDefinition,
    listing: ListDefinition,
    scope: Scope,
    addresses: Addresses,
    registry: Registry,
    filters: Mapping[str, Json],
) -> ListPlan:
    plan = plan_list(definition, listing, scope, addresses, registry, filters)
    wrong = unsendable_header(plan.base.headers)
    if wrong is not None:
        raise SettingsError(unsendable(wrong))
    return plan
