"""How a client shows who it is at a token endpoint (RFC 6749, 2.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote_plus

from onroll.expressions.reference import as_text
from onroll.model import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Client", "client_from"]


@dataclass(frozen=True, slots=True)
class Client:
    """A client and its way to authenticate: `basic`, `post`, `json`, or `none` (a public one).

    Without an id nothing of a client is sent: the grant alone says who asks.
    """

    id: str | None
    secret: str | None = field(default=None, repr=False)
    way: str = "none"

    def request(self, url: str, fields: Mapping[str, str]) -> Request:
        """Build a POST of these fields with the client's credentials."""
        headers = {"Accept": "application/json"}
        if self.way == "json":
            return Request("POST", url, headers=headers, json={**fields, **self._named()})
        if self.way == "none" or self.id is None or self.secret is None:
            form = {**fields, **({} if self.id is None else {"client_id": self.id})}
            return Request("POST", url, headers=headers, form=tuple(form.items()))
        added, body = self._authenticated(url, fields)
        form_pairs = tuple(parse_qsl(body, keep_blank_values=True))
        return Request("POST", url, headers={**headers, **added}, form=form_pairs)

    def _named(self) -> dict[str, str]:
        named = {"client_id": self.id, "client_secret": self.secret}
        return {name: value for name, value in named.items() if value is not None}

    def _authenticated(self, url: str, fields: Mapping[str, str]) -> tuple[dict[str, str], str]:
        # Imported here: Authlib costs start-up time, and most connectors do without it.
        from authlib.common.urls import url_encode  # noqa: PLC0415  (see above)
        from authlib.oauth2.auth import ClientAuth  # noqa: PLC0415  (see above)

        is_basic = self.way == "basic"
        # RFC 6749, 2.3.1: form-urlencoded before they go into the Basic header. Authlib does not.
        encode = quote_plus if is_basic else str
        client = ClientAuth(
            encode(self.id or ""),
            encode(self.secret or ""),
            "client_secret_basic" if is_basic else "client_secret_post",
        )
        _, headers, body = client.prepare("POST", url, {}, url_encode(list(fields.items())))
        return {"Authorization": headers["Authorization"]} if is_basic else {}, body


def client_from(config: Mapping[str, Any]) -> Client:
    """Return the client of an `auth` section; one without a secret is public."""
    secret = as_text(config["client_secret"]) if "client_secret" in config else None
    return Client(
        id=as_text(config["client_id"]) if "client_id" in config else None,
        secret=secret,
        way=config.get("client_auth", "none" if secret is None else "basic"),
    )
