"""Ports for servers that listen only later, or one after the other on the same."""

from __future__ import annotations

import random
import socket
from contextlib import suppress

_given: set[int] = set()


def free_port() -> int:
    """Return a port of this machine that nothing listens on just now, and a new one each time.

    It is below those that systems give to whoever asks for any, so that nobody gets it meanwhile.
    Not as `random` is seeded for a test: other processes would try the same ones at the same time.
    """
    for port in random.SystemRandom().sample(range(20_000, 32_000), 100):
        with socket.socket() as one, suppress(OSError):
            # As servers do: what was closed on it a minute ago is no hindrance.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(("127.0.0.1", port))
            if port not in _given:
                _given.add(port)
                return port
    msg = "no port is free"
    raise OSError(msg)
