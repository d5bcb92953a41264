"""The security of an OpenAPI operation → `auth` sections, and the settings that they take."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from urllib.parse import urljoin

from onroll.diagnostics import quoted_list
from onroll.drafting.declared import Declared
from onroll.drafting.draft import AuthDraft
from onroll.drafting.evidence import Guess
from onroll.drafting.openapi_schema import Specification, as_list, as_object
from onroll.drafting.request_words import is_secret_name
from onroll.drafting.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.model import Json

__all__ = ["describe_access"]

_WORD: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_HEADER: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_TOKEN_URL: Final = re.compile(r"https?://\S+|\$\{[^}]+\}\S*")
_MOST_SCHEMES: Final = 12
_MOST_SCOPES: Final = 4
#: The likeliest grant of an import that runs by itself comes first.
_FLOWS: Final = ("clientCredentials", "authorizationCode", "password", "deviceAuthorization")
_METHODS: Final = {
    "clientCredentials": "oauth2_client_credentials",
    "authorizationCode": "oauth2_authorization_code",
    "password": "oauth2_password",
    "deviceAuthorization": "oauth2_device_code",
}
_URLS: Final = {
    "clientCredentials": {"access_token_url": "tokenUrl"},
    "authorizationCode": {"authorization_url": "authorizationUrl", "access_token_url": "tokenUrl"},
    "password": {"access_token_url": "tokenUrl"},
    "deviceAuthorization": {
        "device_authorization_url": "deviceAuthorizationUrl",
        "access_token_url": "tokenUrl",
    },
}


def describe_access(
    specification: Specification, operation: Mapping[str, Json], server: str, connector: str = ""
) -> list[AuthDraft]:
    """Return a draft for each way that an operation may be authenticated, the fullest first."""
    schemes = as_object(as_object(specification.document.get("components")).get("securitySchemes"))
    asked = operation.get("security", specification.document.get("security"))
    wanted = [one for one in as_list(asked) if isinstance(one, dict)]
    is_told = asked is not None
    if not is_told:
        wanted = [{name: []} for name in schemes]
    drafts: list[AuthDraft] = []
    for requirement in wanted[:_MOST_SCHEMES]:
        for guess, declared, headers in _ways(
            specification, schemes, requirement, server, connector
        ):
            drafts.append(AuthDraft(guess, declared.settings, headers))
    drafts.sort(key=lambda one: (one.auth.value["method"] == "none", not one.auth.is_sure))
    if not drafts:
        evidence = "the specification names no credentials"
        return [AuthDraft(Guess({"method": "none"}, evidence, is_sure=False))]
    if len(drafts) == 1 and is_told:
        return drafts
    names = [str(one.auth.value["method"]) for one in drafts]
    return [_one_of(draft, names) for draft in drafts]


def _one_of(draft: AuthDraft, names: list[str]) -> AuthDraft:
    others = [one for one in dict.fromkeys(names) if one != draft.auth.value["method"]]
    if not others:
        return draft
    evidence = f"{draft.auth.evidence}; {quoted_list(others)} would do as well"
    guess = Guess(draft.auth.value, evidence, is_sure=False)
    return AuthDraft(guess, draft.settings, draft.headers, draft.params)


_Way: TypeAlias = tuple[Guess[Any], Declared, dict[str, str]]


def _ways(
    specification: Specification,
    schemes: Mapping[str, Json],
    requirement: Mapping[str, Json],
    server: str,
    connector: str,
) -> list[_Way]:
    """Return the ways to meet one requirement, all of whose schemes must be met together."""
    named = {
        name: specification.resolved(schemes.get(name))
        for name in list(requirement)[:_MOST_SCHEMES]
    }
    keys = {name: one for name, one in named.items() if _is_key(one)}
    others = {name: one for name, one in named.items() if name not in keys}
    if not others:
        declared = Declared(connector)
        guess = _keys(keys, declared)
        return [] if guess is None else [(guess, declared, {})]
    name, scheme = next(iter(others.items()))
    ways: list[_Way] = []
    for guess, declared in _guesses(scheme, as_list(requirement.get(name)), server, connector):
        names = [str(one["name"]) for one in keys.values() if one.get("in") == "header"]
        headers = {one: declared.secret("", _key_name(one)) for one in names}
        ways.append((guess, declared, headers))
    return ways


def _is_authorization(scheme: Mapping[str, Json]) -> bool:
    return str(scheme.get("name", "")).lower() == "authorization" and scheme.get("in") == "header"


def _is_key(scheme: Mapping[str, Json]) -> bool:
    name = scheme.get("name")
    is_placed = scheme.get("in") in ("header", "query") and not _is_authorization(scheme)
    if scheme.get("type") != "apiKey" or not is_placed or not isinstance(name, str):
        return False
    return _HEADER.fullmatch(name) is not None


def _keys(schemes: Mapping[str, Mapping[str, Json]], declared: Declared) -> Guess[Any] | None:
    keys: list[dict[str, str]] = []
    for scheme in schemes.values():
        name = str(scheme["name"])
        key = {"in": "query"} if scheme.get("in") == "query" else {}
        keys.append({**key, "name": name, "value": declared.secret("", _key_name(name))})
    if not keys:
        return None
    section = {"method": "api_key", **(keys[0] if len(keys) == 1 else {"keys": keys})}
    shown = quoted_list([one["name"] for one in keys])
    return Guess(section, f"the specification asks for {shown}")


def _key_name(name: str) -> str:
    words = [word for word in words_of(name) if word.isalpha() and word != "x"]
    said = "_".join(words)
    if not is_secret_name(name) or not said:
        return said or "api_key"
    return "token" if words[-1] == "token" and "api" not in words else "api_" + words[-1]


def _guesses(
    scheme: Mapping[str, Json], scopes: list[Json], server: str, connector: str
) -> Iterator[tuple[Guess[Any], Declared]]:
    """Yield a section for each way that one scheme offers."""
    declared = Declared(connector)
    kind = scheme.get("type")
    if kind == "http":
        yield _http(str(scheme.get("scheme", "")), declared), declared
    elif kind == "apiKey" and _is_authorization(scheme):
        yield _authorization(str(scheme.get("description", "")), declared), declared
    elif kind == "oauth2":
        yield from _oauth2(as_object(scheme.get("flows")), scopes, server, connector)
    elif kind == "openIdConnect":
        evidence = (
            "the specification asks for OpenID Connect: its `openIdConnectUrl` names the "
            "authorization and token URLs for an `oauth2_…` method"
        )
        section = {"method": "bearer", "token": declared.secret("", "token")}
        yield Guess(section, evidence, is_sure=False), declared
    elif kind == "mutualTLS":
        evidence = "the specification asks for a client certificate: write `tls`"
        yield Guess({"method": "none"}, evidence, is_sure=False), declared
    elif kind == "apiKey":
        evidence = "the specification asks for a key in a cookie, which onroll does not send"
        yield Guess({"method": "none"}, evidence, is_sure=False), declared


def _http(scheme: str, declared: Declared) -> Guess[Any]:
    lower = scheme.lower()
    if lower in ("basic", "digest"):
        section = {
            "method": lower,
            "username": declared.open("", "username"),
            "password": declared.secret("", "password"),
        }
        return Guess(section, f"the specification asks for HTTP {lower.capitalize()}")
    section = {"method": "bearer", "token": declared.secret("", "token")}
    if lower == "bearer":
        return Guess(section, "the specification asks for a bearer token")
    if _WORD.fullmatch(scheme):
        section["scheme"] = scheme
    return Guess(section, "the specification asks for `Authorization`", is_sure=False)


def _authorization(description: str, declared: Declared) -> Guess[Any]:
    """Return the section for a key in `Authorization`, whose first word its description may say."""
    section = {"method": "bearer", "token": declared.secret("", "token")}
    if "bearer" in description.lower():
        evidence = "the specification asks for `Authorization`, and speaks of Bearer"
        return Guess(section, evidence)
    section["scheme"] = ""
    evidence = "the specification asks for `Authorization`, and names no word before the key"
    return Guess(section, evidence, is_sure=False)


def _oauth2(
    flows: Mapping[str, Json], scopes: list[Json], server: str, connector: str
) -> Iterator[tuple[Guess[Any], Declared]]:
    for name in _FLOWS:
        flow = as_object(flows.get(name))
        section: dict[str, Any] = {}
        declared = Declared(connector)
        for ours, theirs in _URLS[name].items():
            url = _absolute(flow.get(theirs), server, declared)
            if url is not None:
                section[ours] = url
        if len(section) < len(_URLS[name]):
            continue
        section = {"method": _METHODS[name], **section}
        section["client_id"] = declared.open("", "client_id")
        section["client_secret"] = declared.secret("", "client_secret")
        if name == "password":
            section["username"] = declared.open("", "username")
            section["password"] = declared.secret("", "password")
        wanted = _scopes(flow, scopes)
        if wanted:
            section["scopes"] = wanted
        evidence = f"the specification offers OAuth 2.0 (`{name}`)"
        yield Guess(section, evidence), declared
    if flows and not any(name in flows for name in _FLOWS):
        declared = Declared(connector)
        evidence = (
            "the specification offers OAuth 2.0 for browsers only (`implicit`), which no import "
            "can use: a token of its own is taken"
        )
        section = {"method": "bearer", "token": declared.secret("", "token")}
        yield Guess(section, evidence, is_sure=False), declared


def _absolute(url: Json, server: str, declared: Declared) -> str | None:
    if not isinstance(url, str) or not url.strip():
        return None
    try:
        whole = urljoin(server, url.strip()) if "://" not in url else url.strip()
    except ValueError:
        return None
    written = declared.filled(whole, "tenant")
    return written if _TOKEN_URL.fullmatch(written) else None


def _scopes(flow: Mapping[str, Json], asked: list[Json]) -> list[str]:
    """Return the scopes that the operation asks for, else those of the flow that only read."""
    named = [one.replace("${", "$${") for one in asked if isinstance(one, str) and one.strip()]
    if named:
        return named
    scopes = as_object(flow.get("scopes"))
    offered = [name.replace("${", "$${") for name in scopes if name.strip()]
    reading = [name for name in offered if "read" in name.lower()]
    return reading if len(reading) <= _MOST_SCOPES else []
