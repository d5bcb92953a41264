"""Which characters the bytes of an answer stand for. Strict: what does not fit is refused."""

from __future__ import annotations

import codecs
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from onroll.protocols import UnreadableBody

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.model import Response

__all__ = ["CHARSETS", "is_other_than_utf8", "json_in_utf8", "read_text"]

#: The charsets that an answer may be in: those of the WHATWG's encoding standard, as Python has
#: them, and what old programs export. No codec that is slow or that is no charset.
CHARSETS: Final = (
    "utf-8",
    "utf-16",
    "utf-16le",
    "utf-16be",
    "utf-32",
    "us-ascii",
    *(f"iso-8859-{part}" for part in range(1, 17) if part != 12),
    *(f"windows-{page}" for page in range(1250, 1259)),
    "windows-874",
    "koi8-r",
    "koi8-u",
    "macintosh",
    "ibm437",
    "ibm850",
    "shift_jis",
    "euc-jp",
    "iso-2022-jp",
    "gbk",
    "gb18030",
    "big5",
    "euc-kr",
)
#: Python lacks this name for its codec.
_ALIASES: Final = {"windows-874": "cp874"}

_PARAMETER: Final = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)
_MARK: Final = "\ufeff"
_HINT: Final = "name the charset, for instance `charset: windows-1252` in `decoder`"


def read_text(response: Response, charset: str | None = None, declared: str | None = None) -> str:
    """Return the body as text, without a byte order mark.

    What says the charset, in this order: `charset`, a byte order mark or the zero bytes of UTF-16,
    the content type, what the body itself declares, else it is UTF-8. Raises `UnreadableBody`.
    """
    body = response.body
    named = charset or _marked(body) or _named(response) or _known(declared) or "utf-8"
    for codec in _codecs(named):
        try:
            return body.decode(codec).removeprefix(_MARK)
        except UnicodeError:
            continue
    raise UnreadableBody("wrong-charset", f"the answer is no text in {named}", _HINT)


def json_in_utf8(response: Response) -> bytes | None:
    """Return JSON that is no UTF-8, and says so, as UTF-8; None for what says nothing else.

    UTF-16 and UTF-32 are told by their zero bytes (RFC 4627, 3), others by the content type.
    """
    named = _other_charset(response)
    if named is None:
        return None
    try:
        return read_text(response, named).encode()
    except UnreadableBody:
        return None


def is_other_than_utf8(response: Response) -> bool:
    """Whether a body, or its content type, says that it is in another charset."""
    return _other_charset(response) is not None


def _other_charset(response: Response) -> str | None:
    named = _marked(response.body) or _named(response)
    # What is ASCII, or is wrongly called so, is UTF-8.
    is_other = named is not None and codecs.lookup(named).name not in ("ascii", "utf-8")
    return named if is_other else None


def _marked(body: bytes) -> str | None:
    # Right for whatever starts with an ASCII character, not only for JSON.
    found = json.detect_encoding(body[:4])
    if found == "utf-8":
        return None
    return "utf-8" if found == "utf-8-sig" else found


def _named(response: Response) -> str | None:
    found = _PARAMETER.search(response.headers.get("content-type", ""))
    return _known(found.group(1)) if found else None


def _known(name: str | None) -> str | None:
    """Return the name if it is that of a charset; a wrong one says nothing."""
    if name is None or _codec(name) not in _all_codecs():
        return None
    return name.lower()


def _codec(name: str) -> str | None:
    try:
        return codecs.lookup(_ALIASES.get(name.lower(), name)).name
    except (LookupError, ValueError):
        return None


@cache
def _all_codecs() -> frozenset[str | None]:
    # Not when the module is imported: looking a codec up loads it, and there are fifty.
    return frozenset(_codec(name) for name in CHARSETS)


def _codecs(named: str) -> Iterator[str]:
    codec = _codec(named)
    if codec == "iso8859-1":
        # What is called so is mostly the other, which has € and Š where this one has nothing.
        yield "cp1252"
    # ASCII is UTF-8, and so is what is wrongly called ASCII.
    yield "utf-8" if codec == "ascii" else codec or named
