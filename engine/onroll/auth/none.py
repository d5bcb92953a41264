"""`none`: an API that asks for no credentials.

auth: {method: none}
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onroll.auth.credential import FixedCredential
from onroll.builtin import shipped_schema
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthKind, AuthMethod

if TYPE_CHECKING:
    from collections.abc import Mapping


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    return FixedCredential()


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `none`."""
    return [
        AuthKind(
            name="none",
            summary="No credentials",
            schema=shipped_schema("auth/none"),
            build=_build,
            examples=(AuthExample(config={}),),
        )
    ]
