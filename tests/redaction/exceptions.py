"""Files that hold secrets by design, each with the reason. Whatever else does is a leak."""

from __future__ import annotations

from typing import NamedTuple


class Exemption(NamedTuple):
    """Files by their name, as a shell matches it, and why a secret may be in them."""

    pattern: str
    reason: str


EXEMPT = (
    Exemption("*.yaml", "connection files and definitions, as the test wrote them for the program"),
)
