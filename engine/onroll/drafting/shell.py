"""A line for a shell taken apart: bash with `$'…'`, and the `^` of Windows' command prompt."""

from __future__ import annotations

import re
import shlex
from typing import Final

__all__ = ["split_line"]

#: `curl.exe … ^` at a line's end, or a quote with `^` before it, as browsers write it.
_COMMAND_PROMPT: Final = re.compile(r"\^\s*\n|\s\^?\"?\^\"")
_CARET: Final = re.compile(r"\^(?:[ \t]*\r?\n|(.))", re.DOTALL)
_PROMPT: Final = re.compile(r"^[ \t]*(?:[$%>]|PS [^>\n]*>)[ \t]+(?=\S)", re.MULTILINE)
_REMARK: Final = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_SPACED: Final = re.compile(r"<[A-Za-z][\w .-]{0,60}>")
_CONTINUED: Final = re.compile(r"[\\`][ \t]*\n")
_ANSI: Final = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|([0-7]{1,3})|(.))", re.DOTALL
)
_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
#: What word processors make of quotes.
_TYPOGRAPHIC: Final = {ord(one): '"' for one in "\u201c\u201d\u201e\u201f"} | {
    ord(one): "'" for one in "\u2018\u2019\u201a\u201b"
}
_STOPS: Final = frozenset({"|", "||", "&&", ";", "&", ">", ">>", "<", "2>", "2>&1", "<<<"})


def split_line(text: str) -> list[str]:
    """Return the words of the first command. Raises `ValueError` when a quote is never closed."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if _COMMAND_PROMPT.search(text):
        text = _CARET.sub(lambda found: found.group(1) or " ", text)
    if "'" not in text and '"' not in text:
        text = text.translate(_TYPOGRAPHIC)
    # A shell would read `<tenant host>` as a file; whoever writes it means one word.
    text = _SPACED.sub(lambda found: found.group().replace(" ", "_"), text)
    text = _REMARK.sub("", _PROMPT.sub("", text))
    words = shlex.split(_plain(text))
    for index, word in enumerate(words):
        if word in _STOPS:
            return words[:index]
    return words


def _plain(text: str) -> str:
    """Write `$'…'` as a plain quote, and join lines that go on."""
    pieces: list[str] = []
    position, quote = 0, ""
    while position < len(text):
        letter = text[position]
        if not quote and text.startswith("$'", position):
            inner, position = _ansi(text, position + 2)
            pieces.append(shlex.quote(inner))
            continue
        if quote != "'" and letter in "\\`":
            continued = _CONTINUED.match(text, position)
            if continued is not None:
                pieces.append(" ")
                position = continued.end()
                continue
            if letter == "\\":
                pieces.append(text[position : position + 2])
                position += 2
                continue
        if letter in "'\"" and quote in ("", letter):
            quote = "" if quote else letter
        pieces.append(letter)
        position += 1
    return "".join(pieces)


def _ansi(text: str, start: int) -> tuple[str, int]:
    """Return what a `$'…'` holds, and where it ends."""
    end = start
    while end < len(text) and text[end] != "'":
        end += 2 if text[end] == "\\" else 1
    if end >= len(text):
        raise ValueError("No closing quotation")
    return _ANSI.sub(_meant, text[start:end]), end + 1


def _meant(found: re.Match[str]) -> str:
    hexadecimal = found.group(1) or found.group(2) or found.group(3)
    number = int(hexadecimal, 16) if hexadecimal else None
    if found.group(4):
        number = int(found.group(4), 8)
    if number is None:
        return _LETTERS.get(found.group(5), found.group(5))
    return chr(number) if number < 0x110000 and not 0xD800 <= number < 0xE000 else "\ufffd"
