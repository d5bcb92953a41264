"""Look for secrets in all that a whole run of the tests writes: the pytest side of it.

Files below the folder of temporary files, and what each test printed and logged. Under xdist each
worker looks at its own, and the controller tells.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from .exceptions import EXEMPT
from .scanner import Scanner

if TYPE_CHECKING:
    from collections.abc import Iterator

_KEY = "onroll_leaks"


class SecretWatch:
    """One per process of the run."""

    def __init__(self, config: pytest.Config) -> None:
        self.scanner = Scanner()
        self._config = config
        self._tests: dict[Path, str] = {}
        self._leaks: list[str] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_teardown(self, item: pytest.Item) -> None:
        folder = getattr(item, "funcargs", {}).get("tmp_path")
        if isinstance(folder, Path):
            self._tests[folder] = item.nodeid

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if self._is_controller():
            return  # the worker has looked already
        if report.when != "teardown":
            return  # whose sections are those of all phases
        for title, text in report.sections:
            if self.scanner.is_in_text(text):
                self._leaks.append(f"{report.nodeid}: {title.lower()}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not self._is_controller():
            self._leaks += self._leaks_in_files()
        if self._is_worker():
            self._config.workeroutput[_KEY] = self._leaks  # type: ignore[attr-defined]  # xdist's
        elif self._leaks and session.exitstatus in (0, pytest.ExitCode.NO_TESTS_COLLECTED):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        self._leaks += getattr(node, "workeroutput", {}).get(_KEY, [])

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self._leaks:
            terminalreporter.section("secrets that leaked", red=True)
            for leak in self._leaks:
                terminalreporter.line(leak)

    def _leaks_in_files(self) -> Iterator[str]:
        factory = getattr(self._config, "_tmp_path_factory", None)
        folder: Path | None = getattr(factory, "_basetemp", None)
        if folder is None or not folder.exists():
            return
        for file in self.scanner.leaks_below(folder, EXEMPT):
            test = next((self._tests[one] for one in file.parents if one in self._tests), "a test")
            yield f"{test}: {file.relative_to(folder)}"

    def _is_worker(self) -> bool:
        return hasattr(self._config, "workerinput")

    def _is_controller(self) -> bool:
        is_distributed = bool(getattr(self._config.option, "tx", None))
        return is_distributed and not self._is_worker()
