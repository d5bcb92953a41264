"""Passwords of new users: made by `secrets`, given to the target, and to nobody unless asked."""

from __future__ import annotations

import csv
import io
import os
import secrets
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import Diagnostic
from onroll.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from onroll.sync.model import Item
    from onroll.target import PasswordRules

__all__ = ["Passwords", "generate_password", "open_password_file"]

#: Looks that are mixed up when a password is read aloud or typed from paper.
_ALIKE: Final = frozenset("0O1lI|")


def generate_password(rules: PasswordRules) -> str:
    """Return a password with letters of both cases, a digit and a symbol."""
    letters = [
        [one for one in letters if one not in _ALIKE]
        for letters in (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    ]
    kinds = [*letters, list(rules.symbols)] if rules.symbols else letters
    every = [letter for kind in kinds for letter in kind]
    chosen = [secrets.choice(kind) for kind in kinds]
    chosen += [secrets.choice(every) for _ in range(rules.length - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


@dataclass(frozen=True, slots=True)
class Passwords:
    """Makes the passwords of a run. `file` is a descriptor to write them to, when asked for."""

    rules: PasswordRules | None
    file: int | None = None

    def generate(self, item: Item) -> str | None:
        """Return a new user's password; None when the target takes none.

        It is in the file before the account is made, so that none is ever lost.
        """
        if self.rules is None:
            return None
        password = generate_password(self.rules)
        if self.file is not None:
            line = io.StringIO()
            row = (item.id, item.email, item.changes["username"][1], password)
            csv.writer(line, lineterminator="\n").writerow(row)
            os.write(self.file, line.getvalue().encode())
            os.fsync(self.file)
        return password


def open_password_file(path: Path) -> int:
    """Make the file for new passwords, that nobody else may read, and return its descriptor.

    Raises `UsageError` when it is there already: passwords are never written over.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise UsageError(
            Diagnostic(
                "file-exists",
                f"`{path}` is there already, and passwords are not written over",
                hint="name a new file",
            )
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"`{path}` cannot be written: {reason}"
        raise UsageError(Diagnostic("file-not-writable", message)) from None
    os.write(descriptor, b"id,email,username,password\n")
    return descriptor
