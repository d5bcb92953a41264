"""The laws of decoders."""

from __future__ import annotations

import copy
import json
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onroll.expressions.path import walk
from onroll.fetch.learning import Learned
from onroll.model import Headers, Response
from onroll.protocols import DecoderExample, DecoderKind, Selecting, Unlike, UnreadableBody
from onroll.testing.contract_kinds import Case, SectionContract

if TYPE_CHECKING:
    from collections.abc import Iterator

    from onroll.model import Json
    from onroll.outline import Keys
    from onroll.protocols import Decoder

__all__ = ["DecoderCase", "DecoderContract"]

_URL: Final = "https://api.example.test/v1/people"
#: What a decoded answer may be nested; our own recursion over more would end in a crash.
_DEEPEST: Final = 200

#: A person's data that must not come back in a message, in every place that a format has.
_MARK: Final = "Zq9-Ilse-Kern"
_TEMPLATES: Final = (
    "MARK",
    '"MARK',
    '{"MARK": "MARK',
    '{"MARK": MARK}',
    '{"id": 1}\n{"MARK": 1}\nMARK',
    "id,name\n1,MARK\n2,MARK,MARK\n",
    "MARK,MARK\n1,2\n",
    'id,name\n1,"MARK',
    'id,name\n1,"a"MARK\n',
    "id;MARK\nMARK",
    "<MARK>",
    "<a>MARK</b>",
    "<a MARK='1' MARK='2'/>",
    "<a>&MARK;</a>",
    '<!DOCTYPE MARK SYSTEM "MARK"><a/>',
    '<?xml version="1.0" encoding="MARK"?><a>\xe9</a>',
    "<!doctype html><title>MARK</title>",
    "[" * 100_000 + "MARK",
    "<a>" * 100_000 + "MARK",
    "---\nMARK: [MARK\n",
)
_MARKED: Final = (
    *(text.replace("MARK", _MARK).encode() for text in _TEMPLATES),
    *(
        text.replace("MARK", _MARK).encode("latin-1")
        for text in ("id,MARK\n\xff", '{"MARK": "\xff"}')
    ),
)

_CONTENT_TYPES: Final = (
    "",
    "text/html",
    "application/json; charset=utf-8",
    'text/csv; charset="ISO-8859-1"',
    "text/plain; charset=utf-16",
    "text/plain; charset=rot13",
    "text/plain; charset=\x00",
)


@dataclass(frozen=True)
class DecoderCase(Case):
    """A decoder and one of its examples."""

    kind: DecoderKind
    example: DecoderExample

    def build(self) -> Decoder:
        """Build the decoder as a definition would."""
        return self.kind.build(copy.deepcopy(dict(self.example.config)))

    def answer(
        self, body: bytes | None = None, content_type: str | None = None, status: int = 200
    ) -> Response:
        """Return the example's answer, or another."""
        kind = self.example.content_type if content_type is None else content_type
        headers = Headers({"content-type": kind} if kind else {})
        return Response(status, headers, self.example.body if body is None else body, _URL)


