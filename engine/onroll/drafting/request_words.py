"""What the names of headers and parameters say: a secret, a tenant, a version, noise."""

from __future__ import annotations

import re
from typing import Final

from onroll.drafting.words import words_of

__all__ = [
    "is_filter_over_time",
    "is_noise",
    "is_of_one_account",
    "is_of_paging",
    "is_of_tenant",
    "is_opaque",
    "is_plain_word",
    "is_secret_name",
    "is_secret_value",
    "is_version",
    "spelled",
]

_SECRETS: Final = frozenset(
    {"key", "token", "secret", "password", "apikey", "hapikey", "passwd", "pwd", "apitoken", "jwt"}
    | {"accesstoken", "authtoken", "credential", "passphrase", "accesskey", "authkey", "appkey"}
)
#: What ends in one of those words and is none.
_NO_SECRETS: Final = frozenset(
    {"page", "next", "cursor", "continuation", "continue", "csrf", "xsrf", "sort", "order", "skip"}
    | {"idempotency", "public", "partition", "group", "primary", "foreign", "sync", "delta"}
    | {"request", "websocket", "previous", "prev", "starting", "start", "pagination", "filter"}
)
#: What such names end in where they are written as one word: `DOLAPIKEY`.
_ENDINGS: Final = ("apikey", "token", "secret", "password", "accesskey", "authkey", "appkey")
_ALONE: Final = frozenset({"auth", "xauth", "authentication", "authorization", "sessionid", "sid"})
_TENANTS: Final = frozenset(
    {"tenant", "company", "organization", "organisation", "org", "account", "subdomain", "customer"}
    | {"workspace", "site", "entity", "realm", "namespace", "instance", "domain", "region"}
    | {"client", "app", "application", "partner", "legal"}
)
_PAGING: Final = frozenset(
    {"limit", "offset", "page", "per", "size", "cursor", "skip", "top", "start", "count", "after"}
    | {
        "before",
        "startindex",
        "marker",
        "token",
        "number",
        "max",
        "next",
        "take",
        "pagesize",
        "rows",
    }
)
_TIME: Final = frozenset(
    {"since", "updated", "modified", "changed", "date", "from", "to", "until", "day", "time"}
)
_NOISE: Final = frozenset(
    """
    accept-charset accept-encoding accept-language access-control-request-headers
    access-control-request-method alt-used authority cache-control connection content-encoding
    content-length content-type cookie dnt expect forwarded host if-match if-modified-since
    if-none-match keep-alive method newrelic origin path pragma priority proxy-authorization
    proxy-connection range referer scheme te traceparent tracestate trailer transfer-encoding
    upgrade upgrade-insecure-requests user-agent via x-requested-with x-csrf-token x-xsrf-token
    x-csrftoken x-request-id x-correlation-id idempotency-key
    """.split()  # noqa: SIM905  (a list of forty quoted names reads worse)
)
_NOISE_STARTS: Final = ("sec-", "postman-", "x-forwarded-", "x-b3-", "x-datadog-", "sentry-", ":")
_VERSION: Final = re.compile(r"(?:^|[-_])(?:api[-_]?)?version$|^accept-version$", re.IGNORECASE)
_OPAQUE: Final = re.compile(r"[\w+/=.~:-]{20,}", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_PLAIN: Final = re.compile(
    r"[A-Za-z]{1,20}(?:[ ,;=/._+*-]+[A-Za-z]{1,20})*|\d{1,4}|v?\d+(?:\.\d+)+|\d{4}-\d\d(?:-\d\d)?|"
)
_CAPITALS: Final = {"api": "API", "id": "ID", "apim": "Apim", "gitlab": "GitLab"}


def is_secret_name(name: str) -> bool:
    """Whether what this header, parameter or key holds is a credential."""
    words = words_of(name)
    if not words or _NO_SECRETS.intersection(words):
        return False
    if words[-1] in _SECRETS or "".join(words[-2:]) in _SECRETS or "".join(words) in _ALONE:
        return True
    return words[-1].endswith(_ENDINGS) and not any(one in words[-1] for one in _NO_SECRETS)


def is_secret_value(value: str) -> bool:
    """Whether a value looks made by chance, as keys are; a UUID is taken for an id."""
    if not _OPAQUE.fullmatch(value) or _UUID.fullmatch(value) or value.startswith("http"):
        return False
    if value.startswith("eyJ") and value.count(".") == 2:
        return True  # a JWT (RFC 7519)
    digits = sum(letter.isdigit() for letter in value)
    letters = sum(letter.isalpha() for letter in value)
    return digits >= 4 and letters >= 4


def is_opaque(value: str) -> bool:
    """Whether a value is an id that computers make: a UUID, or many hexadecimal digits."""
    is_hex = re.fullmatch(r"[0-9a-f]{16,}", value, re.IGNORECASE) is not None
    return is_hex or _UUID.fullmatch(value) is not None


def is_of_one_account(value: str) -> bool:
    """Whether a value is nothing that all users of an API could have: an id, or made by chance."""
    is_number = re.fullmatch(r"\d{3,}", value) is not None
    is_year = re.fullmatch(r"(?:19|20)\d\d", value) is not None
    return is_secret_value(value) or is_opaque(value) or (is_number and not is_year)


def is_plain_word(value: str) -> bool:
    """Whether a value is a word of the API's, a date or a small number, as anybody may send it."""
    return _PLAIN.fullmatch(value) is not None


def is_of_tenant(name: str) -> bool:
    """Whether a header or parameter says whose people are meant."""
    words = words_of(name)
    if not _TENANTS.intersection(words):
        return False
    last = words[-1]
    return last in ("id", "uuid", "name", "code", "key", "slug", "number") or last in _TENANTS


def is_version(name: str) -> bool:
    """Whether a header or parameter names a version of the API."""
    return _VERSION.search(name) is not None


def is_of_paging(name: str) -> bool:
    """Whether a parameter may be one of paging."""
    return bool(_PAGING.intersection(words_of(name)))


def is_filter_over_time(name: str) -> bool:
    """Whether a parameter asks for what changed, or for a time."""
    return bool(_TIME.intersection(words_of(name)))


def is_noise(name: str) -> bool:
    """Whether browsers and tools send this header on their own."""
    return name.lower() in _NOISE or name.lower().startswith(_NOISE_STARTS)


def spelled(name: str) -> str:
    """Spell a header's name as people do: `x-api-key` is `X-API-Key`."""
    if name != name.lower() or "-" not in name:
        return name
    return "-".join(_CAPITALS.get(part, part[:1].upper() + part[1:]) for part in name.split("-"))
