"""Open a source: from a definition and settings to something that can be asked."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from onroll.definition.settings import environment_name
from onroll.diagnostics import Diagnostic, quoted_list
from onroll.errors import DefinitionError, SettingsError, UsageError
from onroll.expressions.reference import references_in, resolve
from onroll.fetch.address import Addresses
from onroll.fetch.join import Joiner
from onroll.fetch.listing import Listing
from onroll.fetch.plan import ListPlan, plan_list
from onroll.fetch.source import Source
from onroll.http.client import HttpClient, Transport, unsendable, unsendable_header
from onroll.http.retry import ATTEMPTS, Policy
from onroll.mapping.mapper import Mapper, build_mapper
from onroll.model import NEEDED_ATTRIBUTES, is_loopback
from onroll.plugins.registry import installed
from onroll.redaction import Redactor
from onroll.version import USER_AGENT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.settings import Settings
    from onroll.model import Json, Limits
    from onroll.plugins.registry import Registry
    from onroll.protocols import AuthMethod

__all__ = ["OpenSource", "Options", "is_base_url", "literal_secrets", "open_source"]


@dataclass(frozen=True, slots=True)
class Options:
    """What an operator may change for one run. `transport` is the seam for tests and replays.

    `secrets` are further texts that nothing shown may hold. `attempts` is how often one request
    is tried; someone who waits for an answer wants few.
    """

    base_url: str | None = None
    auth_base_url: str | None = None
    use_rate_limits: bool = True
    use_auth: bool = True
    filters: Mapping[str, Json] = field(default_factory=dict)
    secrets: tuple[str, ...] = field(default=(), repr=False)
    transport: Transport | None = None
    attempts: int = ATTEMPTS


@dataclass(frozen=True, slots=True)
class OpenSource:
    """A source that is ready, with everything that reading people from it needs."""

    definition: ConnectorDefinition
    source: Source
    plan: ListPlan
    mapper: Mapper
    joiner: Joiner
    limits: Limits
    redactor: Redactor
    is_partial: bool = False

    def listing(self) -> Listing:
        """Return a new reading of the list of users."""
        place = self.definition.source.place(("list_users", "resource_location"))
        return Listing(self.source, self.plan, self.mapper.identify, self.limits, place)


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
    auth = definition.auth if options.use_auth else {"method": "none"}
    method = _auth_method(auth, settings, addresses, registry, redactor)
    plan = _plan(definition, settings, addresses, registry, options.filters)
    policy = Policy(attempts=options.attempts)
    with HttpClient(
        limits, user_agent=USER_AGENT, transport=options.transport, policy=policy
    ) as client:
        source = Source(client, method, addresses, redactor)

        def read(lookup: ListPlan, identify: Callable[[Json], str | None]) -> Listing:
            return Listing(source, lookup, identify, limits)

        yield OpenSource(
            definition=definition,
            source=source,
            plan=plan,
            mapper=build_mapper(definition, settings.scope(), registry),
            joiner=Joiner(definition, settings.scope(), source, registry, read),
            limits=limits,
            redactor=redactor,
            is_partial=bool(set(options.filters) - definition.full_filters),
        )


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
    settings: Settings,
    addresses: Addresses,
    registry: Registry,
    filters: Mapping[str, Json],
) -> ListPlan:
    scope, listing = settings.scope(), definition.list_users
    plan = plan_list(definition, listing, scope, addresses, registry, filters)
    wrong = unsendable_header(plan.base.headers)
    if wrong is not None:
        raise SettingsError(unsendable(wrong))
    return plan


def _auth_method(
    written: Mapping[str, Any],
    settings: Settings,
    addresses: Addresses,
    registry: Registry,
    redactor: Redactor,
) -> AuthMethod:
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
    return kind.build(config, addresses.for_auth)


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
