"""The error tree. Every error carries diagnostics and the exit code of the command line.

OnrollError
├── UsageError            2   the call cannot be understood
├── DefinitionError       2   a definition or connection file is wrong (all mistakes at once)
├── SettingsError         3   a setting or a secret is missing or wrong
└── SourceError           4   the source failed, or its answer cannot be used
    ├── TransportError        it could not be reached, or the connection broke
    ├── AuthenticationError   it refused the credentials
    └── ResponseError         it answered, and the answer cannot be used
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from onroll.diagnostics import Diagnostic, Exchange

__all__ = [
    "AuthenticationError",
    "DefinitionError",
    "OnrollError",
    "ResponseError",
    "SettingsError",
    "SourceError",
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


class TransportError(SourceError):
    """The source could not be reached, or the connection broke before the answer was whole."""


class AuthenticationError(SourceError):
    """The source, or its token endpoint, refused the credentials."""


class ResponseError(SourceError):
    """The source answered, and the answer cannot be used: a status, a format, a missing part."""
