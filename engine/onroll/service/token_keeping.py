"""Keep a connection's token in the store: encrypted, and only for what it was granted for."""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import msgspec

from onroll.auth.keeping import KeptToken
from onroll.diagnostics import Diagnostic, quoted_list
from onroll.errors import SettingsError
from onroll.expressions.reference import as_text
from onroll.model import origin_of
from onroll.protocols import CredentialsRefused, SignIn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from onroll.auth.keeping import Keeper
    from onroll.fetch.address import Addresses
    from onroll.protocols import AuthKind, AuthMethod
    from onroll.service.token_key import TokenKey
    from onroll.store.database import Store

__all__ = ["StoreKeeper", "TokenPlace", "binding_of", "open_keeper", "place_of_target"]

#: Keys of an `auth` section that say for whom and for what a token was granted. What they hold is
#: kept as a digest, inside of what is encrypted: a configured refresh token is among them.
_BOUND: Final = ("method", "client_id", "scopes", "issuer", "username", "refresh_token")


@dataclass(frozen=True, slots=True)
class TokenPlace:
    """Where a connection's token is kept: a store, and the key from this environment.

    `store` may be a function, asked only when a token is needed. `typed` is the connection as it
    was called, for hints; a target's token has none, as nobody signs in or out there.
    """

    store: str | Callable[[], str] = field(repr=False)
    connection: str
    typed: str | None = None
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    def address(self) -> str:
        """Return the store's address. Raises `SettingsError` when it cannot be known."""
        return self.store if isinstance(self.store, str) else self.store()


def place_of_target(store: str, name: str, environment: Mapping[str, str]) -> TokenPlace:
    """Return where the token of a target is kept: beside those of the connections."""
    # No connection has a name like that.
    return TokenPlace(store, f"target {name}", typed="", environment=environment or os.environ)


def binding_of(definition: str, config: Mapping[str, Any], addresses: Addresses) -> dict[str, str]:
    """Return what a token of this `auth` section may be used for: name of each part → digest."""
    parts = {"name": definition, "base_url": addresses.origin}
    for name, value in config.items():
        if name.endswith("_url") and isinstance(value, str):
            parts[name] = origin_of(addresses.for_auth(value))
        elif name in _BOUND:
            parts[name] = " ".join(sorted(value)) if isinstance(value, list) else as_text(value)
    return {name: hashlib.sha256(text.encode()).hexdigest()[:32] for name, text in parts.items()}


@contextmanager
def open_keeper(
    place: TokenPlace | None, kind: AuthKind, method: AuthMethod, binding: Mapping[str, str]
) -> Iterator[Keeper | None]:
    """Open what keeps the tokens of a method; None for a method that needs no keeping.

    Opens no store yet. Raises `SettingsError` when a person must sign in and no store is named.
    """
    needs_sign_in = isinstance(method, SignIn)
    if not kind.keeps_tokens or (place is None and not needs_sign_in):
        yield None
        return
    if place is None:
        raise SettingsError(
            Diagnostic(
                "no-token-store",
                f"with `{kind.name}` a person signs in once, and no store is named that keeps "
                "the token",
                hint="name the store that `onroll login` used: `store=…` in Python",
            )
        )
    keeper = StoreKeeper(place, binding, needs_sign_in=needs_sign_in)
    try:
        yield keeper
    finally:
        keeper.close()


class _Sealed(msgspec.Struct, frozen=True):
    """What is encrypted. `binding` is in it, so that whoever writes the store cannot change it."""

    connection: str
    value: str
    refresh: str | None
    granted_at: float
    expires_at: float | None
    binding: dict[str, str]


