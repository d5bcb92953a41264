"""The Python interface: its example runs as it stands, and every public name is there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import onroll
from onroll.testing.sandbox import Sandbox

if TYPE_CHECKING:
    import pytest


def test_the_example_of_the_package_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert onroll.__doc__ is not None
    example = onroll.__doc__[onroll.__doc__.index("import onroll") :]
    example = example[: example.index("A connection of")]
    example = example.replace('"client_id": "…"', '"client_id": "demo"')
    example = example.replace('"client_secret": "…"}', '"client_secret": "demo-secret"}, **more')
    with Sandbox(users=3) as sandbox:
        more = {"options": onroll.Options(base_url=f"{sandbox.url}/v1")}
        exec(example, {"more": more})
    assert "wei.engel@sons.example.test create applied" in capsys.readouterr().out
    assert Path("onroll.db").exists()


def test_a_dry_run_leaves_nothing(tmp_path: Path) -> None:
    store = tmp_path / "onroll.db"
    with Sandbox(users=3) as sandbox:
        options = onroll.Options(base_url=f"{sandbox.url}/v1")
        settings = {"client_id": "demo", "client_secret": "demo-secret"}
        opened = onroll.load("personio").importing(
            settings, store=str(store), is_dry_run=True, options=options
        )
        with opened as run:
            report = run.apply(run.plan())
    assert (report.status, report.counts.create) == ("planned", 2)
    assert list(tmp_path.iterdir()) == []


def test_every_public_name_is_there_and_they_are_sorted() -> None:
    assert sorted(onroll.__all__) == onroll.__all__
    assert all(getattr(onroll, name) is not None for name in onroll.__all__)
