"""The plug-in of what is built in: each kind by its name, and imported when it is used.

It does nothing that a plug-in from another distribution cannot do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from onroll.plugins.later import Later
from onroll.plugins.spec import hookimpl

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BUILT_IN"]

#: Hook → module → the kinds that its function of the hook's name returns. Modules are named by
#: text, so that nothing imports a concrete kind.
BUILT_IN: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "onroll_auth_methods": {
        "onroll.auth.none": ("none",),
        "onroll.auth.api_key": ("api_key",),
        "onroll.auth.bearer": ("bearer",),
        "onroll.auth.basic": ("basic",),
        "onroll.auth.login": ("login",),
        "onroll.auth.oauth2_client_credentials": ("oauth2_client_credentials",),
        "onroll.auth.oauth2_authorization_code": ("oauth2_authorization_code",),
        "onroll.auth.oauth2_device_code": ("oauth2_device_code",),
        "onroll.auth.oauth2_refresh_token": ("oauth2_refresh_token",),
        "onroll.auth.oauth2_jwt_bearer": ("oauth2_jwt_bearer",),
        "onroll.auth.oauth2_password": ("oauth2_password",),
        "onroll.auth.digest": ("digest",),
        "onroll.auth.hmac": ("hmac",),
    },
    "onroll_decoders": {
        "onroll.decoders.json": ("json",),
        "onroll.decoders.ndjson": ("ndjson",),
        "onroll.decoders.csv": ("csv",),
        "onroll.decoders.xml": ("xml",),
    },
    "onroll_pagination_styles": {
        "onroll.pagination.none": ("none",),
        "onroll.pagination.offset": ("offset",),
        "onroll.pagination.page": ("page",),
        "onroll.pagination.cursor": ("cursor",),
        "onroll.pagination.next_link": ("next_link",),
        "onroll.pagination.last_id": ("last_id",),
    },
    "onroll_transforms": {
        "onroll.transforms.text": (
            "trim", "lower", "upper", "title", "html_unescape", "ascii", "replace", "prefix",
            "suffix",
        ),
        "onroll.transforms.width": ("cut", "pad"),
        "onroll.transforms.regex": ("regex",),
        "onroll.transforms.sequence": ("split", "join", "first", "last", "unique", "count"),
        "onroll.transforms.scalar": ("number", "boolean"),
        "onroll.transforms.phone": ("phone",),
        "onroll.transforms.time": ("date", "datetime"),
        "onroll.transforms.days": ("shift", "format_date"),
    },
    "onroll_targets": {
        "onroll.targets.directory": ("directory",),
        "onroll.targets.scim": ("scim",),
    },
}  # fmt: skip


@hookimpl
def onroll_auth_methods() -> list[Later]:
    """Offer the authentication methods."""
    return _listed("onroll_auth_methods")


@hookimpl
def onroll_decoders() -> list[Later]:
    """Offer the formats of answers."""
    return _listed("onroll_decoders")


@hookimpl
def onroll_pagination_styles() -> list[Later]:
    """Offer the pagination styles."""
    return _listed("onroll_pagination_styles")


@hookimpl
def onroll_transforms() -> list[Later]:
    """Offer the transforms."""
    return _listed("onroll_transforms")


@hookimpl
def onroll_targets() -> list[Later]:
    """Offer the kinds of target."""
    return _listed("onroll_targets")


def _listed(hook: str) -> list[Later]:
    return [Later(name, module) for module, names in BUILT_IN[hook].items() for name in names]
