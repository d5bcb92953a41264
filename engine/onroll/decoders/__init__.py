"""Formats of answers: one small file per kind. Each is a plug-in."""
