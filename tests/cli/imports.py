"""What the tests of `onroll import` and its kin share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from .conftest import at

if TYPE_CHECKING:
    from onroll.testing.sandbox import Sandbox

CONNECTIONS = """\
format: 1
connections:
  berlin:
    connector: personio
    settings: {{client_id: demo, client_secret: s3cr3t-of-the-demo}}
{rules}
{more}
"""


def personio(sandbox: Sandbox, *more: str) -> tuple[str, ...]:
    """Return the arguments of an import of `personio` from a sandbox."""
    return ("import", "personio", *at(sandbox), *more)


def masked(text: str) -> str:
    """Return output with what differs from run to run left out: ids, instants, seconds."""
    text = re.sub(r"\b[0-9a-f]{12}\b", "RUN", text)
    text = re.sub(r"\b[0-9a-f]{32}\b", "USER", text)
    text = re.sub(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?Z)?", "INSTANT", text)
    return re.sub(r"\d+\.\d s\b", "SECONDS", text)
