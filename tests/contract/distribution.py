"""Make plug-in distributions that Python finds, without a network or a package manager."""

import os
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree

EXAMPLE = Path(__file__).parents[1] / "plugin_example"


@dataclass(frozen=True)
class Site:
    """A folder that Python finds distributions in, as it does in `site-packages`."""

    path: Path

    def add_example(self) -> None:
        """Install the example plug-in: its package and the metadata that its project file has."""
        project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text())["project"]
        copytree(EXAMPLE / "onroll_example", self.path / "onroll_example")
        self._add_metadata(project["name"], project["entry-points"]["onroll"])

    def add_module(self, distribution: str, module: str, code: str) -> None:
        """Install a distribution of one module, whose entry point has the module's name."""
        (self.path / f"{module}.py").write_text(code)
        self._add_metadata(distribution, {module: module})

    def _add_metadata(self, distribution: str, points: dict[str, str]) -> None:
        folder = self.path / f"{distribution.replace('-', '_')}-1.0.0.dist-info"
        folder.mkdir(parents=True)
        written = f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0.0\n"
        (folder / "METADATA").write_text(written)
        lines = [f"{name} = {value}\n" for name, value in points.items()]
        (folder / "entry_points.txt").write_text("[onroll]\n" + "".join(lines))

    def run(
        self, *arguments: str, cwd: Path | None = None, module: str = "onroll"
    ) -> subprocess.CompletedProcess[str]:
        """Run a module of the test's own Python, which also finds what is installed here."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PYTEST")
        }
        environment |= {"PYTHONPATH": str(self.path), "COLUMNS": "100", "NO_COLOR": "1"}
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            capture_output=True,
            text=True,
            env=environment,
            cwd=cwd or self.path,
            timeout=120,
            check=False,
        )
