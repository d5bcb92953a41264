"""Requests over HTTP: the one place that names httpx. Knows no definition and no credentials."""
