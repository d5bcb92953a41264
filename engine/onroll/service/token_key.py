"""The key that kept tokens are encrypted with (Fernet): where it comes from, and how it is made.

The first of these places that is named: `ONROLL_TOKEN_KEY`, the file of `ONROLL_TOKEN_KEY_FILE`,
the keyring entry of `ONROLL_TOKEN_KEY_KEYRING`, else a file in the user's configuration folder.
"""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from onroll.definition.references import read_references
from onroll.diagnostics import Diagnostic
from onroll.errors import SettingsError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["TokenKey", "find_key"]

_KEY: Final = "ONROLL_TOKEN_KEY"
_FILE: Final = "ONROLL_TOKEN_KEY_FILE"
_KEYRING: Final = "ONROLL_TOKEN_KEY_KEYRING"
_MAKE: Final = (
    'python -c "from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())"'
)


@dataclass(frozen=True, slots=True)
class TokenKey:
    """One key or several, and the place they come from, in words."""

    place: str
    _keys: MultiFernet = field(repr=False)

    def encrypt(self, text: bytes) -> str:
        """Encrypt with the first key."""
        return self._keys.encrypt(text).decode()

    def decrypt(self, payload: str) -> bytes | None:
        """Decrypt with any of the keys; None when it was encrypted with another one."""
        try:
            return self._keys.decrypt(payload.encode())
        except InvalidToken:
            return None


def find_key(environment: Mapping[str, str], *, may_make: bool) -> TokenKey:
    """Return the key. Raises `SettingsError` naming the place that is wrong, or all places.

    With `may_make` a missing file in the configuration folder is made.
    """
    if environment.get(_KEY):
        return _read(environment[_KEY], f"the environment variable {_KEY}")
    if environment.get(_FILE):
        path = Path(environment[_FILE]).expanduser()
        return _read(_private_text(path), f"{path} ({_FILE})")
    if environment.get(_KEYRING):
        return _from_keyring(environment[_KEYRING])
    own = _own_file(environment)
    if own is not None and may_make and not own.exists():
        _make(own)
    if own is not None and own.exists():
        return _read(_private_text(own), str(own))
    raise _missing(own)


def _read(text: str, place: str) -> TokenKey:
    try:
        keys = [Fernet(one.strip()) for one in text.split(",") if one.strip()]
    except ValueError:
        keys = []
    if not keys:
        # Not quoted: it may be a key with a slip of the hand in it.
        raise SettingsError(
            Diagnostic(
                "wrong-token-key",
                f"what {place} holds is no key for tokens",
                expected="32 random bytes in URL-safe base64; several with commas between",
                hint=f"make one: {_MAKE}",
            )
        )
    return TokenKey(place, MultiFernet(keys))


def _private_text(path: Path) -> str:
    """Read a file that nobody but its owner may read. The open file is looked at, not its name."""
    try:
        with path.open(encoding="ascii") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            if os.name == "posix" and mode & 0o077:
                raise SettingsError(
                    Diagnostic(
                        "token-key-exposed",
                        f"others than its owner may read or write the token key {path} "
                        f"(mode {mode:04o})",
                        expected="mode 0600",
                        hint=f"chmod 600 {path}",
                    )
                )
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not text"
        raise SettingsError(
            Diagnostic("missing-token-key", f"the token key {path} cannot be read: {reason}")
        ) from None


def _from_keyring(entry: str) -> TokenKey:
    def at(_path: object) -> str:
        return f"the token key ({_KEYRING})"

    text, _ = read_references(f"${{keyring:{entry}}}", Path(), {}, at)
    return _read(str(text), f"the keyring entry `{entry}` ({_KEYRING})")


def _own_file(environment: Mapping[str, str]) -> Path | None:
    """Return the file in the user's configuration folder (XDG); None when they have no home."""
    named = Path(environment.get("XDG_CONFIG_HOME", ""))
    try:
        # A relative one is invalid, says the XDG Base Directory Specification.
        folder = named if named.is_absolute() else Path.home() / ".config"
    except RuntimeError:
        return None
    return folder / "onroll" / "token.key"


def _make(path: Path) -> None:
    """Make a key, unless another process has made one meanwhile.

    It appears whole or not at all: it is written beside, and then given its name, which fails
    when the name is taken.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(Fernet.generate_key() + b"\n")
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(part, path)
        finally:
            part.unlink()
    except OSError as error:
        raise SettingsError(
            Diagnostic(
                "missing-token-key",
                f"a key for tokens cannot be made at {path}: {error.strerror}",
                hint=f"name another place: {_KEY}, {_FILE} or {_KEYRING}",
            )
        ) from None


def _missing(own: Path | None) -> SettingsError:
    last = f"{own} does not exist" if own is not None else "there is no home directory"
    return SettingsError(
        Diagnostic(
            "missing-token-key",
            "the key that the kept token was encrypted with is nowhere: "
            f"{_KEY}, {_FILE} and {_KEYRING} are not set, and {last}",
            hint="put the key back in one of these places, or sign in again",
        )
    )
