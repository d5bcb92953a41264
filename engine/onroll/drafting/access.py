"""How a request shows who asks: its `auth` section, and what of it belongs to a tenant.

`find_access` reads the credentials out of a call, and `strip_access` is the same call without
them: what is left belongs to the list.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from onroll.drafting.authorization import basic_auth, header_auth, lifetime_note
from onroll.drafting.base_address import split_url, with_settings
from onroll.drafting.declared import Declared
from onroll.drafting.draft import AuthDraft
from onroll.drafting.evidence import Call, Guess, ParameterFacts
from onroll.drafting.placeholders import is_placeholder, setting_name
from onroll.drafting.request_words import (
    is_filter_over_time,
    is_noise,
    is_of_paging,
    is_of_tenant,
    is_opaque,
    is_plain_word,
    is_secret_name,
    is_secret_value,
    is_version,
    spelled,
)
from onroll.model import Headers, Json, is_sendable

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["find_access", "split_url", "strip_access"]

_DEEPEST: Final = 8
#: Stands for the name of a credential that has none.
_UNNAMED: Final = ""
_NOTHING: Final = "the request has no credentials"


def find_access(call: Call, name: str) -> AuthDraft:
    """Find how a call authenticates. `name` is the connector's, left out of settings' names."""
    found = _sort(call, name)
    return AuthDraft(found.auth(), found.declared.settings, found.kept_headers, found.kept_params)


def strip_access(call: Call, name: str) -> Call:
    """Return the call without what `find_access` takes, and with references in its address.

    Parameters of paging that hold a placeholder are known by their names from then on.
    """
    found = _sort(call, name)
    known = {one.name for one in call.known_params}
    facts = tuple(ParameterFacts(one) for one in found.open_params if one not in known)
    return replace(
        call,
        url=found.url,
        params=found.params,
        headers=Headers(),
        json=found.json,
        form=found.form,
        credentials=None,
        known_params=call.known_params + facts,
    )


@dataclass(slots=True)
class _Sorted:
    """A call, sorted into what authenticates, what is a tenant's, and what is the list's own."""

    declared: Declared
    url: str | None = None
    section: Guess[Mapping[str, Any]] | None = None
    keys: list[dict[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    kept_headers: dict[str, str] = field(default_factory=dict)
    kept_params: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    open_params: list[str] = field(default_factory=list)
    body_keys: list[str] = field(default_factory=list)
    json: Json = None
    form: Mapping[str, str] | None = None

    def auth(self) -> Guess[Mapping[str, Any]]:
        """Return the `auth` section."""
        guess = self.section or self._key_auth() or self._body_auth()
        if self.notes:
            evidence = "; ".join([guess.evidence, *self.notes])
            guess = replace(guess, evidence=evidence)
        return guess

    def _key_auth(self) -> Guess[Mapping[str, Any]] | None:
        if not self.keys:
            return None
        shown = ", ".join(f"`{key['name']}`" for key in self.keys)
        note = next((one for one in self.notes if "JWT" in one), None)
        if len(self.keys) == 1:
            section: dict[str, Any] = {"method": "api_key", **self.keys[0]}
        else:
            section = {"method": "api_key", "keys": self.keys}
        return Guess(section, f"{shown} in the request", is_sure=note is None)

    def _body_auth(self) -> Guess[Mapping[str, Any]]:
        if self.body_keys:
            shown = ", ".join(f"`{key}`" for key in self.body_keys if key != _UNNAMED)
            if not shown:
                shown = "a value that looks made by chance"
            evidence = f"the credentials are in the body: {shown}"
            return Guess({"method": "none"}, evidence, is_sure=_UNNAMED not in self.body_keys)
        return Guess({"method": "none"}, _NOTHING, is_sure=False)


def _sort(call: Call, name: str) -> _Sorted:
    found = _Sorted(Declared(name))
    if call.url is not None:
        found.url = with_settings(call.url, found.declared)
    authorization = call.headers.get("authorization")
    if authorization is not None:
        found.section = header_auth(authorization, call.credentials, found.declared)
    if found.section is None and call.credentials is not None:
        found.section = basic_auth(call.credentials, found.declared, "credentials of Basic")
    for header, value in call.headers.items():
        _sort_header(found, header, value)
    for parameter, value in call.params.items():
        _sort_parameter(found, parameter, value)
    if found.section is not None:
        _keep_keys(found)
    found.json = _body(call.json, found, 0)
    if call.form is not None:
        form = _body(dict(call.form), found, 0)
        found.form = {key: str(value) for key, value in form.items()}
    return found


def _sort_header(found: _Sorted, name: str, value: str) -> None:
    if name == "authorization":
        return
    if name == "cookie":
        found.notes.append("its cookies, a browser's session, are left out")
    elif name == "accept":
        # What the decoder asks for is enough, unless the vendor has a format of its own.
        if "vnd." in value or "version=" in value or "odata" in value:
            _keep_header(found, "Accept", value)
    elif is_noise(name):
        return
    elif is_version(name):
        _keep_header(found, spelled(name), value)
    elif is_secret_name(name) or is_secret_value(value):
        note = lifetime_note(value)
        if note:
            found.notes.append(note)
        reference = found.declared.secret(value, _key_name(name))
        found.keys.append({"name": spelled(name), "value": reference})
    else:
        found.kept_headers.update(_other_header(found, name, value))


def _other_header(found: _Sorted, name: str, value: str) -> dict[str, str]:
    """Return a header of the vendor's own: written only where anybody may send its value."""
    setting = setting_name(_without_x(name), "header")
    if is_of_tenant(name) or is_placeholder(value) is not None:
        return {spelled(name): found.declared.open(value, setting)}
    if is_plain_word(value) and is_sendable(value):
        return {spelled(name): _literal(value)}
    # It may be a credential, or say who somebody is.
    return {spelled(name): found.declared.secret(value, setting)}


