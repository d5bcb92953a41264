"""Read an `auth` section: its kind, its keys with references resolved, and what of it is secret."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from onroll.diagnostics import Diagnostic
from onroll.errors import SettingsError
from onroll.service.addressing import fill_auth_urls

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.definition.settings import Settings
    from onroll.model import Json
    from onroll.plugins.registry import Registry
    from onroll.protocols import AuthKind
    from onroll.redaction import Redactor

__all__ = ["literal_secrets", "read_auth"]


def read_auth(
    written: Mapping[str, Any], settings: Settings, registry: Registry, redactor: Redactor
) -> tuple[AuthKind, dict[str, Any]]:
    """Return the kind that an `auth` section names, and its keys with references resolved."""
    config = fill_auth_urls(written, settings)
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
_NO_SECRETS: Final = frozenset(
    {
        "access_token_url", "algorithm", "audience", "authorization_params", "authorization_url",
        "body_hash", "claims", "client_auth", "device_authorization_url", "encoding", "endpoint",
        "expires_in", "header", "header_value", "http_method", "in", "issuer", "key_encoding",
        "key_id", "method", "name", "nonce", "redirect_uri", "renewed_token", "revoke_url",
        "scheme", "scope_in", "scopes", "separator", "sign", "subject", "timestamp",
    }
)  # fmt: skip
_LOCATORS: Final = frozenset({"token"})


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