class StoreKeeper:
    """A `Keeper` whose tokens are in a store, which is opened when the first one is asked for.

    `needs_sign_in`: the method can get no token without a person. Close it at the end.
    """

    def __init__(
        self, place: TokenPlace, binding: Mapping[str, str], *, needs_sign_in: bool
    ) -> None:
        self._place = place
        self._binding = dict(binding)
        self._needs_sign_in = needs_sign_in
        self._stack = ExitStack()
        self._opened: Store | None = None

    def close(self) -> None:
        """Close the store."""
        self._stack.close()
        self._opened = None

    @property
    def sign_in_command(self) -> str:
        """The command by which a person signs in."""
        return f"onroll login {self._place.typed or self._place.connection}"

    def load(self) -> KeptToken | None:
        """Return the kept token: see `Keeper`."""
        payload = self._payload()
        if payload is None:
            if self._needs_sign_in:
                raise CredentialsRefused(
                    "not-signed-in",
                    f"nobody has signed in for `{self._place.connection}` yet, "
                    "or not with this store",
                    f"run `{self.sign_in_command}`",
                )
            return None
        sealed = self._unsealed(payload)
        changed = self._changed(sealed)
        if not changed:
            return KeptToken(sealed.value, sealed.refresh, sealed.granted_at, sealed.expires_at)
        if self._needs_sign_in:
            # Never sent: whoever edited a definition would have it sent to a host of theirs.
            raise CredentialsRefused(
                "sign-in-again",
                f"the token of `{self._place.connection}` was granted for something else: "
                f"since then {quoted_list(changed)} changed",
                f"if that is right, run `{self.sign_in_command}`",
            )
        return None

    @contextmanager
    def hold(self) -> Iterator[None]:
        """Keep other processes from renewing the token: see `Keeper`."""
        from onroll.store.lock import hold_token  # noqa: PLC0415  (as in `_store`)

        with hold_token(self._store(), self._place.connection):
            yield

    def save(self, kept: KeptToken) -> None:
        """Keep a token: see `Keeper`."""
        from onroll.store.tokens import put_token  # noqa: PLC0415  (as in `_store`)
        from onroll.sync.ledger import utc_now  # noqa: PLC0415  (as in `_store`)

        sealed = _Sealed(
            connection=self._place.connection,
            value=kept.value,
            refresh=kept.refresh,
            granted_at=kept.granted_at,
            expires_at=kept.expires_at,
            binding=self._binding,
        )
        payload = self._key(may_make=True).encrypt(msgspec.json.encode(sealed))
        with self._store().begin() as db:
            put_token(db, self._place.connection, payload, utc_now())

    def forget(self) -> bool:
        """Keep the token no longer: see `Keeper`."""
        from onroll.store.tokens import remove_token  # noqa: PLC0415  (as in `_store`)

        with self._store().begin() as db:
            return remove_token(db, self._place.connection)

    def _payload(self) -> str | None:
        from onroll.store.database import is_missing  # noqa: PLC0415  (as in `_store`)
        from onroll.store.tokens import find_token  # noqa: PLC0415  (as in `_store`)

        if self._opened is None and is_missing(self._place.address()):
            return None  # for somebody who never signed in no store is made
        with self._store().read() as db:
            return find_token(db, self._place.connection)

    def _store(self) -> Store:
        # Imported here: a database library takes longer to load than most commands to run.
        from onroll.store.database import open_store  # noqa: PLC0415  (see above)

        if self._opened is None:
            opened = open_store(self._place.address(), for_writing=True)
            self._opened = self._stack.enter_context(opened)
        return self._opened

    def _key(self, *, may_make: bool) -> TokenKey:
        from onroll.service.token_key import find_key  # noqa: PLC0415  (cryptography loads slowly)

        return find_key(self._place.environment, may_make=may_make)

    def _unsealed(self, payload: str) -> _Sealed:
        key = self._key(may_make=False)
        text = key.decrypt(payload)
        try:
            sealed = None if text is None else msgspec.json.decode(text, type=_Sealed)
        except msgspec.DecodeError:
            sealed = None
        if sealed is None or sealed.connection != self._place.connection:
            raise SettingsError(
                Diagnostic(
                    "token-not-readable",
                    f"the kept token of `{self._place.connection}` was not encrypted with the "
                    f"key of {key.place}",
                    hint=f"put the right key there, or {self._anew()}",
                )
            )
        return sealed

    def _anew(self) -> str:
        if self._needs_sign_in:
            return f"begin anew: `{self.sign_in_command}`"
        if self._place.typed == "":
            return "name another store"
        name = self._place.typed or self._place.connection
        return f"begin anew: `onroll logout {name}`, and the configured refresh token is used"

    def _changed(self, sealed: _Sealed) -> list[str]:
        names = dict.fromkeys((*self._binding, *sealed.binding))
        return [name for name in names if self._binding.get(name) != sealed.binding.get(name)]
