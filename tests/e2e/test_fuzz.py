"""Whatever a definition says and whatever a server answers: a plain error, or a true report.

Each target runs for a bounded time, `ONROLL_FUZZ_SECONDS` (15), always from the same seed, so that
a change is judged by what it changes. `ONROLL_FUZZ_SEED=random` looks for new faults, and prints
the seed when it finds one; that seed, as a number, runs it again.
"""

from __future__ import annotations

import contextlib
import copy
import gzip
import json
import os
import queue
import random
import socket
import subprocess
import sys
import threading
import time
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

import onroll
from onroll.builtin import shipped
from onroll.errors import SourceError

from .watched import Watch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_Value = TypeVar("_Value")

SECONDS = float(os.environ.get("ONROLL_FUZZ_SECONDS", "15"))
NAMES = sorted(one.parent.name for one in shipped("connectors").glob("*/connector.yaml"))
CANARY = "canary-of-the-environment"


def fuzz(strategy: st.SearchStrategy[_Value], target: Callable[[_Value], None]) -> None:
    """Try values for a bounded time, in rounds that each have a seed."""
    chosen = os.environ.get("ONROLL_FUZZ_SEED", "1")
    first = random.getrandbits(32) if chosen == "random" else int(chosen)
    ends_at = time.monotonic() + SECONDS
    number = first
    while time.monotonic() < ends_at:
        sys.stdout.write(f"ONROLL_FUZZ_SEED={number}\n")

        @seed(number)
        @settings(
            max_examples=50,
            deadline=None,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def attempt(value: _Value) -> None:
            if time.monotonic() < ends_at:
                target(value)

        attempt()
        number += 1


# --- definitions --------------------------------------------------------------------------------


def written(name: str) -> str:
    return (shipped("connectors") / name / "connector.yaml").read_text(encoding="utf-8")


TEXTS = [written(name) for name in NAMES]
PARSED = [yaml.safe_load(text) for text in TEXTS]

HOSTILE: st.SearchStrategy[Any] = st.sampled_from(
    [
        "${env:HOME}", "${env:ONROLL_CANARY}", "${file:/etc/passwd}", "${keyring:a/b}",
        "/etc/passwd", "../outside.json", "/dev/zero", "/proc/self/environ", "link.json",
        "file:///etc/passwd", "http://169.254.169.254/latest", "http://127.0.0.1:1",
        "${settings.x}", "${record.x}", "a\0b", "$.a[?(@.b=~'(a+)+$')]", "$..*", "." * 5000,
        "[" * 5000, "${" * 2000, "(a+)+$", "\ud800", None, True, -1, 10**30, 1e308, [], {},
        [[]], {"": None}, {"a": {"b": []}},
    ]
)  # fmt: skip
VALUES = HOSTILE | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=8,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the way to every part of a document."""
    if at:
        yield at
    items = value if isinstance(value, list) else []
    for key, item in value.items() if isinstance(value, dict) else enumerate(items):
        yield from places(item, (*at, key))


@st.composite
def changed_structures(draw: st.DrawFn) -> bytes:
    document = copy.deepcopy(draw(st.sampled_from(PARSED)))
    for _ in range(draw(st.integers(1, 4))):
        ways = list(places(document))
        if not ways:
            break
        *way, last = draw(st.sampled_from(ways))
        holder = document
        for key in way:
            holder = holder[key]
        if draw(st.integers(0, 4)):
            holder[last] = draw(VALUES)
        else:
            del holder[last]
    return json.dumps(document, default=str).encode()  # YAML knows dates, JSON does not


@st.composite
def changed_texts(draw: st.DrawFn) -> bytes:
    lines = draw(st.sampled_from(TEXTS)).splitlines(keepends=True)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, max(0, len(lines) - 1)))
        odd = draw(
            st.sampled_from(
                ["&a [*a]\n", "<<: *a\n", "!!python/object/apply:os.system [id]\n", "\t", "- \n",
                 "? \n", "--- \n", "%YAML 1.1\n", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"]
            )
            | st.text(max_size=30)
        )  # fmt: skip
        lines[at : at + draw(st.integers(0, 2))] = [odd]
    return "".join(lines).encode("utf-8", "surrogatepass")


@st.composite
def changed_bytes(draw: st.DrawFn) -> bytes:
    body = bytearray(draw(st.sampled_from(TEXTS)).encode())
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(body)))
        body[at : at + draw(st.integers(0, 40))] = draw(st.binary(max_size=12))
    return bytes(body)


class Watched:
    """The program `watched`, a process of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        environment = {
            **os.environ,
            "ONROLL_CANARY": CANARY,
            "PYTHONPATH": os.pathsep.join(sys.path),
        }
        self._process = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("watched.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )
        self._answers: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._answers.put(line)
        self._answers.put("")

    def ask(self, definition: bytes) -> dict[str, Any]:
        """Load and replay a definition. Fails when it takes longer than anybody would wait."""
        path = self._folder / "connector.yaml"
        path.write_bytes(definition)
        assert self._process.stdin is not None
        self._process.stdin.write(f"{path}\n")
        self._process.stdin.flush()
        answer = self._answers.get(timeout=60)
        assert answer, "the program is gone"
        found: dict[str, Any] = json.loads(answer)
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join(5)
        self._process.stdout.close()


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    """The program, with the examples of all shipped connectors in the definition's folder."""
    folder = tmp_path / "definition"
    examples = folder / "examples"
    examples.mkdir(parents=True)
    for name in NAMES:
        for file in (shipped("connectors") / name / "examples").glob("*"):
            (examples / file.name).write_bytes(file.read_bytes())
    (tmp_path / "outside.json").write_text("[]")
    (folder / "link.json").symlink_to(tmp_path / "outside.json")
    with Watched(folder) as program:
        # What is loaded once, is loaded before anything is watched for: plug-ins, schemas.
        program.ask(TEXTS[0].encode())
        yield program


@pytest.mark.parametrize(
    ("event", "arguments"),
    [
        ("open", ("/etc/passwd", "r", 0)),
        ("open", ("written.json", "w", 0)),
        ("open", ("../outside.json", "rb", 0)),
        ("socket.getaddrinfo", ("example.test", 443, 0, 0, 0)),
        ("subprocess.Popen", ("id", ["id"], None, None)),
        ("os.system", (b"id",)),
    ],
)
def test_the_watch_sees_what_must_not_be(
    tmp_path: Path, event: str, arguments: tuple[object, ...]
) -> None:
    watch = Watch()
    watch.folder = str(tmp_path)
    watch.hear("open", (str(tmp_path / "people.json"), "r", 0))
    assert watch.touched == []
    watch.hear(event, arguments)
    assert len(watch.touched) == 1


@pytest.mark.parametrize(
    "strategy",
    [changed_structures(), changed_texts(), changed_bytes(), st.binary(max_size=300)],
    ids=["structures", "texts", "bytes", "noise"],
)
def test_a_definition_reaches_nothing_but_its_folder(
    watched: Watched, strategy: st.SearchStrategy[bytes]
) -> None:
    def target(definition: bytes) -> None:
        found = watched.ask(definition)
        assert found["failure"] is None
        assert found["touched"] == []
        assert CANARY not in found["said"]

    fuzz(strategy, target)


@pytest.mark.parametrize("name", NAMES)
def test_a_shipped_definition_is_replayed_within_its_folder(watched: Watched, name: str) -> None:
    found = watched.ask(written(name).encode())
    assert (found["failure"], found["touched"]) == (None, [])


# --- answers ------------------------------------------------------------------------------------


class Answering:
    """A server of bare sockets that says the same bytes to everybody, up to a number of times."""

    _MOST = 40

    def __init__(self) -> None:
        self.answers: list[bytes] = [b""]
        self._asked = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._socket.getsockname()[1]}"

    def begin(self, answers: list[bytes]) -> None:
        self.answers, self._asked = answers, 0

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with contextlib.suppress(OSError), connection:
            connection.settimeout(5)
            connection.recv(65536)
            if self._asked < self._MOST:
                answer = self.answers[self._asked % len(self.answers)]
                self._asked += 1
                connection.sendall(answer)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


def recorded(name: str) -> list[bytes]:
    folder = shipped("connectors") / name / "examples"
    return [one.read_bytes() for one in sorted(folder.glob("*")) if ".users." not in one.name]


@st.composite
def bodies(draw: st.DrawFn, known: list[bytes]) -> bytes:
    if draw(st.booleans()):
        return draw(st.binary(max_size=60) | st.just(b"[" * 100_000) | st.just(b"{}"))
    body = bytearray(draw(st.sampled_from(known)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(body)))
        odd = st.sampled_from(
            [b"null", b"1e999", b'"', b"[[[[", b"\0", b"\xff", b'""', b"{}", b"-1"]
        )
        body[at : at + draw(st.integers(0, 30))] = draw(odd | st.binary(max_size=5))
    return bytes(body)


#: Not those that ask to wait: a run would, and nothing would be learned.
HEADERS = st.tuples(
    st.sampled_from(
        [b"Content-Type", b"Link", b"X-Total-Count", b"Set-Cookie", b"Location", b"X-Next-Page",
         b"WWW-Authenticate", b"Content-Length", b"Transfer-Encoding", b"Content-Encoding", b"X Y"]
    ),
    st.sampled_from(
        [b"application/json", b"text/html; charset=\xff", b'<http://[>; rel="next"', b"-1", b"1e9",
         b'<http://169.254.169.254/>; rel="next"', b"</people?page=2>; rel=next", b"chunked", b"0",
         b"gzip, gzip", b"br", b"\0", b"a\nX-Y: b", b"99999999999999999999", b"Digest", b"NaN"]
    )
    | st.binary(max_size=12),
)  # fmt: skip


@st.composite
def answers(draw: st.DrawFn, known: list[bytes]) -> bytes:
    if not draw(st.integers(0, 9)):
        return draw(st.binary(max_size=200))
    body = draw(bodies(known))
    status = draw(
        st.sampled_from([200, 200, 200, 200, 201, 204, 206, 302, 304, 400, 401, 404, 500])
    )
    packing = draw(st.sampled_from([b"", b"", b"gzip", b"deflate"]))
    packed = body
    if packing:
        packed = gzip.compress(body) if packing == b"gzip" else zlib.compress(body)
    lines = [b"HTTP/1.1 %d Words" % status, b"Connection: close"]
    if packing:
        lines.append(b"Content-Encoding: " + packing)
    extra = draw(st.lists(HEADERS, max_size=2))
    if not any(name == b"Content-Length" for name, _ in extra):
        lines.append(b"Content-Length: %d" % len(packed))
    lines += [name + b": " + value for name, value in extra]
    return (
        b"\r\n".join(lines) + b"\r\n\r\n" + packed[: draw(st.sampled_from([None, None, None, 9]))]
    )


def supplied(connector: onroll.Connector) -> dict[str, str]:
    return {
        name: str(one.enum[0]) if one.enum else "example"
        for name, one in connector.definition.settings.items()
        if one.required
    }


FUZZED = [name for name in ("personio", "redmine", "scim", "bamboohr", "gitlab") if name in NAMES]


@pytest.mark.parametrize("name", FUZZED)
def test_any_answer_ends_in_an_error_or_a_true_report(name: str) -> None:
    connector = onroll.load(name)
    known = recorded(name)

    def target(said: list[bytes]) -> None:
        server.begin(said)
        options = onroll.Options(
            base_url=server.url, auth_base_url=server.url, use_rate_limits=False, attempts=1
        )
        users = connector.users(supplied(connector), options=options)
        with contextlib.suppress(SourceError):
            read = [user.id for user in users]
            report = users.report
            assert report.complete == (report.proof is not None and not report.reasons)
            accounted = len(read) + report.refused + report.excluded
            assert accounted == report.received - report.duplicates
            assert len(set(read)) == len(read)
            return
        assert not users.report.complete

    with Answering() as server:
        fuzz(st.lists(answers(known), min_size=1, max_size=3), target)
