"""`scim`: a SCIM 2.0 service as the directory (RFC 7643, RFC 7644).

targets:
  acme:
    kind: scim
    base_url: https://acme.example/scim/v2
    auth: {method: bearer, token: "${env:ACME_TOKEN}"}
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from onroll.builtin import shipped_schema
from onroll.plugins import hookimpl
from onroll.target import Target, TargetContext, TargetKind
from onroll.targets.scim.client import ScimClient
from onroll.targets.scim.target import ScimTarget, read_features

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["onroll_targets"]


@contextmanager
def _open(config: Mapping[str, Any], context: TargetContext) -> Iterator[Target]:
    send = context.connect(config["base_url"], config["auth"])
    client = ScimClient(context.name, config["base_url"], send)
    features = read_features(client, config.get("page_size", 500))
    yield ScimTarget(client, features, sets_passwords=config.get("set_passwords", False))


@hookimpl
def onroll_targets() -> list[TargetKind]:
    """Offer `scim`."""
    return [
        TargetKind(
            name="scim",
            summary="A SCIM 2.0 service",
            schema=shipped_schema("targets/scim"),
            open=_open,
        )
    ]
