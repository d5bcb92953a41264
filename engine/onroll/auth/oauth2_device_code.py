"""`oauth2_device_code`: a person types a code into a browser anywhere (RFC 8628).

{"device_code": "…", "user_code": "WDJB-MJHT", "verification_uri": "https://…/device",
 "verification_uri_complete": "https://…/device?user_code=WDJB-MJHT", "expires_in": 1800,
 "interval": 5}

auth:
  method: oauth2_device_code
  device_authorization_url: https://login.example.com/oauth2/device
  access_token_url: https://login.example.com/oauth2/token
  client_id: "${settings.client_id}"
  scopes: [people.read, offline_access]

`onroll login CONNECTION` shows the address and the code, and waits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeGuard
from urllib.parse import urlsplit

from onroll.auth.answer import error_of, in_words, lifetime_from, read_answer
from onroll.auth.token_endpoint import (
    TokenGrant,
    endpoint_from,
    refresh_kept,
    sample_answer,
    scope_of,
)
from onroll.builtin import shipped_schema
from onroll.expressions.locator import parse_locator
from onroll.expressions.reference import as_text
from onroll.model import Json, Response, Token, is_loopback
from onroll.plugins import hookimpl
from onroll.protocols import (
    Address,
    AuthExample,
    AuthKind,
    AuthMethod,
    CredentialsRefused,
    Pause,
    Visit,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.protocols import AuthFlow, RevokeFlow, SignInFlow

_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_EXPIRES_IN: Final = parse_locator("expires_in")
_INTERVAL: Final = parse_locator("interval")
#: RFC 8628, 3.2 and 3.5.
_DEFAULT_INTERVAL_SECONDS: Final = 5.0
_SLOWER_BY_SECONDS: Final = 5.0
#: Nobody waits longer in front of a terminal, whatever the provider allows.
_LONGEST_SECONDS: Final = 3600.0


@dataclass(frozen=True, slots=True)
class _Asked:
    """What the provider wants a person to do, and how often it may be asked about it."""

    device_code: str = field(repr=False)
    visit: Visit
    interval_seconds: float
    expires_in_seconds: float


@dataclass(frozen=True, slots=True)
class DeviceCode(TokenGrant):
    """A person signs in once, on any device; from then on the refresh token does."""

    device_authorization_url: str
    scopes: tuple[str, ...] = ()
    device_params: Mapping[str, str] = field(default_factory=dict, repr=False)

    def grant(self, previous: Token | None) -> AuthFlow:
        """Ask by the refresh token; raises `CredentialsRefused` where there is none."""
        return (yield from refresh_kept(self.endpoint, previous))

    def sign_in(self, redirect_uri: str) -> SignInFlow:
        """Show a code, and ask until somebody typed it. Nobody is sent back to `redirect_uri`."""
        fields = {**scope_of(self.scopes), **self.device_params}
        response = yield self.endpoint.client.request(self.device_authorization_url, fields)
        assert isinstance(response, Response)
        asked = _asked(response)
        yield asked.visit
        interval, waited = asked.interval_seconds, 0.0
        while waited + interval <= asked.expires_in_seconds:
            yield Pause(interval)
            waited += interval
            answer = yield self.endpoint.request(
                {"grant_type": _GRANT, "device_code": asked.device_code}
            )
            assert isinstance(answer, Response)
            error = error_of(answer)
            if error == "slow_down":
                interval += _SLOWER_BY_SECONDS
            elif error in ("access_denied", "expired_token"):
                raise _over(error)
            elif error != "authorization_pending":
                return self.endpoint.token(answer)
        raise _over("expired_token")

    def revoke(self, token: Token) -> RevokeFlow:
        """Give the grant back (RFC 7009), where the definition names a `revoke_url`."""
        return self.endpoint.revoke(token)


def _asked(response: Response) -> _Asked:
    """Read the answer of the device authorization endpoint (RFC 8628, 3.2)."""
    body = read_answer(response)
    answer = body if isinstance(body, dict) else {}
    # Google calls it `verification_url`.
    page = answer.get("verification_uri") or answer.get("verification_url")
    visited = answer.get("verification_uri_complete") or page
    device_code, user_code = answer.get("device_code"), answer.get("user_code")
    if not (isinstance(device_code, str) and device_code and _is_page(visited)):
        raise _not_understood(response)
    if not (isinstance(user_code, str) and user_code and _is_showable(user_code)):
        raise _not_understood(response)
    expires_in = lifetime_from(_EXPIRES_IN, body, response, None) or _LONGEST_SECONDS
    interval = lifetime_from(_INTERVAL, body, response, None) or _DEFAULT_INTERVAL_SECONDS
    return _Asked(
        device_code,
        Visit(visited, code=user_code, is_answered=False),
        interval_seconds=max(interval, 1.0),
        expires_in_seconds=min(expires_in, _LONGEST_SECONDS),
    )


def _is_page(url: Json) -> TypeGuard[str]:
    """Whether a browser may be sent there: https, or this machine, and nothing that hides."""
    if not isinstance(url, str) or not _is_showable(url) or " " in url:
        return False
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return False
    return scheme == "https" or (scheme == "http" and is_loopback(url))


def _is_showable(text: str) -> bool:
    return text.isascii() and text.isprintable()


def _not_understood(response: Response) -> CredentialsRefused:
    return CredentialsRefused(
        "token-not-found",
        f"the device authorization endpoint answered {response.status} without `device_code`, "
        "`user_code` and `verification_uri` (an https address)",
        "check `device_authorization_url`",
    )


def _over(error: str) -> CredentialsRefused:
    code = "access-denied" if error == "access_denied" else "sign-in-refused"
    return CredentialsRefused(
        code,
        f"the provider did not allow access ({in_words(error)})",
        "run `onroll login CONNECTION` again, and allow access in the browser",
    )


def _build(config: Mapping[str, Any], address: Address) -> AuthMethod:
    extra: Mapping[str, Any] = config.get("device_params", {})
    return DeviceCode(
        endpoint=endpoint_from(config, address),
        device_authorization_url=address(config["device_authorization_url"]),
        scopes=tuple(config.get("scopes", ())),
        device_params={name: as_text(value) for name, value in extra.items()},
    )


@hookimpl
def onroll_auth_methods() -> list[AuthKind]:
    """Offer `oauth2_device_code`."""
    answer = sample_answer(
        b'{"access_token": "at-2", "token_type": "Bearer", "expires_in": 3600,'
        b' "refresh_token": "rt-2"}'
    )
    return [
        AuthKind(
            name="oauth2_device_code",
            summary="OAuth 2.0: a person types a code into a browser anywhere (RFC 8628)",
            schema=shipped_schema("auth/oauth2_device_code"),
            build=_build,
            examples=(
                AuthExample(
                    config={
                        "device_authorization_url": "https://login.example.test/device",
                        "access_token_url": "https://login.example.test/token",
                        "client_id": "tv-1",
                        "scopes": ["people.read", "offline_access"],
                    },
                    previous=Token("at-1", 3600, refresh="rt-1"),
                    answers=(answer,),
                    credential="Bearer at-2",
                    secrets=("rt-1",),
                ),
            ),
            keeps_tokens=True,
        )
    ]
