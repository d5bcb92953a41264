"""The error tree. Every error carries diagnostics and the exit code of the command line.

OnrollError
├── UsageError            2   the call cannot be understood
├── DefinitionError       2   a definition or connection file is wrong (all mistakes at once)
├── SettingsError         3   a setting or a secret is missing or wrong
├── SourceError           4   the source failed, or its answer cannot be used
│   ├── TransportError        it could not be reached, or the connection broke
│   ├── AuthenticationError   it refused the credentials
│   └── ResponseError         it answered, and the answer cannot be used
├── TargetError           5   the target, or the store that keeps state, cannot be used
├── BlockedError          6   a safeguard forbids it, or a run of the connection is under way
└── MailError             1   a summary could not be sent; an import's outcome stays as it is
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from onroll.diagnostics import Diagnostic, Exchange

__all__ = [
    "AuthenticationError",
    "BlockedError",
    "DefinitionError",
    "MailError",
    "OnrollError",
    "ResponseError",
    "SettingsError",
    "SourceError",
    "TargetError",
    "TransportError",
    "UsageError",
]


class OnrollError(Exception):
    """Any error that onroll explains. Its text is the text of its diagnostics."""

    exit_code: ClassVar[int] = 2

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__(*diagnostics)
        self.diagnostics = diagnostics

    @property
    def diagnostic(self) -> Diagnostic:
        """The first diagnostic, for callers that show one."""
        return self.diagnostics[0]

    def __str__(self) -> str:
        return "\n\n".join(one.text() for one in self.diagnostics)


class UsageError(OnrollError):
    """The call cannot be understood: an unknown name, a missing file, options that disagree."""

    exit_code = 2


class DefinitionError(OnrollError):
    """A definition or a connection file is wrong. Holds every mistake that was found."""

    exit_code = 2


class SettingsError(OnrollError):
    """A setting or a secret is missing, unknown, or not what the definition asks for."""

    exit_code = 3


class SourceError(OnrollError):
    """The source failed. `exchange` is the request and the answer, for showing with care."""

    exit_code = 4

    def __init__(self, *diagnostics: Diagnostic, exchange: Exchange | None = None) -> None:
        super().__init__(*diagnostics)
        self.exchange = exchange

    @property
    def status(self) -> int | None:
        """The status of the answer, when there was one."""
        return self.exchange.status if self.exchange is not None else None


class TransportError(SourceError):
    """The source could not be reached, or the connection broke before the answer was whole."""


class AuthenticationError(SourceError):
    """The source, or its token endpoint, refused the credentials."""


class ResponseError(SourceError):
    """The source answered, and the answer cannot be used: a status, a format, a missing part."""


class TargetError(OnrollError):
    """The target failed, or the store: it could not be reached, or its answer makes no sense."""

    exit_code = 5


class BlockedError(OnrollError):
    """A safeguard forbids it: nothing was written. Also when a run is under way already."""

    exit_code = 6


class MailError(OnrollError):
    """A summary could not be sent. Whoever imports catches it: the outcome stays as it is."""

    exit_code = 1
