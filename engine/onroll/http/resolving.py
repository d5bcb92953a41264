"""Names → addresses that may be asked: once per run, in time, and every one of them checked.

A name that answers with a public address now and with a private one in a moment ("DNS rebinding")
gains nothing: connections go to the addresses that were checked.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeAlias

from onroll.diagnostics import Diagnostic
from onroll.errors import TransportError
from onroll.http.carrier import LateConnection, NoConnection

if TYPE_CHECKING:
    from onroll.http.networks import Endpoint, NetworkPolicy, Objection

__all__ = ["LookUp", "Resolver", "refused", "system_addresses"]

#: Asks for a name's addresses, in the order in which they are to be tried. May raise `OSError`.
LookUp: TypeAlias = Callable[[str], list[str]]


def system_addresses(host: str) -> list[str]:
    """Ask the system for a name's addresses; takes as long as the system likes."""
    found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


@dataclass(slots=True)
class _Asked:
    """A question to the system that is under way or answered."""

    is_done: threading.Event = field(default_factory=threading.Event)
    addresses: tuple[str, ...] = ()
    error: Exception | None = None


class Resolver:
    """Keeps the first answer for each host. Safe to share between threads.

    Without a `policy` every address may be asked: that of a proxy, which the operator chose.
    """

    def __init__(self, policy: NetworkPolicy | None, look_up: LookUp = system_addresses) -> None:
        self._policy = policy
        self._look_up = look_up
        self._asked: dict[str, _Asked] = {}
        self._lock = threading.Lock()

    def addresses(self, host: str, port: int, seconds: float) -> tuple[str, ...]:
        """Return the addresses to connect to, in order.

        Raises `TransportError` when one of them is not allowed, `NoConnection` when the name has
        none, or there was no answer within `seconds`.
        """
        endpoint = (host.lower().rstrip("."), port)
        self.refuse_name(endpoint)
        found = self._found(host, seconds)
        if self._policy is not None:
            for address in found:
                objection = self._policy.objection_to(endpoint, address)
                if objection is not None:
                    raise refused(endpoint, objection)
        return found

    def refuse_name(self, endpoint: Endpoint) -> None:
        """Raise `TransportError` for an endpoint whose name alone says that it is not allowed."""
        objection = None if self._policy is None else self._policy.objection_to_name(endpoint)
        if objection is not None:
            raise refused(endpoint, objection)

    def forget(self, host: str) -> None:
        """Ask anew next time: at none of the addresses is anybody. The answer is checked too."""
        with self._lock:
            self._asked.pop(host, None)

    def _found(self, host: str, seconds: float) -> tuple[str, ...]:
        try:
            return (str(ip_address(host)),)
        except ValueError:
            pass
        asked = self._question(host)
        if not asked.is_done.wait(seconds):
            raise LateConnection("its name was not resolved in time")
        if asked.error is not None or not asked.addresses:
            self.forget(host)
            raise NoConnection(str(asked.error or "its name has no address")) from asked.error
        return asked.addresses

    def _question(self, host: str) -> _Asked:
        """Return the question for a host: one at a time, however many requests wait for it."""
        with self._lock:
            if host in self._asked:
                return self._asked[host]
            asked = self._asked[host] = _Asked()
        # A thread of its own, because the system's call cannot be ended; and a daemon, because a
        # name server that is silent must not keep the program from its end.
        threading.Thread(target=self._ask, args=(host, asked), daemon=True).start()
        return asked

    def _ask(self, host: str, asked: _Asked) -> None:
        try:
            asked.addresses = tuple(self._look_up(host))
        except (OSError, UnicodeError) as error:
            asked.error = error
        finally:
            asked.is_done.set()


def refused(endpoint: Endpoint, objection: Objection) -> TransportError:
    """Return the error for an endpoint that must not be asked."""
    host, port = endpoint
    shown = f"[{host}]" if ":" in host else host
    if objection.is_final:
        hint = "no option allows it: requests there give away the machine's own credentials"
    else:
        hint = (
            "if it is meant: give the address as `--base-url` (or by a setting that `base_url` "
            "begins with), write `allow_private_network: true` into the connection, "
            "or set ONROLL_ALLOW_PRIVATE_NETWORK=1"
        )
    return TransportError(
        Diagnostic(
            "private-network",
            f"{shown}:{port} is not asked: it leads to {objection.kind}",
            expected="a host on the internet",
            hint=hint,
        )
    )
