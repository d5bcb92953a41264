"""A server with Personio's list of employees, in a process of its own: HTTP/1.1, kept alive.

    python benchmarks/suite/server.py 100000

It prints its address and answers until killed; at `ADDRESS/of/500` it has 500 people. A page is put
together from remembered pieces in about 0.1 ms, so that no contender waits for it.
"""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from suite.measuring import placed
from suite.people import page

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "bench-token"
MOST = 200

_HEAD = b"HTTP/1.1 %b\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
_LIST = re.compile(rb"GET /v1(?:/of/(\d+))?/company/employees(?:\?([^ ]*))? HTTP/1\.1\r\n")
_PARAMETER = re.compile(rb"(limit|offset)=(\d+)")
_TOKEN = re.compile(rb"\r\nauthorization: *bearer " + TOKEN.encode() + rb"\r\n", re.IGNORECASE)


def body(limit: int, offset: int, total: int) -> bytes:
    """Return an answer's body: so many people from a place on."""
    limit = max(1, min(limit, MOST))
    pages = -(-total // limit)
    head = (
        f'{{"success":true,"metadata":{{"total_elements":{total},"current_page":{offset // limit},'
        f'"total_pages":{pages}}},"offset":{offset},"limit":{limit},"data":['
    )
    return page(head.encode(), offset, min(offset + limit, total), b"]}")


def answer(head: bytes, total: int) -> tuple[bytes, bytes]:
    """Return status and body of the answer to a request's head."""
    asked = _LIST.match(head)
    if asked is None:
        return b"404 Not Found", b'{"success":false}'
    if not _TOKEN.search(head):
        return b"401 Unauthorized", b'{"success":false}'
    given = {name: int(value) for name, value in _PARAMETER.findall(asked.group(2) or b"")}
    total = int(asked.group(1) or total)
    return b"200 OK", body(given.get(b"limit", 50), given.get(b"offset", 0), total)


def talk(connection: socket.socket, total: int) -> None:
    """Answer one request after the other until the other side hangs up."""
    received = b""
    with connection:
        while True:
            while b"\r\n\r\n" not in received:
                more = connection.recv(65_536)
                if not more:
                    return
                received += more
            head, _, received = received.partition(b"\r\n\r\n")
            status, content = answer(head + b"\r\n", total)
            try:
                connection.sendall(_HEAD % (status, len(content)), socket.MSG_MORE)
                connection.sendall(content)
            except ConnectionError:  # whoever asked does not want it any more
                return


def serve(total: int, port: int) -> None:
    """Print the address, and answer until killed."""
    body(MOST, 0, total)  # which makes the records
    with socket.create_server(("127.0.0.1", port)) as listening:
        print(f"http://127.0.0.1:{listening.getsockname()[1]}/v1", flush=True)
        while True:
            connection, _ = listening.accept()
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Thread(target=talk, args=(connection, total), daemon=True).start()


@contextmanager
def serving(total: int) -> Iterator[str]:
    """Run a server of so many people, and yield its address."""
    command = [sys.executable, __file__, str(total)]
    with placed("server"):
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    with server:
        assert server.stdout is not None
        try:
            yield server.stdout.readline().strip()
        finally:
            server.kill()


if __name__ == "__main__":
    serve(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