def _keep_header(found: _Sorted, name: str, value: str) -> None:
    if is_sendable(value):
        found.kept_headers[name] = value.replace("${", "$${")


def _sort_parameter(found: _Sorted, name: str, value: str) -> None:
    is_open = is_placeholder(value) is not None
    is_id = is_opaque(value) and not is_of_paging(name)
    if is_version(name):
        found.kept_params[name] = _literal(value)
    elif is_secret_name(name) or (is_secret_value(value) and not is_of_paging(name)):
        reference = found.declared.secret(value, _key_name(name))
        found.keys.append({"in": "query", "name": name, "value": reference})
    elif is_open and (is_of_paging(name) or is_filter_over_time(name)):
        found.open_params.append(name)
    elif is_open or is_id or (is_of_tenant(name) and _is_id(name)):
        found.kept_params[name] = found.declared.open(value, setting_name(name, "parameter"))
    else:
        found.params[name] = _literal(value)


def _is_id(name: str) -> bool:
    # `company=true` or `account=all` asks for something; an id says whose people are meant.
    return setting_name(name, "").endswith(("_id", "_uuid", "_slug", "_code", "tenant", "domain"))


def _literal(value: str) -> str:
    return value.replace("${", "$${")


def _key_name(name: str) -> str:
    """Name the setting of a key: `X-Acme-API-Key` holds `api_key`, `PRIVATE-TOKEN` a `token`."""
    words = setting_name(_without_x(name), "api_key").split("_")
    if words[-1] == "key" or words[-1].endswith("apikey"):
        return "api_key"
    if words[-1] == "token":
        return "api_token" if "api" in words else "token"
    if words[-1] in ("secret", "password"):
        return "_".join(words[-2:])
    return "api_key" if words[-1] in ("auth", "authentication", "sid") else "_".join(words)


def _without_x(name: str) -> str:
    return name[2:] if name.lower().startswith("x-") else name


def _keep_keys(found: _Sorted) -> None:
    """Put keys that stand beside another credential where they are sent with it."""
    for key in found.keys:
        kept = found.kept_params if key.get("in") == "query" else found.kept_headers
        kept[key["name"]] = key["value"]


def _item(value: Json, found: _Sorted, depth: int) -> Json:
    """Return an item of a list of arguments, where nothing but its look tells a credential."""
    if not isinstance(value, str) or not is_secret_value(value):
        return _body(value, found, depth)
    found.body_keys.append(_UNNAMED)
    return found.declared.secret(value, "api_key")


def _body(value: Json, found: _Sorted, depth: int) -> Json:
    """Return a body with references in the place of credentials and placeholders."""
    if isinstance(value, list):
        return [_item(item, found, depth + 1) for item in value]
    if not isinstance(value, dict):
        return _literal(value) if isinstance(value, str) else value
    written: dict[str, Json] = {}
    for key, item in value.items():
        if not isinstance(item, str):
            written[key] = _body(item, found, depth + 1) if depth < _DEEPEST else item
        elif is_secret_name(key):
            written[key] = found.declared.secret(item, _key_name(key))
            found.body_keys.append(key)
        elif is_secret_value(item):
            if not is_of_paging(key):
                written[key] = found.declared.secret(item, setting_name(key, "value"))
        elif is_placeholder(item) is None and not is_opaque(item):
            written[key] = _literal(item)
        elif not is_of_paging(key) and not is_filter_over_time(key):
            written[key] = found.declared.open(item, setting_name(key, "value"))
    return written
