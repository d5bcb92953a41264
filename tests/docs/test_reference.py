"""The reference is what the program says today."""

from __future__ import annotations

import runpy
import subprocess
import sys
from typing import Any

import pytest
import yaml

from .markdown import ROOT

_FINDER: dict[str, Any] = runpy.run_path(str(ROOT / "docs" / "generator" / "codes.py"))


def test_the_reference_is_fresh() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_diagnostic_code_has_a_meaning_and_every_meaning_a_code() -> None:
    file = ROOT / "docs" / "reference" / "diagnostics.yaml"
    groups = yaml.safe_load(file.read_text(encoding="utf-8"))
    meanings = [code for group in groups.values() for code in group]
    codes = _FINDER["codes_in"](ROOT / "engine" / "onroll")
    assert sorted(meanings) == sorted(codes)


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        ("Diagnostic('plain', 'text')", ["plain"]),
        ("Reason('attribute', 'second', 'text')", ["second"]),
        ("Diagnostic('yes' if a else 'no', 'text')", ["no", "yes"]),
        ("def f():\n    code = 'named'\n    Diagnostic(code, 'text')", ["named"]),
        ("def g():\n    return 'pair', 1\ncode, n = g()\nDiagnostic(code, '')", ["pair"]),
        ("def g():\n    return 'star', 1\nUnreadableBody(*g())", ["star"]),
        ("Diagnostic(error.code, 'text')", []),
    ],
)
def test_codes_are_found_however_they_are_written(
    source: str, codes: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("package")
    (folder / "module.py").write_text(source, encoding="utf-8")
    assert list(_FINDER["codes_in"](folder)) == codes


def test_a_code_that_cannot_be_seen_is_an_error(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("package")
    (folder / "module.py").write_text("Diagnostic(make_up(1), 'text')", encoding="utf-8")
    with pytest.raises(_FINDER["UnseenCode"], match="no code can be seen"):
        _FINDER["codes_in"](folder)
