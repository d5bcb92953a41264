"""Where requests may go: the base URL, those of `auth`, and what of it the operator chose."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from onroll.definition.settings import environment_name
from onroll.diagnostics import Diagnostic
from onroll.errors import SettingsError, UsageError
from onroll.expressions.reference import as_text, references_in, resolve
from onroll.fetch.address import Addresses
from onroll.http.networks import NetworkPolicy, endpoint_of
from onroll.model import Absent, is_loopback, origin_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.definition.connector import ConnectorDefinition
    from onroll.definition.settings import Settings
    from onroll.protocols import Address
    from onroll.service.opening import Options

__all__ = [
    "auth_address",
    "fill_auth_urls",
    "fill_url",
    "find_addresses",
    "is_base_url",
    "networks_of",
]


def networks_of(
    definition: ConnectorDefinition, settings: Settings, options: Options
) -> NetworkPolicy:
    """Return what the operator allows: hosts that the definition's author did not choose."""
    written = [definition.base_url, *_urls_of(definition.auth).values()]
    chosen = [_operators_part(one, definition, settings) for one in written]
    # Of what was typed for this run the host is trusted: a mock signs in on a port of its own.
    typed = [one for one in (options.base_url, options.auth_base_url) if one is not None]
    return NetworkPolicy(
        allows_private=options.allow_private_network,
        trusted=frozenset(endpoint_of(one) for one in chosen if one is not None),
        hosts=frozenset(endpoint_of(one)[0] for one in typed),
    )


def _operators_part(
    written: str, definition: ConnectorDefinition, settings: Settings
) -> str | None:
    """Return the setting that a URL begins with, if it names the host, and nobody else does."""
    head, rest = fill_url(written, settings)
    # `https://hr.example` and then `.evil.test` would be another host, `:22` another service.
    if not is_base_url(head) or rest[:1] not in ("", "/"):
        return None
    setting = definition.settings[next(references_in(written)).name]
    is_given = not setting.enum and (setting.default is None or as_text(setting.default) != head)
    return head if is_given else None


def _urls_of(auth: Mapping[str, Any]) -> dict[str, str]:
    """Return the keys of an `auth` section that hold addresses to be asked."""
    return {
        name: value
        for name, value in auth.items()
        if (name == "endpoint" or name.endswith("_url")) and isinstance(value, str)
    }


def fill_auth_urls(auth: Mapping[str, Any], settings: Settings) -> dict[str, Any]:
    """Return an `auth` section with its settings filled in, in addresses as in a base URL."""
    urls = _urls_of(auth)
    others = {name: value for name, value in auth.items() if name not in urls}
    filled = resolve(others, settings.scope())
    assert isinstance(filled, dict)
    for name, url in urls.items():
        if all(one.name in settings.values for one in references_in(url)):
            filled[name] = "".join(fill_url(url, settings))
    return filled


def _is_address(url: str) -> bool:
    """Whether text is a path, or a URL without credentials."""
    if not url.isprintable() or re.search(r"\s", url):
        return False
    return url.startswith("/") or is_base_url(re.split("[?#]", url)[0])


def auth_address(addresses: Addresses, options: Options) -> Address:
    """Return what makes absolute URLs for `auth`.

    It raises `SettingsError` for one that is none, that holds credentials, or that would carry
    some unencrypted to a host that the operator did not name.
    """
    named = (options.base_url, options.auth_base_url)
    trusted = {origin_of(one) for one in named if one is not None}

    def address(written: str) -> str:
        url = addresses.for_auth(written) if _is_address(written) else ""
        if not _is_address(url) or url.startswith("/"):
            message = "`auth` names an address that is no URL once its settings are filled in"
            expected = "https:// and a host name, without credentials, or a path"
            raise SettingsError(Diagnostic("wrong-auth-url", message, expected=expected))
        is_plain = urlsplit(url).scheme == "http" and not is_loopback(url)
        if is_plain and origin_of(url) not in trusted:
            message = "credentials would travel unencrypted: `auth` names an address of http://"
            raise SettingsError(Diagnostic("insecure-url", message, expected="https://"))
        return url

    return address


def find_addresses(
    definition: ConnectorDefinition, settings: Settings, options: Options
) -> Addresses:
    """Return the base URL in use, and what stands in its place.

    Raises `SettingsError` when it is no URL or would carry credentials unencrypted, `UsageError`
    for an option that is no base URL.
    """
    declared = "".join(fill_url(definition.base_url, settings)).rstrip("/")
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
    # A secret may travel in a header too, under `method: none`.
    has_secrets = definition.auth.get("method") != "none" or bool(settings.secrets())
    uses_credentials = options.use_auth and has_secrets
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


def fill_url(written: str, settings: Settings) -> tuple[str, str]:
    """Fill in settings. One that is only a part stays that part: it cannot name another host.

    A URL that begins with a setting takes it as it is: there the setting is the URL. It comes
    first, what follows it second. What is not set is left out.
    """
    end = written.index("}") + 1 if written.startswith("${") else 0
    head, rest = written[:end], written[end:]
    scope = settings.scope()
    pieces = [resolve(head, scope), resolve(rest, scope, encode=_one_part)]
    first, second = ("" if isinstance(piece, Absent) else as_text(piece) for piece in pieces)
    return first, second


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