class DecoderContract(SectionContract):
    """What the fetcher relies on: pure functions of bytes, `UnreadableBody` and nothing else."""

    registered_as = "decoder"
    case_type = DecoderCase

    def test_says_what_it_wants(self, kind: Any) -> None:
        """`accept` is a header's value."""
        assert kind.accept.isascii()
        assert "/" in kind.accept

    def test_has_an_example_that_is_read(self, kind: Any) -> None:
        """Refusals alone show nothing."""
        assert any(one.gives is not None for one in kind.examples)

    def test_what_it_writes_reads_the_same(self, case: DecoderCase) -> None:
        """With `encode`, a recorded answer is read as the one that it stands for."""
        if case.kind.encode is None or case.example.gives is None:
            return
        written = case.kind.encode(dict(case.example.config), case.example.gives, case.answer())
        refusal, gives = _tried(case.build(), case.answer(written, content_type=""))
        assert refusal is None
        assert gives == case.example.gives

    def test_example(self, case: DecoderCase) -> None:
        """An example gives what it says, or is refused."""
        refusal, gives = _tried(case.build(), case.answer())
        if case.example.gives is None:
            assert refusal is not None
        else:
            assert refusal is None
            assert _written(gives) == _written(case.example.gives)

    def test_a_part_is_as_in_the_whole(self, case: DecoderCase) -> None:
        """With `selecting`, what is wanted of a body is what the whole has there."""
        decode = case.build()
        if case.example.gives is None or not isinstance(decode, Selecting):
            return
        for keys, value in _places(case.example.gives):
            learned = Learned([keys])
            learned.see(case.example.gives)
            try:
                part = decode.selecting(learned.outline())(case.answer())
            except Unlike:
                continue  # this one is read whole
            assert _written(walk(part, keys)) == _written(value)

    def test_is_pure(self, case: DecoderCase) -> None:
        """Equal bytes give equal values, that share nothing which one reader could change."""
        decode = case.build()
        one, other = (_tried(decode, case.answer())[1] for _ in range(2))
        assert _written(one) == _written(other)
        assert one is None or not isinstance(one, list | dict) or one is not other

    def test_nothing_is_null(self, case: DecoderCase) -> None:
        """A 204 has no body in any format."""
        assert case.build()(case.answer(b"", status=204)) is None

    def test_cut_answer_is_read_or_refused(self, case: DecoderCase) -> None:
        """Wherever an answer is cut, a JSON value or a refusal comes."""
        decode = case.build()
        for end in range(len(case.example.body)):
            _check(decode, case.answer(case.example.body[:end]))

    def test_any_bytes_are_read_or_refused(self, case: DecoderCase) -> None:
        """Any bytes, with any content type, give a JSON value or raise `UnreadableBody`."""
        decode = case.build()
        body = case.example.body

        # No deadline: a busy machine is no broken law.
        @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
        @given(
            st.binary(max_size=60)
            | st.builds(_spliced, st.just(body), st.integers(0, len(body)), st.binary(max_size=8))
            | st.text(max_size=40).map(lambda text: text.encode("utf-16", "surrogatepass")),
            st.sampled_from((case.example.content_type, *_CONTENT_TYPES)),
        )
        def check(given_body: bytes, content_type: str) -> None:
            _check(decode, case.answer(given_body, content_type))

        check()

    def test_depth_is_bounded(self, case: DecoderCase) -> None:
        """What is nested without end is refused, or comes out flat."""
        decode = case.build()
        for opening, closing in ((b"[", b"]"), (b'{"a":', b"}"), (b"<a>", b"</a>"), (b"- ", b"")):
            for body in (opening * 100_000, opening * 1000 + b"1" + closing * 1000):
                _check(decode, case.answer(body))

    def test_refusal_shows_no_value(self, case: DecoderCase) -> None:
        """A message says what is wrong and where, and nothing of what is there."""
        decode = case.build()
        for body in (*_MARKED, _spliced(case.example.body, 1, _MARK.encode() * 2)):
            for content_type in _CONTENT_TYPES:
                refusal, _ = _tried(decode, case.answer(body, content_type))
                if refusal is None:
                    continue
                said = f"{refusal} {refusal.code} {refusal.message} {refusal.hint}"
                assert _MARK not in said
                assert refusal.__cause__ is None
                assert refusal.__suppress_context__ or refusal.__context__ is None, (
                    "raise it `from None`: the error behind it quotes the answer"
                )


def _places(value: Json, keys: Keys = ()) -> Iterator[tuple[Keys, Json]]:
    """Yield every place in a value, and what lies there."""
    yield keys, value
    items = value.items() if isinstance(value, dict) else ()
    for key, item in (*items, *enumerate(value if isinstance(value, list) else ())):
        yield from _places(item, (*keys, key))


def _spliced(body: bytes, at: int, other: bytes) -> bytes:
    return body[:at] + other + body[at:]


def _tried(decode: Decoder, response: Response) -> tuple[UnreadableBody | None, Json]:
    """Return the refusal of an answer, or what it gives. Lets any other error through."""
    try:
        return None, decode(response)
    except UnreadableBody as error:
        return error, None


def _check(decode: Decoder, response: Response) -> None:
    refusal, gives = _tried(decode, response)
    if refusal is None:
        assert _is_json(gives), "a decoder gives JSON values only"
    else:
        assert refusal.code
        assert refusal.message


def _is_json(document: Any) -> bool:
    """Whether this is JSON that can be written, and not too deep. Not recursive, for a reason."""
    layer = [document]
    for _ in range(_DEEPEST):
        if not all(_is_plain(value) for value in layer):
            return False
        layer = [
            item
            for value in layer
            if isinstance(value, list | dict)
            for item in (value.values() if isinstance(value, dict) else value)
        ]
        if not layer:
            return True
    return False


def _is_plain(value: Any) -> bool:
    if type(value) is dict:
        return all(type(key) is str and _is_unicode(key) for key in value)
    if type(value) is float:
        return math.isfinite(value)
    if type(value) is str:
        return _is_unicode(value)
    return value is None or type(value) in (bool, int, list)


def _is_unicode(text: str) -> bool:
    """Whether text can leave as UTF-8: half a surrogate cannot."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _written(value: Json) -> str:
    return json.dumps(value, sort_keys=True)
