"""Check the `summary` block of a connection file beyond its schema, compile it, and read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onroll.definition.references import read_references, unknown_references
from onroll.definition.summary_rules import PORTS, Smtp, SummaryRules
from onroll.definition.wording import dotted
from onroll.diagnostics import Diagnostic
from onroll.errors import SettingsError
from onroll.model import is_loopback

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from onroll.definition.source import KeyPath, Source
    from onroll.model import Json

__all__ = ["broken_summary", "read_summary"]

_BLOCK: KeyPath = ("summary",)
_SMTP: KeyPath = ("summary", "smtp")


def broken_summary(source: Source) -> Iterator[Diagnostic]:
    """Yield what the block breaks; what has the wrong shape is passed over."""
    written = source.get(_BLOCK)
    if not isinstance(written, dict):
        return
    yield from unknown_references(source, _BLOCK)
    if written.get("results") == "link" and "link" not in written:
        yield Diagnostic(
            "missing-key",
            "`summary` has `results: link`, so it needs `link` too",
            source.place((*_BLOCK, "results"), of_key=True),
            hint="add `link`: the address of the results, in which `{run}` is the run's id",
        )
    smtp = written.get("smtp")
    if isinstance(smtp, dict) and _is_open(smtp):
        yield Diagnostic(
            "insecure-mail",
            f"`{dotted(_SMTP)}` would send its password unencrypted",
            source.place((*_SMTP, "security")),
            expected="`starttls` or `tls`",
            hint="without encryption leave `username` and `password` out",
        )


def _is_open(smtp: Mapping[str, Json]) -> bool:
    """Whether a password would travel unencrypted; a host that is not known yet does not count."""
    host = smtp.get("host")
    if smtp.get("security") != "none" or not ("password" in smtp or "username" in smtp):
        return False
    if not isinstance(host, str) or "${" in host:
        return False
    return not is_loopback(f"//[{host}]" if ":" in host else f"//{host}")


def read_summary(
    written: Mapping[str, Any] | None, folder: Path, environment: Mapping[str, str]
) -> tuple[SummaryRules | None, tuple[str, ...]]:
    """Compile a checked block with its references read; also give the texts that stay hidden.

    Raises `SettingsError` naming everything that is missing.
    """
    if written is None:
        return None, ()
    read, secrets = read_references(
        dict(written), folder, environment, lambda path: f"`{dotted((*_BLOCK, *path))}`"
    )
    smtp = read["smtp"]
    if _is_open(smtp):
        raise SettingsError(
            Diagnostic(
                "insecure-mail",
                f"`{dotted(_SMTP)}` would send its password unencrypted",
                expected="`security: starttls` or `security: tls`",
            )
        )
    security = smtp.get("security", "starttls")
    password = smtp.get("password")
    results = read.get("results", "attach")
    rules = SummaryRules(
        sender=read["from"],
        recipients=tuple(read["to"]),
        smtp=Smtp(
            host=smtp["host"],
            port=smtp.get("port", PORTS[security]),
            security=security,
            username=smtp.get("username"),
            password=password,
        ),
        send=read.get("send", "on_failure"),
        attach=results == "attach",
        link=read.get("link") if results != "none" else None,
    )
    return rules, (*secrets, *([password] if password else []))
