"""`bearer`: a long-lived token after a scheme word (RFC 6750 names it Bearer).

auth: {method: bearer, token: "${settings.token}"}
auth: {method: bearer, token: "${settings.token}", scheme: SSWS}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onroll.auth.credential import FixedCredential, after_scheme
from onroll.builtin import shipped_schema
from onroll.expressions.reference import as_text
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthKind, AuthMethod

if TYPE_CHECKING:
    from collections.abc import Mapping


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    value = after_scheme(config.get("scheme", "Bearer"), as_text(config["token"]))
    return FixedCredential(headers={config.get("header", "Authorization"): value})


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `bearer`."""
    return [
        AuthKind(
            name="bearer",
            summary="A long-lived token after a scheme word",
            schema=shipped_schema("auth/bearer"),
            build=_build,
            examples=(
                AuthExample(config={"token": "t-123"}, credential="Bearer t-123"),
                AuthExample(config={"token": "t-124", "scheme": "SSWS"}, credential="SSWS t-124"),
            ),
        )
    ]
