from pathlib import Path

import pytest

from .distribution import Site


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """An empty folder for distributions."""
    folder = tmp_path / "site"
    folder.mkdir()
    return Site(folder)


@pytest.fixture
def example(site: Site) -> Site:
    """A folder in which the example plug-in is installed."""
    site.add_example()
    return site
