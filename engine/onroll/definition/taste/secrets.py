"""Secrets that are written out in a file. No finding shows any of the line."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from onroll.definition.attribute_rules import texts_in
from onroll.definition.masking import looks_like_words
from onroll.definition.wording import dotted
from onroll.diagnostics import Diagnostic
from onroll.expressions.reference import Reference, parse_references

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from onroll.definition.source import KeyPath, Source

__all__ = ["is_secret_name", "is_secret_text", "literal_secrets"]

_SECRET_NAME = re.compile(
    r"(secret|password|passwd|passphrase|token|credentials?|authorization|cookie"
    r"|(api|access|private|auth|subscription|signing|client)[_-]?key)$",
    re.IGNORECASE,
)
#: Names that say a secret only inside `auth`.
_AUTH_NAMES: Final = frozenset({"key", "value"})
#: A scheme with its credential.
_CREDENTIAL = re.compile(r"\b(?:bearer|basic|token|ssws) ([\w.~+/=-]{8,})", re.IGNORECASE)
#: What well-known tokens and keys begin with.
_TOKEN = re.compile(
    r"\beyJ[\w-]{10,}\.|\b[sr]k_(live|test)_\w{8,}"
    r"|\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{10,}|\bxox[abposr]-[\w-]{10,}"
    r"|\bAKIA[0-9A-Z]{16}\b|\bAIza[\w-]{30,}|-----BEGIN [A-Z ]*PRIVATE KEY",
    re.IGNORECASE,
)
_DENSE = re.compile(r"[A-Za-z0-9+_=-]{20,}")
#: Shorter texts stand in where an API wants something and does not look at it.
_SHORTEST: Final = 4
_LEAST_BITS: Final = 3.3  # of a character; words have less, and generators of keys more


def is_secret_name(name: str) -> bool:
    """Whether values of this name are secrets as a rule."""
    return _SECRET_NAME.search(name) is not None


def is_secret_text(text: str) -> bool:
    """Whether a text looks like a secret, whatever it is called."""
    return _TOKEN.search(text) is not None or _has_credential(text) or _is_dense(text)


def literal_secrets(
    source: Source, base: KeyPath, known: Mapping[str, Any], hint: str
) -> Iterator[Diagnostic]:
    """Yield the texts below `base` that look like secrets.

    `known` are the keys of a plug-in, of which those that are no plain text hold no secret.
    """
    for path, text in texts_in(source.get(base), base):
        if _is_secret(path, text, known if path[:-1] == base else {}):
            yield Diagnostic(
                "lint-literal-secret",
                f"a secret seems to be written out in `{dotted(path)}`",
                # Who reads the finding, as in a log of CI, may not be who may know it.
                replace(source.place(path), excerpt="", caret=None),
                hint=hint,
                severity="warning",
            )


def _is_secret(path: KeyPath, text: str, known: Mapping[str, Any]) -> bool:
    pieces = parse_references(text)
    literal = "".join(piece for piece in pieces if not isinstance(piece, Reference))
    if is_secret_text(literal):
        return True
    if len(literal) != len(text) or len(text) < _SHORTEST:
        return False
    names = [key for key in path if isinstance(key, str)]
    if not names:
        return False
    rule = known.get(names[-1])
    if rule is not None and ("$ref" in rule or "enum" in rule):
        return False  # `token: data.token` says where a token lies
    is_in_auth = "auth" in names[:-1]
    return is_secret_name(names[-1]) or (is_in_auth and names[-1] in _AUTH_NAMES)


def _has_credential(text: str) -> bool:
    return any(not looks_like_words(one) for one in _CREDENTIAL.findall(text))


def _is_dense(text: str) -> bool:
    """Whether text holds a run of letters and digits that no person would have made up."""
    for match in _DENSE.finditer(text):
        run = match.group()
        digits = sum(letter.isdigit() for letter in run)
        is_mixed = digits >= 4 and sum(letter.isalpha() for letter in run) >= 4
        if is_mixed and not looks_like_words(run) and _bits(run) >= _LEAST_BITS:
            return True
    return False


def _bits(text: str) -> float:
    """Return the entropy of a text, in bits of a character (Shannon)."""
    counts = Counter(text).values()
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts)
