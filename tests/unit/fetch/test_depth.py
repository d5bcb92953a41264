"""How many pages are asked for ahead, by what a page took. Times are given: nothing is timed."""

from __future__ import annotations

from statistics import median

import pytest

from onroll.fetch.depth import Depth

_FAR, _NEAR = 0.05, 0.0005
_WORK = 0.002


def _fed(depth: Depth, pages: int, waited: float, worked: float = _WORK) -> Depth:
    for _ in range(pages):
        depth = depth.after(waited, worked)
    return depth


def _settled(
    latency: float, *, most: int = 8, pages: int = 400, start: Depth | None = None
) -> list[Depth]:
    """Return the depth after each page of a source that takes so long for every request."""
    depth = Depth(most) if start is None else start
    now, under_way, depths = 0.0, [latency], []
    for _ in range(pages):
        due = under_way.pop(0) if under_way else now + latency
        waited = max(0.0, due - now)
        depth = depth.after(waited, _WORK)
        now += waited
        under_way += [now + latency] * (depth.pages - len(under_way))
        now += _WORK
        depths.append(depth)
    return depths


def test_page_one_that_was_long_in_coming_is_followed_by_as_many_as_allowed() -> None:
    assert Depth(8).begin(_FAR).pages == 8


def test_page_one_that_came_soon_is_followed_by_one_at_a_time() -> None:
    assert Depth(8).begin(0.014).pages == 0


def test_a_source_as_fast_as_we_are_is_read_one_by_one() -> None:
    assert {depth.pages for depth in _settled(_NEAR)} == {0}


@pytest.mark.parametrize("latency", [0.005, 0.008, _FAR])
def test_a_source_that_is_waited_for_gets_enough_to_keep_us_busy(latency: float) -> None:
    usual = median(depth.pages for depth in _settled(latency)[-100:])
    assert usual >= min(8, latency / (_WORK + 0.001)), "a millisecond a page is not pursued"


def test_a_far_source_has_as_many_as_allowed_and_never_fewer() -> None:
    depths = _settled(_FAR, start=Depth(8).begin(_FAR))
    assert {depth.pages for depth in depths} == {8}


@pytest.mark.parametrize("most", [1, 3, 16])
def test_never_more_than_allowed(most: int) -> None:
    assert max(depth.pages for depth in _settled(0.01, most=most)) <= most


def test_a_source_that_becomes_slow_gets_more() -> None:
    depth = _settled(_NEAR)[-1]
    assert _settled(_FAR, start=depth, pages=16)[-1].pages == 8


def test_a_source_that_becomes_fast_is_read_one_by_one_again() -> None:
    depth = _settled(_FAR)[-1]
    assert depth.pages == 8
    assert _settled(_NEAR, start=depth, pages=60)[-1].pages == 0


def test_page_one_that_misjudged_is_put_right() -> None:
    depths = _settled(_NEAR, start=Depth(8).begin(0.4))
    assert depths[0].pages == 8
    assert depths[60].pages == 0


def test_trials_that_fail_become_rarer() -> None:
    pages = [depth.pages for depth in _settled(0.012, pages=800)]
    trials = [at for at in range(1, len(pages)) if pages[at] < pages[at - 1]]
    assert 3 <= len(trials) <= 12
    assert trials[-1] - trials[-2] > 2 * (trials[1] - trials[0])


def test_a_wait_that_comes_once_in_a_while_is_no_reason() -> None:
    depth = Depth(8)
    for _ in range(50):
        depth = _fed(depth, 3, 0.0).after(0.015, _WORK)
        assert depth.pages == 0


def test_of_pages_that_come_together_the_one_waited_for_counts_for_all() -> None:
    depth = Depth(8).begin(_FAR)
    for _ in range(100):
        depth = _fed(depth.after(0.034, _WORK), 7, 0.0)
        assert depth.pages == 8


def test_a_request_that_had_to_be_sent_again_halves_what_is_under_way() -> None:
    depth = Depth(8).begin(_FAR)
    found = []
    for _ in range(4):
        depth = depth.after(_FAR, _WORK, is_retried=True)
        found.append(depth.pages)
    assert found == [4, 2, 1, 0]


def test_a_request_that_had_to_be_sent_again_is_never_met_with_more() -> None:
    assert Depth(8).after(30.0, _WORK, is_retried=True).pages == 0


def test_after_a_refusal_more_are_tried_step_by_step() -> None:
    depth = Depth(8).begin(_FAR).after(_FAR, _WORK, is_retried=True)
    assert _fed(depth, 4, _FAR).pages == 4, "those were under way before"
    assert _fed(depth, 5, _FAR).pages == 8


def test_the_one_page_that_follows_is_asked_for_where_waiting_and_working_compare() -> None:
    assert _settled(0.006, most=1)[-1].pages == 1


def test_the_one_page_that_follows_is_not_asked_for_where_little_would_be_gained() -> None:
    assert {depth.pages for depth in _settled(_FAR, most=1)} == {0}
    assert Depth(1).begin(_FAR).pages == 0


def test_a_lower_bound_holds_at_once() -> None:
    assert Depth(8).begin(_FAR).bounded(1).pages == 1
    assert _fed(Depth(8).begin(_FAR).bounded(1), 9, 0.004).pages == 1
