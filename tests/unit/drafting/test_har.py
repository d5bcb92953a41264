"""A browser's recording becomes the calls that were answered by lists of people."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onroll.drafting.recording import read_recording, read_recordings
from onroll.errors import UsageError
from onroll.model import Json

PEOPLE = [
    {"id": 1, "first_name": "Ada", "last_name": "Alder", "email": "ada@example.com"},
    {"id": 2, "first_name": "Ben", "last_name": "Birch", "email": "ben@example.com"},
]


def entry(url: str, body: Json, status: int = 200, **request: Json) -> dict[str, Json]:
    return {
        "request": {"method": "GET", "url": url, "headers": [], **request},
        "response": {
            "status": status,
            "headers": [{"name": "X-Total-Count", "value": "2"}],
            "content": {"mimeType": "application/json", "text": json.dumps(body)},
        },
    }


def har(*entries: Json) -> bytes:
    return json.dumps({"log": {"version": "1.2", "entries": list(entries)}}).encode()


def test_the_list_of_people_is_chosen_among_all_entries() -> None:
    call = read_recording(
        har(
            entry("https://x.example.com/menu", {"items": [{"title": "Home"}, {"title": "Help"}]}),
            entry("https://x.example.com/api/people?page=1", {"data": PEOPLE}),
            entry("https://x.example.com/me", {"name": "Ada"}),
            entry("https://x.example.com/api/broken", {"data": PEOPLE}, status=500),
        ),
        "people.har",
    )
    assert call.url == "https://x.example.com/api/people"
    assert call.params == {"page": "1"}
    assert call.answer is not None
    assert call.answer.body == {"data": PEOPLE}
    assert call.answer.headers["x-total-count"] == "2"


def test_several_lists_come_best_first() -> None:
    calls = read_recordings(
        har(
            entry("https://x.example.com/teams", [{"id": 1, "title": "A", "amount": 1}]),
            entry("https://x.example.com/people", PEOPLE),
        ),
        "people.har",
    )
    assert [call.url for call in calls] == [
        "https://x.example.com/people", "https://x.example.com/teams",
    ]  # fmt: skip


def test_a_posted_body_and_its_headers_are_read() -> None:
    posted = {"mimeType": "application/json", "text": '{"first": 50}'}
    headers = [{"name": "Authorization", "value": "Bearer t-1"}]
    one = entry("https://x.example.com/q", PEOPLE, method="POST", postData=posted, headers=headers)
    call = read_recording(har(one), "people.har")
    assert (call.method, call.json) == ("POST", {"first": 50})
    assert call.headers["authorization"] == "Bearer t-1"
    assert call.notes == ()


def test_a_form_may_be_recorded_as_pairs() -> None:
    posted = {"mimeType": "x", "params": [{"name": "limit", "value": "5"}]}
    one = entry("https://x.example.com/q", PEOPLE, method="POST", postData=posted)
    assert read_recording(har(one), "people.har").form == {"limit": "5"}


def test_a_body_in_base64_is_decoded() -> None:
    one = entry("https://x.example.com/people", PEOPLE)
    content = one["response"]["content"]
    content["text"] = base64.b64encode(content["text"].encode()).decode()
    content["encoding"] = "base64"
    answer = read_recording(har(one), "people.har").answer
    assert answer is not None
    assert answer.body == PEOPLE


def test_a_sanitized_recording_is_told() -> None:
    call = read_recording(har(entry("https://x.example.com/people", PEOPLE)), "people.har")
    assert "sanitized" in call.notes[0]


def test_a_recording_without_content_says_how_to_save_it() -> None:
    one = entry("https://x.example.com/people", PEOPLE)
    del one["response"]["content"]["text"]
    with pytest.raises(UsageError) as raised:
        read_recording(har(one), "people.har")
    assert "have no content" in raised.value.diagnostic.message
    assert "with content" in (raised.value.diagnostic.hint or "")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["request", "response", "content", "text", "url", "method", "headers"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JSON, max_size=4))
def test_any_entries_are_read_or_refused(entries: list[Json]) -> None:
    good = entry("https://x.example.com/people", PEOPLE)
    assert read_recording(har(*entries, good), "some.har").url == "https://x.example.com/people"
    with pytest.raises(UsageError):
        read_recordings(har(*entries), "some.har")
