"""Open a target: what it is given to work with, and its errors told as those of a target."""

from __future__ import annotations

import json
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from onroll.definition.schema import SECTIONS, plugin_schema
from onroll.definition.source import read_yaml
from onroll.definition.validate import check_schema
from onroll.diagnostics import Diagnostic, nearest, one_of
from onroll.errors import DefinitionError, SettingsError, SourceError, TargetError
from onroll.fetch.address import Addresses
from onroll.fetch.source import Source
from onroll.http.client import HttpClient, Transport
from onroll.http.networks import NetworkPolicy
from onroll.http.retry import ATTEMPTS, Policy
from onroll.model import Limits, is_loopback
from onroll.plugins.registry import installed
from onroll.protocols import SignIn
from onroll.redaction import Redactor
from onroll.service.addressing import is_base_url
from onroll.service.auth_section import literal_secrets
from onroll.service.token_keeping import binding_of, open_keeper
from onroll.target import Target, TargetContext
from onroll.version import USER_AGENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Engine

    from onroll.model import Request, Response
    from onroll.plugins.registry import Registry
    from onroll.protocols import AuthKind, AuthMethod
    from onroll.service.token_keeping import TokenPlace
    from onroll.target import Send, TargetKind

__all__ = ["TargetOptions", "open_target"]

#: Methods that change nothing (RFC 9110, 9.2.1). Any other may have been done when its answer
#: was lost, and only the target's own code can find out.
_READING: Final = frozenset({"GET", "HEAD", "OPTIONS"})

#: What a source's hint says of a definition's keys does not help with a target.
_HINTS: Final = {
    "credentials-refused": "check the target's `auth`, and that its credentials are still valid",
    "page-too-large": None,
    "host-not-found": "check the spelling of the host in the target's `base_url`",
    "timeout": "is the host right, and the target up?",
    "unreachable": "check the target's `base_url`, the network and the proxy "
    "(HTTPS_PROXY, NO_PROXY)",
}


@dataclass(frozen=True, slots=True)
class TargetOptions:
    """What a caller may set. `transport` is the seam for tests.

    `secrets` are texts that nothing shown may hold. `attempts` is how often one request is
    tried. `tokens` is where those are kept that outlive a run. Without a `registry`, the installed
    plug-ins.
    """

    secrets: tuple[str, ...] = field(default=(), repr=False)
    transport: Transport | None = None
    attempts: int = ATTEMPTS
    tokens: TokenPlace | None = None
    registry: Registry | None = None


@contextmanager
def open_target(
    name: str,
    kind_name: str,
    config: Mapping[str, Any],
    engine: Engine,
    options: TargetOptions | None = None,
) -> Iterator[Target]:
    """Open a target and close its connections at the end.

    `config` are the keys beside `kind`, with references resolved. Raises `DefinitionError` for a
    kind or an `auth` section that is wrong, and `TargetError` when the target cannot be used.
    """
    options = options or TargetOptions()
    registry = options.registry or installed()
    kind = _kind(name, kind_name, registry)
    with ExitStack() as stack:
        connect = partial(_connect, name, registry, options, stack)
        yield stack.enter_context(kind.open(config, TargetContext(name, engine, connect)))


def _kind(name: str, kind_name: str, registry: Registry) -> TargetKind:
    if kind_name in registry.targets:
        return registry.targets[kind_name].kind
    right = nearest(kind_name, registry.targets)
    raise DefinitionError(
        Diagnostic(
            "unknown-plugin",
            f"the target `{name}` is of a kind that no installed plug-in offers",
            expected=one_of(registry.targets),
            hint=f"did you mean `{right}`?" if right else None,
        )
    )


def _connect(
    name: str,
    registry: Registry,
    options: TargetOptions,
    stack: ExitStack,
    base_url: str,
    auth: Mapping[str, Any],
) -> Send:
    base = base_url.rstrip("/")
    _refuse_wrong_url(name, base)
    addresses = Addresses(base, base)
    kind, method = _auth_method(name, auth, addresses, registry)
    binding = binding_of(name, auth, addresses)
    keeper = stack.enter_context(open_keeper(options.tokens, kind, method, binding))
    redactor = Redactor([*options.secrets, *literal_secrets(dict(auth))])
    client = stack.enter_context(
        HttpClient(
            Limits(),
            user_agent=USER_AGENT,
            transport=options.transport,
            networks=NetworkPolicy(allows_private=True),  # the address is the operator's own
            policy=Policy(attempts=options.attempts),
        )
    )
    return partial(_send, name, Source(client, method, addresses, redactor, keeper))


def _send(name: str, source: Source, request: Request) -> Response:
    """Send a request; a write that may have been done already is not sent again."""
    try:
        response, _ = source.exchange(request, is_repeatable=request.method in _READING)
    except SourceError as error:
        # Not chained: the original holds the exchange, which shows the address with its query.
        raise TargetError(*(_of_target(name, one) for one in error.diagnostics)) from None
    return response


def _of_target(name: str, one: Diagnostic) -> Diagnostic:
    return replace(
        one, message=f"the target `{name}`: {one.message}", hint=_HINTS.get(one.code, one.hint)
    )


def _refuse_wrong_url(name: str, base: str) -> None:
    if not is_base_url(base):
        raise SettingsError(
            Diagnostic(
                "wrong-base-url",
                f"`base_url` of the target `{name}` is no base URL",
                expected="https:// and a host, without query and credentials",
            )
        )
    # People's data travels there, credentials or not.
    if urlsplit(base).scheme == "http" and not is_loopback(base):
        raise SettingsError(
            Diagnostic(
                "insecure-url",
                f"people would travel unencrypted: `base_url` of the target `{name}` "
                "starts with http://",
                expected="https://",
            )
        )


def _auth_method(
    name: str, auth: Mapping[str, Any], addresses: Addresses, registry: Registry
) -> tuple[AuthKind, AuthMethod]:
    """Check the section as in a connector definition, and build the method it names."""
    config = dict(auth)
    method = config.pop(SECTIONS["auth"], None)
    if method not in registry.auth:
        raise DefinitionError(
            Diagnostic(
                "unknown-plugin",
                f"`auth.method` of the target `{name}` names no authentication method",
                expected=one_of(registry.auth),
            )
        )
    kind = registry.auth[method].kind
    written = read_yaml(json.dumps({"auth": dict(auth)}), f"targets.{name}")
    schema = plugin_schema("auth", method, kind.schema)
    # Without the place: the values are not the file's any more, but what references gave.
    wrong = [
        replace(_of_target(name, one), place=None)
        for one in check_schema(written, schema, ("auth",))
    ]
    if wrong:
        raise DefinitionError(*wrong)
    built = kind.build(config, addresses.for_auth)
    if isinstance(built, SignIn):
        raise DefinitionError(
            Diagnostic(
                "needs-sign-in",
                f"with `{method}` a person must sign in, and nobody can for the target `{name}`",
                hint="use a method for programs, or `oauth2_refresh_token`",
            )
        )
    return kind, built
