"""The version of this installation."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version

__all__ = ["USER_AGENT", "__version__"]

try:
    __version__ = version("onroll")
except PackageNotFoundError:  # run from a source tree that was never installed
    __version__ = "0+unknown"

USER_AGENT = f"onroll/{__version__}"
