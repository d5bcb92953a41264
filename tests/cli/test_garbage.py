"""Python looks for garbage rarely while people are read, and as before afterwards."""

import gc

import pytest

from onroll.cli.garbage import collecting_rarely, starting_quickly


def test_the_collector_is_left_as_it_was_found() -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    with collecting_rarely():
        assert gc.get_threshold()[0] > before[0][0]
        assert gc.get_freeze_count() > before[1]
    assert (gc.get_threshold(), gc.get_freeze_count()) == before


def test_the_collector_is_left_as_it_was_found_after_an_error() -> None:
    before = gc.get_threshold()
    with pytest.raises(KeyboardInterrupt), collecting_rarely():
        raise KeyboardInterrupt
    assert gc.get_threshold() == before


def test_after_a_command_the_collector_is_as_it_was_found() -> None:
    before = gc.get_threshold(), gc.get_freeze_count()
    with starting_quickly():
        assert gc.get_threshold()[0] > before[0][0]
    assert (gc.get_threshold(), gc.get_freeze_count()) == before
