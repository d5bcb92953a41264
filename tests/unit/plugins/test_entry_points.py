"""Looking for plug-ins without loading much: none may be overlooked."""

import sys
from importlib.machinery import PathFinder
from pathlib import Path
from zipfile import ZipFile

import pytest

from onroll.plugins.entry_points import installed_points

POINTS = "[console_scripts]\nonroll-more = more:main\n\n[onroll]\nmore = more\n"


@pytest.fixture(autouse=True)
def _empty_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Let Python find what a test has in its folder, and nothing else."""
    monkeypatch.setattr(sys, "path", [str(tmp_path), str(tmp_path / "not-there")])
    monkeypatch.setattr(sys, "meta_path", [PathFinder])


def install(folder: Path, points: str, metadata: str = "more-1.0.dist-info") -> None:
    (folder / metadata).mkdir(parents=True)
    (folder / metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: more\nVersion: 1\n")
    (folder / metadata / "PKG-INFO").write_text("Metadata-Version: 2.1\nName: more\nVersion: 1\n")
    (folder / metadata / "entry_points.txt").write_text(points)


def found() -> list[str]:
    return [point.name for point in installed_points()]


def test_without_a_distribution_there_is_none() -> None:
    assert found() == []


def test_a_distribution_without_the_group_has_none(tmp_path: Path) -> None:
    install(tmp_path, "[console_scripts]\nonroll = onroll.cli:main\n")
    assert found() == []


@pytest.mark.parametrize("metadata", ["more-1.0.dist-info", "More.egg-info", "more.DIST-INFO"])
def test_a_distribution_with_the_group_is_found(tmp_path: Path, metadata: str) -> None:
    install(tmp_path, POINTS, metadata)
    assert found() == ["more"]


def test_a_distribution_of_the_working_directory_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, POINTS)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [""])
    assert found() == ["more"]


def test_an_egg_is_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path / "more-1.0.egg", POINTS, "EGG-INFO")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "more-1.0.egg")])
    assert found() == ["more"]


def test_an_archive_is_looked_into(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "all.zip"
    with ZipFile(archive, "w") as opened:
        opened.writestr("more-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: more\n")
        opened.writestr("more-1.0.dist-info/entry_points.txt", POINTS)
    monkeypatch.setattr(sys, "path", [str(archive)])
    assert found() == ["more"]


def test_a_place_may_be_a_path_object(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, POINTS)
    monkeypatch.setattr(sys, "path", [tmp_path])  # Python takes it too
    assert found() == ["more"]


def test_somebody_elses_finder_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Finder:
        """Finds what lies where Python does not look."""

        @staticmethod
        def find_spec(*_: object) -> None: ...

        @staticmethod
        def find_distributions(context: object) -> object:
            from importlib.metadata import PathDistribution  # noqa: PLC0415  (as onroll has it)

            return [PathDistribution(tmp_path / "hidden" / "more-1.0.dist-info")]

    install(tmp_path / "hidden", POINTS)
    monkeypatch.setattr(sys, "meta_path", [PathFinder, Finder])
    assert found() == ["more"]
