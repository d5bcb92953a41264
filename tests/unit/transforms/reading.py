"""Run a transform as a definition names it."""

from typing import Any

import pytest

from onroll.plugins.registry import installed
from onroll.protocols import Unreadable


def run(name: str, value: Any, argument: Any = None) -> Any:
    return installed().transforms[name].kind.build(argument)(value)


def refusal(name: str, value: Any, argument: Any = None) -> str:
    """The code of the refusal, whose message shows nothing of the value."""
    with pytest.raises(Unreadable) as caught:
        run(name, value, argument)
    assert str(value) not in caught.value.message
    return caught.value.code
