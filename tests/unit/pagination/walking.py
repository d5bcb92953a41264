"""Ask a style what follows a page, as the fetcher does."""

from collections.abc import Mapping
from typing import Any

from onroll.model import Headers, Page
from onroll.plugins.registry import installed
from onroll.protocols import End, Paginator, Step

URL = "https://api.example.test/people"


def build(style: str, **config: Any) -> Paginator:
    return installed().pagination[style].kind.build(config)


def page(
    records: int = 2,
    answer: Any = None,
    number: int = 1,
    headers: Mapping[str, str] | None = None,
) -> Page:
    listed = [{"id": index} for index in range(records)]
    return Page(number, listed, answer, Headers(headers or {}), URL)


def step_after(paginator: Paginator, *pages: Page) -> Step:
    """Walk over pages and return the step that follows the last of them."""
    step = paginator.first()
    for one in pages:
        following = paginator.after(step, one)
        assert isinstance(following, Step), following
        step = following
    return step


def end_after(paginator: Paginator, *pages: Page) -> End:
    """Walk over pages, the last of which must be the end."""
    end = paginator.after(step_after(paginator, *pages[:-1]), pages[-1])
    assert isinstance(end, End), end
    return end
