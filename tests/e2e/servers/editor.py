"""The YAML language server that editors run, spoken to over LSP as an editor would."""

from __future__ import annotations

import json
import queue
import subprocess
import threading
from typing import TYPE_CHECKING, Any, Self

from .installation import log_file, node, npm_package

if TYPE_CHECKING:
    from pathlib import Path

_PACKAGE = "yaml-language-server@2.0.0"
_PATIENCE_SECONDS = 60


def language_server() -> Path:
    """Install the language server, and return its program."""
    folder = npm_package("yaml-language-server", _PACKAGE)
    return folder / "node_modules" / "yaml-language-server" / "bin" / "yaml-language-server"


class Editor:
    """An editor with one language server: opens texts, and asks about places in them.

    Answers are matched by their id; requests of the server are answered with what makes it use
    its defaults. Lines and columns are from 0, as LSP has them.
    """

    def __init__(self, folder: Path, associations: dict[str, str] | None = None) -> None:
        self._folder = folder
        self._associations = associations or {}
        self._number = 0
        self._answers: queue.Queue[dict[str, Any]] = queue.Queue()
        self._published: queue.Queue[dict[str, Any]] = queue.Queue()
        self._log = log_file("yaml-language-server").open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [node(), language_server(), "--stdio"],
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def __enter__(self) -> Self:
        self._ask(
            "initialize",
            {
                "processId": None,
                "rootUri": self._folder.as_uri(),
                "workspaceFolders": [{"uri": self._folder.as_uri(), "name": "tests"}],
                "capabilities": {
                    "textDocument": {
                        "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
                        "hover": {"contentFormat": ["markdown"]},
                    },
                    "workspace": {"configuration": True},
                },
            },
        )
        self._tell("initialized", {})
        return self

    def __exit__(self, *_: object) -> None:
        try:
            if self._process.poll() is None:
                self._ask("shutdown", None)
                self._tell("exit", None)
            self._process.wait(timeout=10)
        finally:
            self._process.kill()
            self._process.wait()
            self._reader.join()
            for stream in (self._process.stdin, self._process.stdout, self._log):
                assert stream is not None
                stream.close()

    def open(self, file: Path, text: str) -> list[dict[str, Any]]:
        """Open a text as that file; return the diagnostics that the server publishes for it."""
        uri = file.as_uri()
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": text}
        self._tell("textDocument/didOpen", {"textDocument": document})
        while True:
            published = self._published.get(timeout=_PATIENCE_SECONDS)
            if published["uri"] == uri:
                found: list[dict[str, Any]] = published["diagnostics"]
                return found

    def completions(self, file: Path, line: int, column: int) -> dict[str, dict[str, Any]]:
        """Return what is offered at a place, by label."""
        answer = self._ask("textDocument/completion", _place(file, line, column))
        items = answer["items"] if isinstance(answer, dict) else answer
        return {item["label"]: item for item in items or ()}

    def hover(self, file: Path, line: int, column: int) -> str:
        """Return the text that is shown over a place; empty when there is none."""
        answer = self._ask("textDocument/hover", _place(file, line, column))
        return str(answer["contents"]["value"]) if answer else ""

    def _ask(self, method: str, params: Any) -> Any:
        self._number += 1
        self._send({"id": self._number, "method": method, "params": params})
        answer = self._answers.get(timeout=_PATIENCE_SECONDS)
        assert answer["id"] == self._number, answer
        assert "error" not in answer, answer
        return answer["result"]

    def _tell(self, method: str, params: Any) -> None:
        self._send({"method": method, "params": params})

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> None:
        output = self._process.stdout
        assert output is not None
        while line := output.readline():
            if not line.startswith(b"Content-Length:"):
                continue
            while output.readline().strip():
                pass
            message = json.loads(output.read(int(line.split(b":")[1])))
            if "method" not in message:
                self._answers.put(message)
            elif "id" in message:
                self._send({"id": message["id"], "result": self._reply(message)})
            elif message["method"] == "textDocument/publishDiagnostics":
                self._published.put(message["params"])

    def _reply(self, message: dict[str, Any]) -> Any:
        if message["method"] != "workspace/configuration":
            return None
        yaml = {
            "validate": True,
            "hover": True,
            "completion": True,
            "schemas": self._associations,
            "schemaStore": {"enable": False},
        }
        return [
            yaml if item.get("section") == "yaml" else None for item in message["params"]["items"]
        ]


def _place(file: Path, line: int, column: int) -> dict[str, Any]:
    position = {"line": line, "character": column}
    return {"textDocument": {"uri": file.as_uri()}, "position": position}
