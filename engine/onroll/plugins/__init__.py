"""Plug-ins by pluggy. Write a plug-in with `from onroll.plugins import hookimpl`."""

from onroll.plugins.later import Later
from onroll.plugins.spec import hookimpl

__all__ = ["Later", "hookimpl"]
