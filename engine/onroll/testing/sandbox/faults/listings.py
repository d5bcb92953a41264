"""Faults of who is listed and of how a list is cut into pages."""

from collections.abc import Callable
from dataclasses import replace
from threading import Event
from urllib.parse import urlsplit

from onroll.model import ABSENT
from onroll.testing.sandbox.account import Effect
from onroll.testing.sandbox.faults.fault import Fault, Setting
from onroll.testing.sandbox.listing import Listing, Page, Window

FOREIGN_ORIGIN = "http://foreign.example.test"


def _on_listing(change: Callable[[Listing], Listing]) -> Effect:
    return Effect(listing=lambda listing, _window: change(listing))


def _drift(_setting: Setting) -> Effect:
    """Lose the first person for good once a later page is asked for.

    A cursor remembers a person and not a position, so nobody is skipped by it.
    """
    has_left = Event()

    def without_leaver(listing: Listing, window: Window) -> Listing:
        if window.by == "cursor":
            return listing
        if window.start > 0:
            has_left.set()
        if not has_left.is_set():
            return listing
        return replace(listing.without(0), total=max(0, listing.total - 1))

    return Effect(listing=without_leaver)


def _duplicate(_setting: Setting) -> Effect:
    def with_first_again(listing: Listing) -> Listing:
        first = listing.rows(0, 1)
        return listing.with_row(len(listing) - 1, first[0]) if first else listing

    return _on_listing(with_first_again)


def _lost(setting: Setting) -> Effect:
    return _on_listing(lambda listing: listing.without(setting.middle))


def _empty(_setting: Setting) -> Effect:
    return _on_listing(lambda _listing: Listing((), 0))


def _first(setting: Setting) -> Effect:
    return _on_listing(lambda listing: Listing.of(listing.rows(0, setting.count)))


def _page_cap(setting: Setting) -> Effect:
    return Effect(window=lambda window: replace(window, size=min(window.size, setting.count)))


def _short_page(_setting: Setting) -> Effect:
    def cut(window: Window) -> Window:
        is_short = window.page_index % 2 == 0 and window.size > 1
        return replace(window, size=max(1, window.size * 2 // 3)) if is_short else window

    return Effect(window=cut)


def _empty_page(setting: Setting) -> Effect:
    def empty(window: Window) -> Window:
        return replace(window, size=0) if window.page_index == setting.count - 1 else window

    return Effect(window=empty)


def _repeat_page(_setting: Setting) -> Effect:
    return Effect(
        window=lambda window: replace(window, start=0),
        page=lambda page: replace(page, next_href=page.following_href),
    )


def _on_next(change: Callable[[Page, str], str]) -> Effect:
    """Change the next link where there is one."""

    def with_next(page: Page) -> Page:
        return page if not page.next_href else replace(page, next_href=change(page, page.next_href))

    return Effect(page=with_next)


def _path_of(href: str) -> str:
    parts = urlsplit(href)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _repeat_next(_setting: Setting) -> Effect:
    return _on_next(lambda page, _href: page.self_href)


def _foreign_next(setting: Setting) -> Effect:
    return _on_next(lambda _page, href: setting.text.rstrip("/") + _path_of(href))


def _relative_next(_setting: Setting) -> Effect:
    return _on_next(lambda _page, href: _path_of(href))


def _total(change: Callable[[Page], Page]) -> Callable[[Setting], Effect]:
    """Change what a page says of the total."""
    return lambda _setting: Effect(page=change)


def _total_of_page(page: Page) -> Page:
    return replace(page, total=len(page.records), page_count=1)


FAULTS = (
    Fault("page-cap", "N", "A page has N records at most, whatever limit was asked.", _page_cap),
    Fault(
        "drift",
        None,
        "The first person leaves as the second page is asked: the total falls by one, all others"
        " move up, and paging by offset skips one.",
        _drift,
    ),
    Fault(
        "duplicate",
        None,
        "The first person is listed again, just before the last; the total counts them once.",
        _duplicate,
    ),
    Fault("lost", None, "One person is not listed, although the total counts them.", _lost),
    Fault("first", "N", "Only the first N people are listed, and the total says N.", _first),
    Fault("empty", None, "The list has no people and says so, although the path is right.", _empty),
    Fault(
        "short-page",
        None,
        "The first page, and later ones, come a third shorter than asked although more follow.",
        _short_page,
    ),
    Fault("empty-page", "N", "Page N is empty although more pages follow.", _empty_page),
    Fault(
        "repeat-page",
        None,
        "Every page is the first page, forever: the offset or cursor is ignored.",
        _repeat_page,
    ),
    Fault("repeat-next", None, "The next link names its own page (v2).", _repeat_next),
    Fault(
        "foreign-next",
        "URL",
        f"The next link names another host, {FOREIGN_ORIGIN} unless another is given (v2).",
        _foreign_next,
        FOREIGN_ORIGIN,
    ),
    Fault("relative-next", None, "The next link has no scheme and host (v2).", _relative_next),
    Fault(
        "total-text",
        None,
        'The total is a text, as in "450" (v1).',
        _total(lambda page: replace(page, total=str(page.total))),
    ),
    Fault(
        "total-null",
        None,
        "The total is null (v1).",
        _total(lambda page: replace(page, total=None)),
    ),
    Fault(
        "total-missing",
        None,
        "The total is left out (v1).",
        _total(lambda page: replace(page, total=ABSENT)),
    ),
    Fault(
        "total-page",
        None,
        "The total says only how many records the page has (v1).",
        _total(_total_of_page),
    ),
)
