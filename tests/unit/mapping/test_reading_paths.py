"""Paths are compiled for speed: they read what a walk down the record reads."""

from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from onroll.expressions.path import walk
from onroll.model import ABSENT

from .people import mapper, refused, value

_KEYS = st.sampled_from(["a", "b", "value"])
_STEPS = st.one_of(_KEYS, st.integers(-3, 3))
_SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.sampled_from(["", " a ", "b", "ab\t"])
)
_DOCUMENTS = st.recursive(
    _SCALARS,
    lambda below: st.one_of(st.lists(below, max_size=3), st.dictionaries(_KEYS, below, max_size=3)),
    max_leaves=12,
)


def _trimmed(found: Any) -> Any:
    if isinstance(found, list):
        return [_trimmed(item) if isinstance(item, str) else item for item in found]
    return found.strip() if isinstance(found, str) else found


@settings(deadline=None, max_examples=400)
@given(st.dictionaries(_KEYS, _DOCUMENTS, max_size=3), st.lists(_STEPS, min_size=1, max_size=4))
@example({"a": "text"}, ["a", 0])
@example({"a": "text"}, ["a", 0, "b"])
@example({"a": "text"}, ["a", 9, "b"])
@example({"a": None}, ["a", "b", "value"])
@example({"a": {}}, ["a", "b"])
@example({"a": {}}, ["a", 0, "b"])
@example({"a": []}, ["a", 0, "b"])
@example({"a": [{"b": 1}]}, ["a", "b"])
@example({"a": [{"b": 1}]}, ["a", -1, "b"])
@example({"a": {"b": 1}}, ["a", "value", "b"])
def test_a_path_gives_what_walking_down_the_record_gives(
    record: dict[str, Any], keys: list[str | int]
) -> None:
    record = {**record, "id": "1", "email": "ada@example.test"}
    assert value(keys, record) == _trimmed(walk(record, tuple(keys)))


@given(st.one_of(_DOCUMENTS, st.lists(_DOCUMENTS)))
def test_a_record_that_is_no_object_has_nothing_at_a_path(record: Any) -> None:
    if not isinstance(record, dict):
        assert mapper(id="a.b").identify(record) is None


def test_a_letter_of_a_text_is_no_item() -> None:
    assert value("name[0]", {"name": "Ada"}) is ABSENT
    assert value("name[0].first", {"name": "Ada"}) is ABSENT


def test_text_behind_a_date_is_read_as_a_date_again() -> None:
    written = {"path": "d", "transform": ["date"], "map": {"2021-03-01": "2021-04-01T00:00:00"}}
    user = mapper(hire_date=written).map({"id": "1", "d": "2021-03-01"}).user
    assert user is not None
    assert user.attributes["hire_date"] == "2021-04-01"


def test_what_stands_in_for_a_date_must_be_one() -> None:
    written = {"path": "d", "transform": ["date"], "default": "soon"}
    assert refused({}, hire_date=written) == [("hire_date", "not-a-date")]


def test_a_list_of_dates_is_no_date() -> None:
    written = {"path": "d", "transform": ["date"]}
    assert refused({"d": ["2021-03-01"]}, hire_date=written) == [("hire_date", "is-a-list")]


def test_a_transform_before_a_date_does_not_make_text_one() -> None:
    written = {"path": "d", "transform": ["date", {"prefix": "on "}]}
    assert refused({"d": "2021-03-01"}, hire_date=written) == [("hire_date", "not-a-date")]
