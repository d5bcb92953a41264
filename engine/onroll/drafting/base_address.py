"""An address as a definition has it: base URL, endpoint, and settings for what tenants fill in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from onroll.diagnostics import Diagnostic
from onroll.drafting.placeholders import is_placeholder, is_shouted, placeholders_in
from onroll.drafting.request_words import is_of_one_account
from onroll.drafting.words import words_of
from onroll.errors import UsageError

if TYPE_CHECKING:
    from onroll.drafting.declared import Declared

__all__ = ["split_url", "with_settings"]

_URL: Final = re.compile(r"(https?://[^/\s?#@]+|\$\{settings\.\w+\})(/[^\s?#]*)?", re.IGNORECASE)
_VERSION: Final = re.compile(
    r"v\d+(?:[.-]\d+)*(?:beta|alpha|rc)?\d*|\d+(?:\.\d+)+|20\d\d-\d\d(?:-\d\d)?|latest|beta",
    re.IGNORECASE,
)
#: Segments that lead an API's paths, whatever is asked for.
_LEADING: Final = frozenset(
    {"api", "apis", "rest", "services", "service", "odata", "scim", "webapi", "public", "open"}
    | {"ws", "json", "hcmrestapi", "resources", "data", "gateway.php", "index.php", "api.php"}
)
_REFERENCE: Final = re.compile(r"\$\{settings\.\w+\}")
_ENCODED: Final = re.compile(r"%(?:7B|7D|3C|3E|5B|5D|24|7b|7d|3c|3e|5b|5d)")


def split_url(url: str) -> tuple[str, str]:
    """Return base URL and endpoint: what leads all of an API's paths, to its version, is the base.

    Raises `UsageError` for what is no URL. References to settings may stand in it.
    """
    found = _URL.fullmatch(url)
    if found is None:
        raise UsageError(
            Diagnostic(
                "address-not-usable",
                "the address is no URL that a definition could have",
                hint="write it as `https://api.example.com/v1/employees`",
            )
        )
    host, path = found.group(1), found.group(2) or ""
    segments = path.split("/")[1:]
    length = _length_of_base(segments)
    base = "".join(f"/{_safe(one)}" for one in segments[:length])
    rest = segments[length:]
    return host + base.rstrip("/"), "".join(f"/{_safe(one)}" for one in rest) if any(rest) else ""


def _length_of_base(segments: list[str]) -> int:
    versions = [index for index, one in enumerate(segments) if _VERSION.fullmatch(one)]
    if versions:
        return versions[-1] + 1
    length = 0
    for index, one in enumerate(segments[:-1]):
        if one.lower() in _LEADING or one.lower().endswith(".php"):
            length = index + 1
        elif not _REFERENCE.fullmatch(one):
            break
    return length


def _safe(segment: str) -> str:
    """Write a segment so that neither a definition nor a URL reads anything into it."""
    position, pieces = 0, []
    for found in _REFERENCE.finditer(segment):
        pieces += [_quoted(segment[position : found.start()]), found.group()]
        position = found.end()
    return "".join([*pieces, _quoted(segment[position:])])


def _quoted(text: str) -> str:
    return quote(text, safe="%!$&'()*+,;=:-._~").replace("${", "%24%7B")


def with_settings(url: str, declared: Declared) -> str:
    """Return a URL with references in the place of its placeholders, which are declared."""
    url = _ENCODED.sub(lambda found: unquote(found.group()), url)
    scheme, mark, rest = url.partition("://")
    if not mark:
        base, _, path = url.partition("/")
        reference = declared.open(base, "url", "the API's address, from https:// to the version")
        return _with_path(reference, path, declared) if path else reference
    host, _, path = rest.partition("/")
    written = f"{scheme}://{_host(host, declared)}"
    return _with_path(written, path, declared) if path else written + rest[len(host) :]


def _host(host: str, declared: Declared) -> str:
    if any(True for _ in placeholders_in(host)):
        behind = re.split(r"[}>%]", host)[-1]
        return declared.filled(host, "subdomain", _in_front_of(behind))
    labels = host.split(".")
    for index, label in enumerate(labels[:-1]):
        said = is_placeholder(label)
        if said is not None or is_shouted(label):
            behind = "." + ".".join(labels[index + 1 :])
            labels[index] = declared.named(said or "", "subdomain", _in_front_of(behind))
    return ".".join(labels)


def _in_front_of(behind: str) -> str:
    is_domain = behind.startswith(".") and behind.count(".") >= 2
    return f"what stands before `{behind}` in the address" if is_domain else ""


def _with_path(base: str, path: str, declared: Declared) -> str:
    segments = path.split("/")
    return "/".join([base, *(_segment(segments, i, declared) for i in range(len(segments)))])


def _segment(segments: list[str], index: int, declared: Declared) -> str:
    segment = segments[index]
    if re.fullmatch(r"\$[a-z]\w*", segment):
        return segment  # OData's own: `$count`
    before = [word for word in words_of(unquote(segments[index - 1])) if word.isalpha()]
    owner = "_".join(before) if index else ""
    fallback = f"{owner}_id" if owner else "path"
    said = segment[1:] if re.fullmatch(r":[A-Za-z_]\w*", segment) else is_placeholder(segment)
    if said is None and is_shouted(segment):
        said = segment
    if said is None and owner and is_of_one_account(unquote(segment)):
        return declared.open(unquote(segment), fallback, "an id of your account's, in the address")
    if said is None:
        return declared.filled(segment, fallback)
    if said.lower() in ("id", "uuid", "guid", "code") and owner:
        said = f"{owner}_{said}"
    return declared.named(said, fallback)
