"""Compose a sign-in name of a person's names, as identity tools do. Pure."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

from onroll.diagnostics import Diagnostic, quoted_list
from onroll.errors import SettingsError
from onroll.expressions.reference import as_text, references_in, resolve
from onroll.model import ABSENT, Absent
from onroll.protocols import Unreadable
from onroll.transforms.folding import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from onroll.expressions.reference import Scope
    from onroll.model import Json

__all__ = ["NotComposed", "append_id", "compose_of"]

#: `.`, `_` and `-` join two letters or digits; anywhere else a sign-in name cannot have them.
_DROPPED: Final = re.compile(r"(?<![a-z0-9])[._-]+|[._-]+(?![a-z0-9])|[^a-z0-9._-]+")
_HYPHEN: Final = re.compile(r"(?: ?- ?)+")


class NotComposed(Unreadable):
    """Nothing of a name is left in the letters of sign-in names. Another value may stand in."""


def compose_of(written: Mapping[str, Any], scope: Scope) -> Callable[[Mapping[str, Json]], Any]:
    """Compile `compose` into a function from the attributes mapped so far to the name.

    An absent part makes the name absent, an empty one null: half a name is worse than none. The
    function raises `NotComposed` for a part like a Chinese name, of which nothing would be left.
    """
    parts = [written[key] for key in ("beginning", "end") if key in written]
    names = [part["attribute"] for part in parts]
    lengths = [1 if part.get("take") == "first_letter" else None for part in parts]
    separator: str = written.get("separator", "")
    behind = _behind(written.get("domain"), scope)
    locale = _resolved(written.get("locale"), scope)

    def compose(user: Mapping[str, Json]) -> str | Absent | None:
        language = locale or user.get("locale")
        pieces: list[str] = []
        for name, length in zip(names, lengths, strict=True):
            value = user.get(name, ABSENT)
            if isinstance(value, Absent) or value is None or value == "":
                return ABSENT if isinstance(value, Absent) else None
            piece = plain(as_text(value), language if isinstance(language, str) else None)
            if not piece:
                raise NotComposed(
                    "no-plain-letters",
                    f"`{name}` has no letter or digit that a sign-in name can have; list another "
                    "way to make the name behind this one, below `first`",
                )
            pieces.append(piece[:length])
        return separator.join(pieces) + behind

    return compose


def _behind(written: str | None, scope: Scope) -> str:
    """Return `@` and the domain; nothing without one. Raises `SettingsError` when it is none."""
    domain = _resolved(written, scope).strip().lower().removeprefix("@")
    if not re.fullmatch(r"[^\s@/]*", domain):
        named = quoted_list([str(one) for one in references_in(written)])
        raise SettingsError(
            Diagnostic(
                "wrong-setting",
                f"{named} stands for the domain of a sign-in name, and is no domain",
                expected="a domain, as in `example.com`",
            )
        )
    return f"@{domain}" if domain else ""


def _resolved(written: str | None, scope: Scope) -> str:
    found = resolve(written, scope)
    return "" if found is None or isinstance(found, Absent) else as_text(found)


def plain(text: str, locale: str | None = None) -> str:
    """Return text in the letters of sign-in names: a–z, 0–9, and `.`, `_`, `-` between them.

    Of an e-mail address it takes what stands before the `@`.
    """
    folded = " ".join(fold(text.partition("@")[0], locale).lower().split())
    return _DROPPED.sub("", _HYPHEN.sub("-", folded))


def append_id(username: str, id: str) -> str:  # noqa: A002  (the attribute's name)
    """Return the name that somebody gets whose own is taken: `jdoe_12345@example.com`."""
    local, at, domain = username.partition("@")
    # An id in letters that no name can have is told apart by its digest.
    safe = plain(id.replace("@", "-")) or hashlib.sha256(id.encode()).hexdigest()[:8]
    return f"{local}_{safe}{at}{domain}"
