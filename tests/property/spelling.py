"""Answers as servers write them: JSON in other spellings, in other charsets, and compressed."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from random import Random

__all__ = ["answer_of", "spelled"]


def answer_of(dice: Random, body: Any, *, is_odd: bool) -> httpx.Response:
    """Return the answer with that body; odd ones are spelled, encoded or compressed otherwise."""
    if not is_odd:
        return httpx.Response(200, content=json.dumps(body).encode())
    text = spelled(dice, body)
    kind = dice.random()
    if kind < 0.05:
        return httpx.Response(204)
    if kind < 0.08:
        return httpx.Response(200, content=text[:-1].encode())
    if kind < 0.2:
        content = gzip.compress(text.encode())
        return httpx.Response(200, content=content, headers={"Content-Encoding": "gzip"})
    if kind < 0.3:
        return httpx.Response(200, content=b"\xef\xbb\xbf" + text.encode())
    if kind < 0.4:
        return _in_charset(text, dice.choice(["iso-8859-1", "utf-16", "us-ascii", "utf-8"]))
    return httpx.Response(200, content=text.encode())


def _in_charset(text: str, charset: str) -> httpx.Response:
    content = text.encode(charset if charset != "us-ascii" else "utf-8", "replace")
    return httpx.Response(
        200, content=content, headers={"Content-Type": f"application/json; charset={charset}"}
    )


def spelled(dice: Random, value: Any) -> str:
    """Return JSON for a value: with white space, escaped letters, and keys that stand there twice.

    Of those the last one counts.
    """
    space = " " * dice.randint(0, 1)
    if isinstance(value, dict):
        pairs = []
        for key, item in value.items():
            if dice.random() < 0.05:
                junk: Any = dice.choice([None, {}, [], {"a": {"b": 1}}, "junk", 5])
                pairs.append((key, json.dumps(junk)))
            pairs.append((key, spelled(dice, item)))
        inner = ",".join(f"{space}{_text(dice, key)}:{space}{item}" for key, item in pairs)
        return f"{{{inner}{space}}}"
    if isinstance(value, list):
        return f"[{space}" + f",{space}".join(spelled(dice, one) for one in value) + "]"
    if isinstance(value, str):
        return _text(dice, value)
    if isinstance(value, float) and dice.random() < 0.5:
        return f"{value:e}" if float(f"{value:e}") == value else repr(value)
    return json.dumps(value)


def _text(dice: Random, text: str) -> str:
    if dice.random() < 0.9:
        return json.dumps(text, ensure_ascii=dice.random() < 0.5)
    units = text.encode("utf-16-be")
    return '"' + "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2)) + '"'
