"""Files that hold secrets by design, each with the reason. Whatever else does is a leak."""

from __future__ import annotations

from typing import NamedTuple


class Exemption(NamedTuple):
    """Files by the end of their path, as a shell matches it, and why a secret may be in them."""

    pattern: str
    reason: str


EXEMPT = (
    Exemption("*.yaml", "connection files and definitions, as the test wrote them for the program"),
    Exemption("token", "what `${file:token}` of a connection file refers to"),
    Exemption(".netrc", "written to show that the program does not read it"),
    Exemption("any-line*/plan.json", "any text at all, and Hypothesis takes some from the tests"),
    Exemption(".hypothesis/*", "constants that Hypothesis collects out of the tests' own source"),
)
