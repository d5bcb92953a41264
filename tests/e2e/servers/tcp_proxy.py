"""A plain TCP proxy that breaks connections in ways that no HTTP proxy can.

It runs in a thread of the tests. Only what the server sends is broken, counted in bytes over
each connection.
"""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from typing import Literal, Self

from .server import HOST

Mode = Literal["reset", "close", "hang", "slow"]
_CHUNK = 16_384


class TcpProxy:
    """A proxy to `port` of this machine.

    * `reset`: after `amount` bytes, a TCP reset
    * `close`: after `amount` bytes, an orderly end
    * `hang`: after `amount` bytes, silence
    * `slow`: `amount` bytes a second

    The first `connections` are broken, all if it is None; `broken` counts them.
    """

    def __init__(
        self, port: int, mode: Mode, amount: int, *, connections: int | None = None
    ) -> None:
        self._target = port
        self._mode = mode
        self._amount = amount
        self._connections = connections
        self._accepted = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="tcp-proxy")
        self._server: asyncio.Server | None = None
        self.broken = 0

    @property
    def url(self) -> str:
        assert self._server is not None
        return f"http://{HOST}:{self._server.sockets[0].getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        listening = asyncio.start_server(self._serve, HOST, 0)
        self._server = asyncio.run_coroutine_threadsafe(listening, self._loop).result(10)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _end(self) -> None:
        assert self._server is not None
        self._server.close()
        tasks = asyncio.all_tasks() - {asyncio.current_task()}
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # transports close in the next round of the loop

    async def _serve(
        self, from_client: asyncio.StreamReader, to_client: asyncio.StreamWriter
    ) -> None:
        self._accepted += 1
        is_broken = self._connections is None or self._accepted <= self._connections
        from_server, to_server = await asyncio.open_connection(HOST, self._target)
        upstream = asyncio.create_task(_copy(from_client, to_server))
        try:
            if is_broken:
                await self._copy_broken(from_server, to_client)
            else:
                await _copy(from_server, to_client)
        except (ConnectionError, asyncio.CancelledError):
            # One side went away, or the test is over: nobody waits for the rest. A cancellation
            # that goes further would be logged as an error by the stream's own callback.
            return
        finally:
            to_server.close()
            to_client.close()
            upstream.cancel()
            await asyncio.gather(upstream, return_exceptions=True)

    async def _copy_broken(
        self, from_server: asyncio.StreamReader, to_client: asyncio.StreamWriter
    ) -> None:
        if self._mode == "slow":
            await self._drip(from_server, to_client)
            return
        left = self._amount
        while data := await from_server.read(_CHUNK):
            to_client.write(data[:left])
            await to_client.drain()
            left -= len(data)
            if left <= 0:
                break
        else:
            return
        self.broken += 1
        if self._mode == "hang":
            await asyncio.sleep(3600)
        elif self._mode == "reset":
            await asyncio.sleep(0.05)  # what was sent must arrive: a reset discards what waits
            # No lingering means that closing sends a reset.
            connection: socket.socket = to_client.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            to_client.transport.abort()

    async def _drip(
        self, from_server: asyncio.StreamReader, to_client: asyncio.StreamWriter
    ) -> None:
        self.broken += 1
        portion = max(1, self._amount // 20)
        while data := await from_server.read(portion):
            to_client.write(data)
            await to_client.drain()
            await asyncio.sleep(len(data) / self._amount)


async def _copy(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    try:
        while data := await source.read(_CHUNK):
            sink.write(data)
            await sink.drain()
    finally:
        sink.close()
