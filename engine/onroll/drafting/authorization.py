"""A request's `Authorization`, and a user's name and password → an `auth` section."""

from __future__ import annotations

import base64
import binascii
import re
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from onroll.drafting.evidence import Guess
from onroll.drafting.placeholders import is_placeholder
from onroll.http.body import decode_json
from onroll.model import Headers, Json, Response
from onroll.protocols import UnreadableBody

if TYPE_CHECKING:
    from collections.abc import Mapping

    from onroll.drafting.declared import Declared

__all__ = ["basic_auth", "header_auth", "lifetime_note"]

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9_-]*):?\s+(\S.*)", re.DOTALL)
#: `Token token="…"`, `GenieKey key=…`: what stands before the secret is kept.
_NAMED_TOKEN: Final = re.compile(r"([A-Za-z][\w-]*=)(\"?)([^\"=,\s]+)\2")
_SIGNED: Final = re.compile(
    r"(?:aws4-|hawk$|oauth$|signature$|hmac|sharedkey|dpop$)", re.IGNORECASE
)
_LOCAL: Final = frozenset({"negotiate", "ntlm", "kerberos"})
#: Passwords that stand where none is needed.
_IDLE: Final = frozenset(
    {"", "x", "xx", "-", "unused", "blank", "dummy", "none", "null", "anything", "nopass", "pass"}
)
#: User names that say that the password is a key.
_WORDS_FOR_KEYS: Final = frozenset(
    {"api", "apikey", "api_key", "api-key", "token", "apitoken", "api_token", "key", "oauth2"}
    | {"x-token-auth", "x-oauth-basic", "bearer"}
)
_LONGEST_LIFE_SECONDS: Final = 2 * 24 * 3600


def header_auth(
    value: str, credentials: tuple[str, str] | None, declared: Declared
) -> Guess[Mapping[str, Any]] | None:
    """Return the section for an `Authorization` header; None when it says nothing."""
    value = value.strip()
    found = _SCHEME.fullmatch(value)
    if is_placeholder(value) is not None or found is None:
        if value.lower() in ("basic", "digest"):
            found = re.fullmatch("(.*)()", value)
        elif value:
            return _bearer("", value, declared)
        else:
            return None
    assert found is not None
    scheme, rest = found.group(1), found.group(2).strip()
    lower = scheme.lower()
    if lower == "basic":
        return basic_auth(credentials or _decoded(rest), declared, "`Authorization: Basic …`")
    if lower == "digest":
        return _digest(rest, credentials, declared)
    if lower in _LOCAL or _SIGNED.match(lower):
        hint = "" if lower in _LOCAL else "; look at the methods `hmac` and `oauth2_…`"
        evidence = f"the request is signed by `{scheme}`, which cannot be copied{hint}"
        return Guess({"method": "none"}, evidence, is_sure=False)
    return _bearer(scheme, rest, declared)


def _bearer(scheme: str, token: str, declared: Declared) -> Guess[Mapping[str, Any]]:
    named = _NAMED_TOKEN.fullmatch(token)
    if named is not None:
        before, quote, secret = named.groups()
        written = f"{before}{quote}{declared.secret(secret, 'token')}{quote}"
    else:
        secret, written = token, declared.secret(token, "token")
    section: dict[str, Any] = {"method": "bearer", "token": written}
    if scheme.lower() != "bearer":
        section["scheme"] = scheme
    shown = f"{scheme} …" if scheme else "…"
    evidence = f"`Authorization: {shown}` in the request"
    note = lifetime_note(secret)
    if note:
        return Guess(section, f"{evidence}; {note}", is_sure=False)
    is_whole = not scheme and is_placeholder(token) is not None
    if is_whole:
        evidence += ", without a word such as Bearer before it"
    return Guess(section, evidence, is_sure=not is_whole)


def lifetime_note(token: str) -> str | None:
    """Say that a token is a JWT (RFC 7519) that was made to live for hours only."""
    parts = token.split(".")
    if len(parts) != 3 or not token.startswith("ey"):
        return None
    claims = _claims(parts[1])
    if not isinstance(claims, dict):
        return None
    end, start = claims.get("exp"), claims.get("iat", claims.get("nbf", claims.get("auth_time")))
    if not _is_time(end) or not _is_time(start) or not 0 < end - start <= _LONGEST_LIFE_SECONDS:
        return None
    minutes = round((end - start) / 60)
    life = f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
    return f"it is a JWT that lives for {life}: an OAuth method or `login` is probably wanted"


def _is_time(value: Json) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e12


def _claims(part: str) -> Json:
    try:
        body = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        return decode_json(Response(200, Headers(), body, ""))
    except (binascii.Error, ValueError, UnreadableBody):
        return None


def _decoded(text: str) -> tuple[str, str] | None:
    """Decode the credentials of Basic (RFC 7617)."""
    try:
        pair = base64.b64decode(text + "=" * (-len(text) % 4), validate=True).decode()
    except (binascii.Error, ValueError):
        return None
    user, colon, password = pair.partition(":")
    return (user, password) if colon and pair.isprintable() else None


def basic_auth(
    credentials: tuple[str, str] | None, declared: Declared, seen: str
) -> Guess[Mapping[str, Any]]:
    """Return the section for HTTP Basic. `seen` names where the credentials stood."""
    user, password = credentials or ("<username>", "<password>")
    bare = password.strip().lower()
    if bare in _IDLE and user:
        key = declared.secret(user, "api_key")
        evidence = f"{seen}: the key is the user name, and the password counts for nothing"
        return Guess(_basic(key, password or ""), evidence)
    if user.strip().lower() in _WORDS_FOR_KEYS or not user:
        key = declared.secret(password, "api_key")
        evidence = f"{seen}: the key is the password, beside a fixed user name"
        return Guess(_basic(user, key), evidence)
    word = re.fullmatch(r"(.+)/(token|api_?key)", user)
    if word is not None:
        name = f"{declared.open(word.group(1), 'email')}/{word.group(2)}"
        evidence = f"{seen}: a user name that ends with `/{word.group(2)}`, and a key"
        return Guess(_basic(name, declared.secret(password, "api_token")), evidence)
    section = _basic(declared.open(user, "username"), declared.secret(password, "password"))
    return Guess(section, f"{seen}, a user name and a password")


def _basic(username: str, password: str) -> dict[str, Any]:
    return {"method": "basic", "username": username, "password": password}


def _digest(
    rest: str, credentials: tuple[str, str] | None, declared: Declared
) -> Guess[Mapping[str, Any]]:
    named = re.search(r'username="([^"]*)"', rest)
    user, password = credentials or (named.group(1) if named else "<username>", "<password>")
    section = {
        "method": "digest",
        "username": declared.open(user, "username"),
        "password": declared.secret(password, "password"),
    }
    return Guess(section, "`Authorization: Digest` in the request")
