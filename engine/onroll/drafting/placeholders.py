"""What vendors' pages write where a value is to be filled in: `$TOKEN`, `<token>`, `{company}`.

A placeholder becomes a setting of the definition, named after it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onroll.drafting.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "Placeholder",
    "is_placeholder",
    "is_shouted",
    "placeholders_in",
    "reference_to",
    "setting_name",
    "setting_title",
]

#: Everything that is one placeholder on its own. `$(command)` is what a shell would fill in.
_MARKED: Final = re.compile(
    r"""\$\{(?!settings\.)([A-Za-z_][\w.-]*)(?::?[-=?][^{}]*)?\}   # ${NAME}, ${NAME:-default}
      | \$\(([^()\n]*)\)                                           # $(command)
      | `([^`\n]+)`                                                # `command`
      | \$env:([A-Za-z_]\w*)                                       # PowerShell
      | \$([A-Za-z_]\w*)                                           # $NAME
      | (?<!\$)\{\{\s*([^{}\n]{1,60}?)\s*\}\}                      # {{name}}
      | (?<!\$)\{\s*([A-Za-z_][^{}\n"':,]{0,60}?)\s*\}             # {name}
      | <\s*([A-Za-z_][^<>\n]{0,60}?)\s*>                          # <name>
      | %([A-Za-z_]\w*)%                                           # %NAME%
    """,
    re.VERBOSE,
)
#: A whole word, part of a host or of a path that says so itself.
_SAID: Final = re.compile(
    r"""\[\s*([A-Za-z][^\[\]\n]{0,60}?)\s*\]                       # [your token]
      | ((?i:your[-_ ]?[a-z][\w -]*                                # YOUR_TOKEN, yourcompany
           |(?:insert|enter|replace)[-_ ][a-z][\w -]*
           |my[-_ ]?(?:company|domain|org|organization|tenant|subdomain|account|instance
                     |(?:api[-_ ]?)?(?:key|token))))
      | ([A-Z][A-Z0-9]*(?:[_-][A-Z0-9]+)*[_-](?:TOKEN|KEY|SECRET|ID|PASSWORD|HERE|DOMAIN|NAME))
      | (TOKEN|API[_-]?KEY|ACCESS[_-]?TOKEN|SECRET|PASSWORD|USERNAME|COMPANY|DOMAIN|SUBDOMAIN
         |TENANT|ACCOUNT|HOST)
      | (x{3,}|X{3,}|\*{3,}|\.{3}|…)                               # xxxxxxxx
    """,
    re.VERBOSE,
)
_SHOUTED: Final = re.compile(r"YOUR|TOKEN|KEY|SECRET|DOMAIN|COMPANY|TENANT|INSTANCE|ACCOUNT|HERE")
_FILLERS: Final = frozenset(
    {"your", "my", "the", "insert", "enter", "replace", "here", "with", "a"}
)
_INITIALS: Final = {"id": "ID", "api": "API", "url": "URL", "uuid": "UUID", "oauth": "OAuth"}
_LONGEST_NAME: Final = 40


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Where a placeholder stands in a text, and what it calls itself; empty when nothing."""

    start: int
    end: int
    name: str


def placeholders_in(text: str) -> Iterator[Placeholder]:
    """Yield the marked placeholders of a text, in order; references of our own are none."""
    for match in _MARKED.finditer(text):
        name = next((one for one in match.groups() if one), "")
        is_command = match.group(2) is not None or match.group(3) is not None
        yield Placeholder(match.start(), match.end(), "" if is_command else name)


def is_placeholder(text: str) -> str | None:
    """Return the name when the whole text is a placeholder (it may be empty), else None."""
    text = text.strip()
    found = _MARKED.fullmatch(text)
    if found is not None:
        is_command = found.group(2) is not None or found.group(3) is not None
        return "" if is_command else next((one for one in found.groups() if one), "")
    said = _SAID.fullmatch(text)
    if said is not None:
        return next((one for one in said.groups()[:4] if one), "")
    return None


def is_shouted(text: str) -> bool:
    """Whether a text in capitals says that something is to be put in its place."""
    return text.isupper() and _SHOUTED.search(text) is not None


def setting_name(said: str, fallback: str, connector: str = "") -> str:
    """Return a setting's name for what a placeholder calls itself: `YOUR_API_KEY` is `api_key`.

    The connector's own name in front is left out: `$ACME_TOKEN` is `token`.
    """
    words: list[str] = re.findall(r"[a-z]+|\d+", " ".join(_split(said)))
    kept = [word for word in words if word not in _FILLERS] or words
    own = connector.lower().split("-")
    if len(kept) > len(own) and kept[: len(own)] == own:
        kept = kept[len(own) :]
    name = re.sub(r"^[^a-z]+", "", "_".join(kept))[:_LONGEST_NAME].strip("_")
    return {"apikey": "api_key", "base_url": "url", "companyid": "company_id"}.get(
        name, name
    ) or fallback


def _split(said: str) -> tuple[str, ...]:
    # The words' plurals are made singular, which no name of a setting suffers from.
    if re.fullmatch(r"your[a-z]+", said.lower()):
        said = said[4:]
    return words_of(said)


def setting_title(name: str) -> str:
    """Return a title for people: `company_id` is `Company ID`."""
    words = [_INITIALS.get(word, word) for word in name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def reference_to(name: str) -> str:
    """Return the reference to a setting."""
    return f"${{settings.{name}}}"
