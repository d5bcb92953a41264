"""The floor: a socket, a typed decoder that knows the wanted leaves only, and an encoder.

No proof of completeness, no reasons, no TLS, no retries: what reading costs when nothing is
checked. Arguments: address, token.
"""

from __future__ import annotations

import gc
import socket
import sys
from typing import Generic, TypeVar
from urllib.parse import urlsplit

import msgspec

LIMIT = 200
T = TypeVar("T")


class Value(msgspec.Struct, Generic[T]):
    value: T | None = None


class Named(msgspec.Struct):
    name: str


class Unit(msgspec.Struct):
    attributes: Named


class Numbered(msgspec.Struct):
    id: Value[int]


class Leader(msgspec.Struct):
    attributes: Numbered


class Attributes(msgspec.Struct):
    id: Value[int]
    email: Value[str]
    first_name: Value[str]
    last_name: Value[str]
    position: Value[str]
    department: Value[Unit]
    team: Value[Unit]
    office: Value[Unit]
    supervisor: Value[Leader]
    status: Value[str]
    hire_date: Value[str]
    termination_date: Value[str]


class Record(msgspec.Struct):
    attributes: Attributes


class Metadata(msgspec.Struct):
    total_elements: int


class Page(msgspec.Struct):
    metadata: Metadata
    data: list[Record]


class User(msgspec.Struct):
    id: str
    email: str | None
    first_name: str | None
    last_name: str | None
    job_title: str | None
    department: str | None
    team: str | None
    location: str | None
    manager_id: str | None
    status: str | None
    hire_date: str | None
    termination_date: str | None


class Connection:
    """One connection that reads answers with a Content-Length, and nothing else."""

    def __init__(self, address: str, token: str) -> None:
        parts = urlsplit(address)
        self._socket = socket.create_connection((parts.hostname, parts.port))
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._path = f"{parts.path}/company/employees"
        self._headers = f"Host: {parts.netloc}\r\nAuthorization: Bearer {token}\r\n\r\n"

    def get(self, offset: int) -> memoryview:
        """Return the body of the page at an offset."""
        request = f"GET {self._path}?limit={LIMIT}&offset={offset} HTTP/1.1\r\n{self._headers}"
        self._socket.sendall(request.encode())
        start = b""
        while (end := start.find(b"\r\n\r\n")) < 0:
            start += self._socket.recv(65_536)
        head = start[:end].lower()
        assert head.startswith(b"http/1.1 200 "), head[:40]
        length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
        body = bytearray(length)
        view = memoryview(body)
        filled = len(start) - end - 4
        view[:filled] = start[end + 4 :]
        while filled < length:
            filled += self._socket.recv_into(view[filled:])
        return view

    def close(self) -> None:
        self._socket.close()


def user(a: Attributes) -> User:
    department, team, office = a.department.value, a.team.value, a.office.value
    leader, hired, left = a.supervisor.value, a.hire_date.value, a.termination_date.value
    return User(
        str(a.id.value),
        a.email.value,
        a.first_name.value,
        a.last_name.value,
        a.position.value,
        department and department.attributes.name,
        team and team.attributes.name,
        office and office.attributes.name,
        leader and str(leader.attributes.id.value),
        a.status.value,
        hired and hired[:10],
        left and left[:10],
    )


def main() -> None:
    decode, encode = msgspec.json.Decoder(Page).decode, msgspec.json.Encoder().encode_lines
    connection, out = Connection(*sys.argv[1:3]), sys.stdout.buffer
    offset, total = 0, 1
    while offset < total:
        page = decode(connection.get(offset))
        total = page.metadata.total_elements
        out.write(encode([user(record.attributes) for record in page.data]))
        offset += len(page.data)
    out.flush()
    connection.close()


if __name__ == "__main__":
    gc.disable()  # nothing here forms a circle; the collector would only look
    main()
