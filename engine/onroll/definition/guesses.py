"""What people write because other tools call it so, and what it is called here."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["GUESSES", "KIND_GUESSES", "RESERVED", "intended", "meant"]

#: Names that people guess, because other tools use them, and what they may be called here. The
#: first that is a key at the place is meant.
GUESSES: Final[dict[str, tuple[str, ...]]] = {
    "api_key": ("value", "auth"),
    "api_token": ("auth", "value"),
    "authentication": ("auth",),
    "authorization": ("auth",),
    "backoff": ("limits",),
    "baseurl": ("base_url",),
    "body": ("json", "path"),
    "client_authentication": ("client_auth",),
    "const": ("value",),
    "constant": ("value",),
    "credentials": ("auth",),
    "cursor_param": ("cursor_name",),
    "cursor_parameter": ("cursor_name",),
    "cursor_path": ("cursor",),
    "data": ("json",),
    "data_path": ("resource_location",),
    "data_selector": ("resource_location",),
    "eq": ("equals",),
    "exists": ("present",),
    "fallback": ("default",),
    "family_name": ("last_name",),
    "field": ("path",),
    "fields": ("attributes",),
    "filter": ("exclude", "filters"),
    "from": ("path",),
    "given_name": ("first_name",),
    "grant_type": ("method",),
    "in_flight": ("concurrency",),
    "is": ("equals",),
    "key": ("value",),
    "kind": ("method", "style"),
    "label": ("title",),
    "limit_param": ("limit_name",),
    "limit_parameter": ("limit_name",),
    "list": ("list_users",),
    "literal": ("value",),
    "login": ("username",),
    "mail": ("email",),
    "manager": ("manager_email",),
    "mapping": ("attributes", "map"),
    "mappings": ("attributes",),
    "next_cursor": ("cursor",),
    "next_link": ("next",),
    "next_page": ("next",),
    "next_url": ("next",),
    "offset_param": ("offset_name",),
    "offset_parameter": ("offset_name",),
    "on": ("match",),
    "one_of": ("in",),
    "page_param": ("page_name",),
    "page_parameter": ("page_name",),
    "page_size": ("limit",),
    "page_size_name": ("limit_name",),
    "pages_total": ("total_pages",),
    "paginator": ("pagination",),
    "paging": ("pagination",),
    "parameters": ("params",),
    "password_env": ("password",),
    "path": ("endpoint", "body"),
    "per_page": ("limit",),
    "position": ("job_title",),
    "query": ("params",),
    "query_params": ("params",),
    "rate_limit": ("limits",),
    "rate_limits": ("limits",),
    "record_path": ("resource_location",),
    "record_selector": ("resource_location",),
    "records": ("resource_location",),
    "records_path": ("resource_location",),
    "request_params": ("params",),
    "retries": ("limits",),
    "rpm": ("requests_per_minute",),
    "rps": ("requests_per_second",),
    "scope": ("scopes",),
    "secrets": ("settings",),
    "selector": ("path",),
    "size": ("limit",),
    "source": ("path",),
    "start_page": ("start",),
    "starting_page": ("start",),
    "surname": ("last_name",),
    "timeout": ("timeout_seconds", "limits"),
    "token": ("auth",),
    "token_path": ("token",),
    "token_url": ("access_token_url",),
    "total": ("total_count",),
    "total_path": ("total_count",),
    "transformations": ("transform",),
    "transforms": ("transform",),
    "type": ("method", "style"),
    "uri": ("base_url", "endpoint", "access_token_url"),
    "url": ("base_url", "endpoint", "access_token_url"),
    "user": ("username", "list_users"),
    "users": ("list_users",),
    "variables": ("settings",),
}
#: Words of the language that this version does not know yet.
RESERVED: Final = {
    "create_user": "writing to a source is reserved for a later version",
    "update_user": "writing to a source is reserved for a later version",
    "parts": "several listings as one come in a later version; write one connector for each list",
    "compose": "composed sign-in names come in a later version; use `template` until then",
    "tls": "client certificates come in a later version",
}


#: Of more strange keys than this nobody mistyped one.
_MOST: Final = 50

#: What people write for a kind because other tools call it so.
KIND_GUESSES: Final = {
    "apikey": "api_key",
    "header": "api_key",
    "token": "bearer",
    "http_basic": "basic",
    "oauth2": "oauth2_client_credentials",
    "client_credentials": "oauth2_client_credentials",
    "page_number": "page",
    "page_increment": "page",
    "offset_increment": "offset",
    "link": "next_link",
    "link_header": "next_link",
    "header_link": "next_link",
    "json_link": "next_link",
    "keyset": "last_id",
}


def intended(written: Iterable[str], known: Iterable[str]) -> set[str]:
    """Return the keys that mistyped ones stand for: one mistake is one message."""
    names = set(known)
    strange = list(islice((key for key in written if key not in names), _MOST))
    found = {meant(key, names) or "" for key in strange}
    return found | {key.partition(":")[0] for key in strange}


def meant(key: str, known: Iterable[str]) -> str | None:
    """Return the known key that a mistyped or guessed one stands for, if any is like it."""
    names = list(known)
    guesses = GUESSES.get(key.lower().replace("-", "_"), ())
    return next((guess for guess in guesses if guess in names), None) or nearest(key, names)
