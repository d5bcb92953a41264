"""`basic`: a user name and a password (RFC 7617), sent as UTF-8.

auth: {method: basic, username: "${settings.api_key}", password: x}
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from onroll.auth.credential import FixedCredential
from onroll.builtin import shipped_schema
from onroll.expressions.reference import as_text
from onroll.plugins import hookimpl
from onroll.protocols import Address, AuthExample, AuthKind, AuthMethod

if TYPE_CHECKING:
    from collections.abc import Mapping


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    pair = f"{as_text(config['username'])}:{as_text(config['password'])}".encode()
    return FixedCredential(headers={"Authorization": f"Basic {base64.b64encode(pair).decode()}"})


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `basic`."""
    return [
        AuthKind(
            name="basic",
            summary="A user name and a password (HTTP Basic)",
            schema=shipped_schema("auth/basic"),
            build=_build,
            examples=(
                AuthExample(
                    config={"username": "Aladdin", "password": "open sesame"},
                    credential="Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==",  # the sample of RFC 7617
                    secrets=("open sesame",),
                ),
            ),
        )
    ]
