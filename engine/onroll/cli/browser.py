"""Send a person to a page, and wait until they are back: by the browser, or by a pasted address."""

from __future__ import annotations

import os
import select
import sys
import threading
import time
import webbrowser
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from onroll.cli.lines import is_interactive, note
from onroll.diagnostics import Diagnostic
from onroll.errors import AuthenticationError, UsageError

if TYPE_CHECKING:
    from onroll.protocols import Visit
    from onroll.service.loopback import Loopback

__all__ = ["Guide"]

_POLL_SECONDS: Final = 0.2
#: Elsewhere a terminal cannot be waited for together with something else.
_CAN_WAIT_FOR_INPUT: Final = os.name == "posix"


class Guide:
    """Guides one person through one sign-in. Without a `listener` the address is pasted."""

    def __init__(
        self, redirect_uri: str, listener: Loopback | None, timeout_seconds: float
    ) -> None:
        self._redirect_uri = redirect_uri
        self._listener = listener
        self._timeout_seconds = timeout_seconds
        self._deadline = time.monotonic() + timeout_seconds

    def show(self, visit: Visit) -> str | None:
        """Show a page and return the address that the browser was sent to from it, if it is."""
        if not visit.is_answered:
            self._show_code(visit)
            return None
        if self._listener is None:
            note(f"Open this address in a browser, and allow access:\n\n  {visit.url}\n")
            note(f"Then the browser goes to {self._redirect_uri}, where no page may be.")
            return self._pasted()
        state = parse_qs(urlsplit(visit.url).query).get("state", [""])[0]
        self._listener.expect(self._redirect_uri, state)
        note(f"Allow access in the browser. If none opens, go to:\n\n  {visit.url}\n")
        # Not waited for: some browsers do not return before they are closed.
        threading.Thread(target=_open, args=(visit.url,), daemon=True).start()
        return self._arrived(self._listener)

    def pause(self, seconds: float) -> None:
        """Wait so long. Raises `AuthenticationError` when that is longer than anybody wants."""
        if self._left() < seconds:
            raise self._over()
        time.sleep(seconds)

    def _show_code(self, visit: Visit) -> None:
        note(
            f"Open this address in a browser, on any machine, and allow access:\n\n  {visit.url}\n"
        )
        if visit.code is not None:
            note(f"The code is {visit.code}\n")
        note("Waiting …")

    def _arrived(self, listener: Loopback) -> str:
        can_paste = _CAN_WAIT_FOR_INPUT and is_interactive()
        if can_paste:
            note("Or paste here the whole address that the browser ended at:")
        while self._left() > 0:
            if (address := listener.answered(_POLL_SECONDS)) is not None:
                return address
            line = self._line(0) if can_paste else None
            if line and _is_answer(line):
                return line.strip()
            if line:
                note("That is not it: it begins with " + self._redirect_uri)
        raise self._over()

    def _pasted(self) -> str:
        note("Paste the whole address from the browser's address bar:")
        while self._left() > 0:
            line = self._line(self._left())
            if line is None:
                break
            if _is_answer(line):
                return line.strip()
            if not line or not is_interactive():
                raise UsageError(
                    Diagnostic(
                        "wrong-address",
                        "what was pasted is not the address that the browser was sent to",
                        expected=f"{self._redirect_uri}?… with `state` in it",
                    )
                )
            note("That is not it: it begins with " + self._redirect_uri)
        raise self._over()

    def _line(self, seconds: float) -> str | None:
        """Return a line of standard input, empty at its end; None when none comes in time."""
        if _CAN_WAIT_FOR_INPUT and not select.select([sys.stdin], [], [], seconds)[0]:
            return None
        return sys.stdin.readline()

    def _left(self) -> float:
        return self._deadline - time.monotonic()

    def _over(self) -> AuthenticationError:
        return AuthenticationError(
            Diagnostic(
                "sign-in-timeout",
                f"nobody allowed access in time ({self._timeout_seconds:g} s)",
                hint="sign in again; `--timeout` gives more time, and `--no-browser` takes the "
                "address by hand",
            )
        )


def _open(url: str) -> None:
    try:
        is_open = webbrowser.open(url)
    except (webbrowser.Error, OSError):
        is_open = False
    if not is_open:
        note("No browser opened here. On another machine, go there after `--no-browser`.")


def _is_answer(line: str) -> bool:
    return "state" in parse_qs(line.strip().partition("?")[2])
