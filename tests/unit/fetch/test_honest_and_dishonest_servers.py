"""The first promise, against servers made at random: complete means that nobody is missing."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from .company import STYLES, Api, Lie
from .reading import read

if TYPE_CHECKING:
    from collections.abc import Callable

    from .reading import Result

_TOTALS = ("absent", "int", "text", "float", "header", "first_page", "null")
_SAID_TOTALS = ("int", "text", "float", "header", "first_page")
_CURSORS = ("cursor", "merged_cursor", "next_link", "link_header", "relative_link")

_SETTINGS = settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)

_APIS = st.builds(
    Api,
    style=st.sampled_from(STYLES),
    count=st.integers(0, 14),
    limit=st.none() | st.integers(1, 7),
    lengths=st.lists(st.integers(0, 5), min_size=1, max_size=4).filter(any).map(tuple),
    total=st.sampled_from(_TOTALS),
    has_more=st.booleans(),
    has_total_pages=st.booleans(),
    start=st.integers(0, 1),
    end=st.sampled_from(("absent", "null", "empty")),
    at=st.integers(0, 15),
    by=st.integers(1, 14),
)


def _says_total(api: Api) -> bool:
    return api.total in _SAID_TOTALS


@_SETTINGS
@given(_APIS, st.sampled_from(("empty", "204", "404", "400")))
def test_an_honest_server_gives_everybody_once_and_is_complete(api: Api, past_end: str) -> None:
    # What refuses behind its end must say otherwise where that is.
    may_refuse = _says_total(api) or past_end == "204"
    api = replace(api, past_end=past_end if may_refuse else "empty")
    # A key that is left out on page one, full or of unknown size, is no end; see `marks`.
    first = min(api.count, api._length(0))
    is_whole = first >= api.count
    is_full = api.limit is None or first >= api.limit
    if api.style in _CURSORS and is_whole and is_full and api.count:
        assume(_says_total(api) or (api.end != "absent" and api.style != "link_header"))

    result = read(api.definition(), api)

    assert result.error is None
    assert result.ids == api.everybody
    assert result.report.complete, result.report.reasons
    assert result.report.proof is not None
    assert result.report.distinct == result.report.received == api.count


def _lying(
    lie: Lie, when: Callable[[Api], bool] = lambda _: True, styles: tuple[str, ...] = STYLES
) -> Callable[[Callable[[Api], None]], Callable[[], None]]:
    """Run a test with servers that tell this lie, where `when` says that they can."""
    strategy = st.builds(
        lambda api, style: replace(api, style=style, lie=lie, state={}),
        _APIS,
        st.sampled_from(styles),
    ).filter(when)

    def decorate(test: Callable[[Api], None]) -> Callable[[], None]:
        decorated: Callable[[], None] = settings(_SETTINGS, max_examples=80)(given(strategy)(test))
        return decorated

    return decorate


def _read(api: Api) -> Result:
    result = read(api.definition(), api)
    assert len(result.ids) == len(set(result.ids)), "somebody came twice"
    if result.report.complete:
        missing = api.present_throughout() - set(result.ids)
        assert not missing, f"complete by {result.report.proof} without {missing}"
    else:
        assert result.report.proof is None
        assert result.report.reasons or result.error is not None
    return result


@_lying(Lie.DROPPED, lambda api: _says_total(api) and api.count > 0)
def test_somebody_whom_only_the_total_knows_is_missed(api: Api) -> None:
    assert not _read(api).report.complete


@_lying(Lie.REPLACED, lambda api: api.count > 1, ("none", "offset", "page", *_CURSORS))
def test_somebody_whose_place_another_takes_is_missed(api: Api) -> None:
    assert not _read(api).report.complete


@_lying(Lie.DRIFT, _says_total, ("offset", "page"))
def test_a_list_that_moves_while_it_is_read_is_never_complete_with_a_gap(api: Api) -> None:
    _read(api)


@_lying(Lie.REPEATED_PAGE)
def test_a_page_in_the_place_of_another_is_never_complete_with_a_gap(api: Api) -> None:
    _read(api)


@_lying(Lie.REPEATED_CURSOR, styles=_CURSORS)
def test_a_cursor_that_leads_back_is_never_complete_with_a_gap(api: Api) -> None:
    _read(api)


@_lying(Lie.WRONG_TOTAL, _says_total)
def test_a_wrong_total_is_never_complete(api: Api) -> None:
    result = _read(api)
    if api.total != "first_page" or api.count:
        assert not result.report.complete or _total_is_right(api)


def _total_is_right(api: Api) -> bool:
    return api.count == max(0, api.count - api.by if api.at % 4 else api.count + api.by)


@_lying(Lie.PAGE_LENGTH_TOTAL, _says_total)
def test_a_total_that_is_the_length_of_a_page_is_never_complete_with_a_gap(api: Api) -> None:
    _read(api)


@_lying(Lie.CHANGING_TOTAL, _says_total)
def test_a_total_that_changes_is_never_complete_with_a_gap(api: Api) -> None:
    _read(api)


@_lying(Lie.EARLY_END, _says_total)
def test_an_end_mark_before_the_end_is_found_out_by_the_total(api: Api) -> None:
    _read(api)


@_lying(Lie.MISTYPED_CURSOR, styles=("cursor", "merged_cursor", "next_link", "relative_link"))
def test_a_mistyped_cursor_is_never_complete_with_a_gap(api: Api) -> None:
    _read(api)


@_lying(Lie.MISTYPED_LOCATION)
def test_a_mistyped_resource_location_is_an_error(api: Api) -> None:
    result = _read(api)
    assert result.error is not None
    assert result.error.diagnostic.code == "resource-location-not-found"


@_lying(Lie.MISTYPED_TOTAL)
def test_a_mistyped_total_count_needs_another_proof_and_a_warning(api: Api) -> None:
    result = _read(api)
    if _says_total(api):
        assert any("total_count" in warning for warning in result.report.warnings)


@_lying(Lie.MISTYPED_MORE, lambda api: api.has_more, ("offset", "page", "last_id"))
def test_a_mistyped_more_is_never_complete_with_a_gap(api: Api) -> None:
    _read(api)


@_lying(Lie.NO_PAGINATION, lambda api: _says_total(api) or api.style in _CURSORS)
def test_a_list_without_its_pagination_is_found_out(api: Api) -> None:
    _read(api)
