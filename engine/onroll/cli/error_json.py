"""An error as JSON: what `--json` gives in place of the answer."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from onroll.errors import SourceError

if TYPE_CHECKING:
    from onroll.errors import OnrollError

__all__ = ["error_json"]


def error_json(error: OnrollError) -> dict[str, Any]:
    """Return the first mistake and, when a request failed, what was asked and answered."""
    first = error.diagnostic
    exchange = error.exchange if isinstance(error, SourceError) else None
    request = response = None
    if exchange is not None:
        request = {"method": exchange.method, "url": exchange.url}
        if exchange.status is not None:
            shown = asdict(exchange)
            response = {key: shown[key] for key in ("status", "headers", "body")}
    return {
        "code": first.code,
        "message": first.message,
        "hint": first.hint or "",
        "request": request,
        "response": response,
    }
