"""How Personio v2 pages its lists: by a cursor that remembers the page's size and filters."""

import base64
import binascii
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from onroll.testing.sandbox.exchange import RefusalError, Request
from onroll.testing.sandbox.listing import Window


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A list request that was read: where it is, and the filters that its cursor carries on."""

    path: str
    window: Window
    filters: tuple[tuple[str, str], ...]

    def link(self, origin: str, start: int, *, path: str | None = None) -> str:
        """Write the address of the page that starts at a position."""
        state = f"{self.path}\n{start}\n{self.window.size}\n{urlencode(self.filters)}"
        cursor = base64.urlsafe_b64encode(state.encode()).decode().rstrip("=")
        return f"{origin}{path or self.path}?cursor=cur_{cursor}"


def read_list(request: Request, filters: tuple[str, ...], default: int, most: int) -> ListRequest:
    """Read the window and filters from the query, or from the cursor in it."""
    path = request.path.rstrip("/")
    cursor = request.parameter("cursor")
    if cursor is None:
        start, size = 0, default
        kept = tuple(pair for pair in request.parameters if pair[0] in filters)
    else:
        start, size, kept = _read_cursor(cursor, path)
    limit = request.parameter("limit")
    if limit is not None:
        if not limit.isdecimal() or not 1 <= int(limit) <= most:
            raise RefusalError(400, f"The limit must be between 1 and {most}.")
        size = int(limit)
    return ListRequest(path, Window(start, size, "cursor"), kept)


def _read_cursor(cursor: str, path: str) -> tuple[int, int, tuple[tuple[str, str], ...]]:
    text = cursor.removeprefix("cur_")
    try:
        state = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        own_path, start, size, filters = state.split("\n")
        position, length = int(start), int(size)
    except (binascii.Error, ValueError) as error:
        raise RefusalError(400, "The cursor is not valid.") from error
    if own_path != path or position < 0 or length < 1:
        raise RefusalError(400, "The cursor is not of this list.")
    return position, length, tuple(parse_qsl(filters))
