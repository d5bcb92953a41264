"""Open a source: from a definition and settings to something that can be asked."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from onroll.definition.settings import environment_name
from onroll.diagnostics import Diagnostic, quoted_list
from onroll.errors import DefinitionError, SettingsError, UsageError
from onroll.expressions.reference import references_in, resolve
from onroll.fetch.address import Addresses
from onroll.fetch.context import Context
from onroll.fetch.join import Joiner
from onroll.fetch.listing import Listing
from onroll.fetch.lookups import Lookups
from onroll.fetch.parts import Parts
from onroll.fetch.plan import ListPlan, plan_list
from onroll.fetch.pool import Pool
from onroll.fetch.since import parameter_since
from onroll.fetch.source import Source
from onroll.http.client import HttpClient, Transport, unsendable, unsendable_header
from onroll.http.retry import ATTEMPTS, Policy
from onroll.mapping.mapper import Mapper, build_mapper
from onroll.model import NEEDED_ATTRIBUTES, is_loopback
from onroll.plugins.registry import installed
from onroll.redaction import Redactor
from onroll.service.token_keeping import binding_of, open_keeper
from onroll.version import USER_AGENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from onroll.definition.connector import ConnectorDefinition, ListDefinition
    from onroll.definition.settings import Settings
    from onroll.definition.source import KeyPath
    from onroll.expressions.reference import Scope
    from onroll.model import Json, Limits
    from onroll.plugins.registry import Registry
    from onroll.protocols import AuthKind
    from onroll.service.token_keeping import TokenPlace

__all__ = ["OpenSource", "Options", "is_base_url", "literal_secrets", "open_source"]


@dataclass(frozen=True, slots=True)
class Options:
    """What an operator may change for one run. `transport` is the seam for tests and replays.

    `updated_since` asks only for people who changed since that (aware) moment. `concurrency`
    takes the place of the definition's. `secrets` are further texts that nothing shown may hold.
    `attempts` is how often one request is tried; someone who waits for an answer wants few.
    `tokens` is where those are kept that outlive a run.
    """

    base_url: str | None = None
    auth_base_url: str | None = None
    use_rate_limits: bool = True
    use_auth: bool = True
    filters: Mapping[str, Json] = field(default_factory=dict)
    updated_since: datetime | None = None
    concurrency: int | None = None
    secrets: tuple[str, ...] = field(default=(), repr=False)
    transport: Transport | None = None
    attempts: int = ATTEMPTS
    tokens: TokenPlace | None = None


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

    @property
    def plan(self) -> ListPlan:
        """The plan of the list of users, or of its first part. May make the `context` calls."""
        return self.plans()[0]

    def listing(self, *, reads_ahead: bool = True) -> Listing | Parts:
        """Return a new reading of the list of users, in all its parts.

        Without `reads_ahead`, for whoever needs the first page only, no page is asked for early.
        """
        readings = [
            self._reading(index, part, self.pool if reads_ahead else None)
            for index, part in enumerate(self.definition.parts)
        ]
        if len(readings) == 1:
            return readings[0]
        named = [
            (part.name, one) for part, one in zip(self.definition.parts, readings, strict=True)
        ]
        keeps_first = self.definition.list_users.duplicates == "keep_first"
        return Parts(named, keeps_first=keeps_first)

    def _reading(self, index: int, part: ListDefinition, pool: Pool | None) -> Listing:
        path: KeyPath = (*part.path, "resource_location")
        if self.definition.source.get(path) is None:
            path = ("list_users", "resource_location")
        place = self.definition.source.place(path)
        return Listing(
            self.source,
            part,
            lambda: self.plans()[index],
            self.mapper.identify,
            self.limits,
            place,
            pool,
        )


@contextmanager
def open_source(
    definition: ConnectorDefinition, settings: Settings, options: Options | None = None
) -> Iterator[OpenSource]:
    """Open a source and close its connections at the end. Sends nothing yet."""
    options = options or Options()
    _refuse_unmapped(definition)
    registry = installed()
    addresses = _addresses(definition, settings, options)
    redactor = Redactor([*settings.secrets(), *options.secrets])
    limits = definition.limits
    if not options.use_rate_limits:
        limits = replace(limits, requests_per_minute=None, requests_per_second=None)
    if options.concurrency is not None:
        limits = replace(limits, concurrency=options.concurrency)
    auth = definition.auth if options.use_auth else {"method": "none"}
    kind, config = _auth_config(auth, settings, registry, redactor)
    method = kind.build(config, addresses.for_auth)
    binding = binding_of(definition.name, {**config, "method": kind.name}, addresses)
    extra = _extra_parameters(definition, options)
    policy = Policy(attempts=options.attempts)
    with (
        open_keeper(options.tokens, kind, method, binding) as keeper,
        HttpClient(
            limits, user_agent=USER_AGENT, transport=options.transport, policy=policy
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

        def read(lookup: ListDefinition, identify: Callable[[Json], str | None]) -> Listing:
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


def _auth_config(
    written: Mapping[str, Any], settings: Settings, registry: Registry, redactor: Redactor
) -> tuple[AuthKind, dict[str, Any]]:
    """Return the kind that an `auth` section names, and its keys with references resolved."""
    config = resolve(dict(written), settings.scope())
    assert isinstance(config, dict)
    for text in literal_secrets(config):
        redactor.add(text)
    kind = registry.auth[config.pop("method")].kind
    missing = [name for name in kind.schema.get("required", ()) if name not in config]
    if missing:
        names = ", ".join(f"`{name}`" for name in missing)
        raise SettingsError(
            Diagnostic(
                "missing-setting",
                f"`auth` needs {names}, and the optional setting that it refers to is not set",
            )
        )
    return kind, config


#: Keys of auth sections that hold no secret; all other text there is treated as one.
_NO_SECRETS = frozenset(
    {
        "access_token_url", "client_auth", "endpoint", "expires_in", "header", "http_method", "in",
        "method", "name", "renewed_token", "scheme", "scopes",
    }
)  # fmt: skip
_LOCATORS = frozenset({"token"})


def literal_secrets(config: Json, key: str = "", *, is_login: bool = False) -> Iterator[str]:
    """Yield the texts of an `auth` section that may be secrets."""
    if isinstance(config, dict):
        is_login = is_login or "endpoint" in config
        for name, item in config.items():
            if name not in _NO_SECRETS and not (is_login and name in _LOCATORS):
                yield from literal_secrets(item, name, is_login=is_login)
    elif isinstance(config, list):
        for item in config:
            yield from literal_secrets(item, key, is_login=is_login)
    elif isinstance(config, str) and key not in ("client_id", "username", "grant_type"):
        yield config


def _addresses(definition: ConnectorDefinition, settings: Settings, options: Options) -> Addresses:
    declared = _filled_base_url(definition.base_url, settings)
    override = _operator_url(options.base_url, "--base-url")
    auth_base = _operator_url(options.auth_base_url, "--auth-base-url")
    base = override or declared
    if override is None:
        _refuse_missing_address(definition, settings)
    if not is_base_url(base):
        raise SettingsError(
            Diagnostic(
                "wrong-base-url",
                "`base_url` is no URL once its settings are filled in",
                definition.source.place(("base_url",)),
                expected="https:// and a host name, without credentials",
            )
        )
    uses_credentials = options.use_auth and definition.auth.get("method") != "none"
    if (
        urlsplit(base).scheme == "http"
        and uses_credentials
        and not override
        and not is_loopback(base)
    ):
        raise SettingsError(
            Diagnostic(
                "insecure-url",
                "credentials would travel unencrypted: `base_url` starts with http://",
                definition.source.place(("base_url",)),
                expected="https://",
            )
        )
    return Addresses(declared, base, auth_base)


def _refuse_missing_address(definition: ConnectorDefinition, settings: Settings) -> None:
    missing = [
        one.name for one in references_in(definition.base_url) if one.name not in settings.values
    ]
    if missing:
        name = missing[0]
        variable = environment_name(definition.name, name)
        raise SettingsError(
            Diagnostic(
                "missing-setting",
                f"the setting `{name}` of `{definition.name}` is missing: `base_url` is made of it",
                hint=f"set {variable}, pass `--set {name}=…`, or give the address as `--base-url`",
            )
        )


def _filled_base_url(written: str, settings: Settings) -> str:
    """Fill in settings. One that is only a part stays that part: it cannot name another host.

    A base URL that begins with a setting takes it as it is: there the setting is the URL.
    """
    end = written.index("}") + 1 if written.startswith("${") else 0
    head, rest = written[:end], written[end:]
    scope = settings.scope()
    pieces = [resolve(head, scope), resolve(rest, scope, encode=_one_part)]
    return "".join(piece for piece in pieces if isinstance(piece, str)).rstrip("/")


def _one_part(text: str) -> str:
    return re.sub(r"[^\w.~-]", lambda match: quote(match[0], safe=""), text)


def is_base_url(url: str) -> bool:
    """Whether a URL is http(s) with a host, and nothing that endpoints cannot be appended to."""
    try:
        parts = urlsplit(url)
        is_host = bool(parts.hostname) and not re.search(r"[@%\\\s]", parts.netloc)
        _ = parts.port  # raises for one that is no number
    except ValueError:
        return False
    is_plain = url.isprintable() and not re.search(r"[?#\s]", url)
    return parts.scheme in ("http", "https") and is_host and is_plain


def _operator_url(url: str | None, option: str) -> str | None:
    if url is None:
        return None
    if not is_base_url(url):
        raise UsageError(
            Diagnostic(
                "wrong-base-url",
                f"`{option}` is no base URL",
                expected="http:// or https:// and a host, without query and credentials",
            )
        )
    return url.rstrip("/")
