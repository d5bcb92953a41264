"""The version, which the build reads here: to ask the installation takes longer than to start."""

from __future__ import annotations

__all__ = ["USER_AGENT", "__version__"]

__version__ = "0.1.0"

USER_AGENT = f"onroll/{__version__}"
