"""What an answer looks like: a login page where CSV or XML was asked for is told by its beginning.

Lenient formats would read such a page as records.
"""

from __future__ import annotations

import re
from typing import Final

from onroll.protocols import UnreadableBody

__all__ = ["refuse_other_format"]

_HTML: Final = ("<!doctype html", "<html", "<head", "<body")
_MARKUP: Final = re.compile(r"<[?!a-z]")
_JSON: Final = re.compile(r'\{\s*["}]|\[\s*[\[\]{]')
_START: Final = 200


def refuse_other_format(text: str, wanted: str) -> None:
    """Raise `UnreadableBody` for what is plainly another format than the one `wanted`."""
    start = text[:_START].lstrip().lower()
    if start.startswith(_HTML):
        raise UnreadableBody(
            "wrong-format",
            f"the answer is an HTML page, not {wanted}",
            "a login or error page: check `base_url`, the endpoint and the credentials",
        )
    if wanted != "XML" and _MARKUP.match(start):
        raise UnreadableBody(
            "wrong-format",
            f"the answer looks like XML, not {wanted}",
            "`decoder: {format: xml}` reads XML",
        )
    if _JSON.match(start):
        raise UnreadableBody(
            "wrong-format",
            f"the answer looks like JSON, not {wanted}",
            "an error message perhaps; for a list in JSON leave `decoder` out",
        )
