"""What the session asks of whoever keeps a token between runs and processes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from onroll.model import Token

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

__all__ = ["Keeper", "KeptToken", "kept_from"]


@dataclass(frozen=True, slots=True)
class KeptToken:
    """A token as it outlives a process. Instants are seconds since 1970, UTC."""

    value: str = field(repr=False)
    refresh: str | None = field(repr=False)
    granted_at: float
    expires_at: float | None

    @property
    def token(self) -> Token:
        """The token as it was granted."""
        lifetime = None if self.expires_at is None else self.expires_at - self.granted_at
        return Token(self.value, lifetime, self.refresh)


def kept_from(token: Token, granted_at: float) -> KeptToken:
    """Return a token that was granted at an instant as it is kept."""
    expires_at = None if token.lifetime is None else granted_at + token.lifetime
    return KeptToken(token.value, token.refresh, granted_at, expires_at)


class Keeper(Protocol):
    """Keeps the token of one connection where other processes find it."""

    @property
    def sign_in_command(self) -> str:
        """The command by which a person signs in."""
        ...

    def load(self) -> KeptToken | None:
        """Return the kept token.

        None when there is none, or when it was granted for something else and the method can do
        without. Raises `CredentialsRefused` when a person must sign in, `OnrollError` when the
        token cannot be read.
        """
        ...

    def hold(self) -> AbstractContextManager[None]:
        """Keep other processes from renewing it meanwhile, waiting for one that does already."""
        ...

    def save(self, kept: KeptToken) -> None:
        """Keep a token instead of the one before. Once it returns, a kill loses nothing."""
        ...

    def forget(self) -> bool:
        """Keep it no longer; return whether there was one."""
        ...
