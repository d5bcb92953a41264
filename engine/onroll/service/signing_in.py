"""Sign in to an API with a person's help, and sign out again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from onroll.auth.redirect import redirect_from
from onroll.diagnostics import Diagnostic
from onroll.errors import OnrollError, UsageError
from onroll.expressions.reference import resolve
from onroll.plugins.registry import installed

if TYPE_CHECKING:
    from collections.abc import Callable

    from onroll.auth.redirect import Redirect
    from onroll.auth.session import Show
    from onroll.definition.settings import Settings
    from onroll.service.opening import OpenSource
    from onroll.service.subject import Subject

__all__ = ["SignIn", "SignOut", "redirect_of", "refuse_without_tokens", "sign_in", "sign_out"]


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that worked. `expires_at` is the access token's end, UTC, if it is known.

    `is_renewable`: later tokens need nobody.
    """

    connection: str
    expires_at: str | None
    is_renewable: bool

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return {
            "connection": self.connection,
            "expires_at": self.expires_at,
            "renewable": self.is_renewable,
        }


@dataclass(frozen=True, slots=True)
class SignOut:
    """What became of a connection's token: it is forgotten in any case.

    `reason` says what went wrong when the provider was to take it back.
    """

    connection: str
    removed: bool
    revoked: bool
    reason: str | None = None

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` prints."""
        return asdict(self)


def refuse_without_tokens(subject: Subject) -> None:
    """Raise `UsageError` for a connection that keeps no token, before its settings are needed."""
    method = subject.definition.auth["method"]
    if not installed().auth[method].kind.keeps_tokens:
        raise _no_sign_in(subject.name, method)


def redirect_of(subject: Subject, settings: Settings) -> Redirect:
    """Return where the browser is to be sent back to, as far as the definition says."""
    config = resolve(dict(subject.definition.auth), settings.scope())
    assert isinstance(config, dict)
    return redirect_from(config)


def sign_in(
    opened: OpenSource,
    connection: str,
    redirect_uri: str,
    show: Show,
    pause: Callable[[float], None],
) -> SignIn:
    """Sign in and keep the token.

    Raises `UsageError` for a method that needs nobody, `SourceError` when access was not allowed.
    """
    if not opened.source.has_sign_in:
        raise _no_sign_in(connection, opened.definition.auth["method"])
    kept = opened.source.sign_in(redirect_uri, show, pause)
    expires_at = None
    if kept.expires_at is not None:
        moment = datetime.fromtimestamp(kept.expires_at, UTC)
        expires_at = moment.isoformat(timespec="seconds").replace("+00:00", "Z")
    return SignIn(connection, expires_at, is_renewable=kept.refresh is not None)


def sign_out(opened: OpenSource, connection: str) -> SignOut:
    """Give the grant back and forget the token."""
    done = opened.source.sign_out()
    failure = done.failure
    if failure is None:
        return SignOut(connection, done.was_kept, done.was_revoked)
    message = failure.diagnostic.message if isinstance(failure, OnrollError) else failure.message
    return SignOut(connection, done.was_kept, done.was_revoked, opened.redactor.clean(message))


def _no_sign_in(connection: str, method: str) -> UsageError:
    return UsageError(
        Diagnostic(
            "no-sign-in",
            f"`{connection}` needs nobody to sign in: its method is `{method}`",
            hint="its credentials come from its settings; `onroll test` tries them",
        )
    )
