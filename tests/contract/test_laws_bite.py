"""The laws find what they are for: a kind that breaks one fails its test, and the others pass."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from onroll.model import Headers, Json, Page, Request, Response, Token
from onroll.protocols import (
    AuthExample,
    AuthFlow,
    AuthKind,
    CredentialsRefused,
    DecoderExample,
    DecoderKind,
    End,
    PaginationExample,
    PaginationKind,
    SeenPage,
    Step,
    TransformExample,
    TransformKind,
    Unreadable,
    UnreadableBody,
)
from onroll.testing.contract import (
    AuthCase,
    AuthContract,
    DecoderCase,
    DecoderContract,
    PaginationCase,
    PaginationContract,
    TransformCase,
    TransformContract,
)

TOKEN_URL = "https://api.example.test/v1/token"


@dataclass
class Careless:
    """A method that a mistake can be put into. As it stands, it keeps the laws."""

    secret: str = field(default="s-123", repr=False)
    url: str = TOKEN_URL
    is_quoting: bool = False
    is_forgetful: bool = False
    is_mutating: bool = False
    is_counting: bool = False
    count: int = 0

    def grant(self, previous: Token | None) -> AuthFlow:
        self.count += self.is_counting
        response = yield Request("POST", self.url, json={"n": self.count})
        text = response.body.decode("utf-8", "replace")
        if response.status != 200 or '"token"' not in text:
            raise CredentialsRefused("no", text if self.is_quoting else "the token call said no")
        return Token(f"t-{self.count}")

    def apply(self, request: Request, token: Token) -> Request:
        kept = {} if self.is_forgetful else dict(request.headers)
        if self.is_mutating and isinstance(request.json, dict):
            request.json["seen"] = True
        theirs = {name: one for name, one in kept.items() if name.lower() != "authorization"}
        return replace(request, headers={**theirs, "Authorization": f"Token {token.value}"})

    def renewed(self, token: Token, response: Response) -> Token:
        return token


@dataclass
class Showing(Careless):
    secret: str = "s-123"


def auth(build: Callable[[], Any], schema: Mapping[str, Any] | None = None) -> AuthCase:
    answer = Response(200, Headers(), b'{"token": "x"}', TOKEN_URL)
    plain: Mapping[str, Any] = {
        "properties": {"key": {"type": "string", "description": "The key."}},
        "required": ["key"],
    }
    example = AuthExample({"key": "s-123"}, (answer,), "Token t-0", secrets=("s-123",))
    kind = AuthKind("careless", "For a test", schema or plain, lambda *_: build(), (example,))
    return AuthCase(kind, example)


def broken(suite: Any, case: Any) -> list[str]:
    """Run every law of a suite on a case; return the names of those that it breaks."""
    suite.kinds = [case.kind]
    found = []
    for name in dir(suite):
        if not name.startswith("test_"):
            continue
        law = getattr(suite, name)
        for arguments in _arguments(suite, law, case):
            try:
                law(**arguments)
            except (Exception, pytest.fail.Exception):  # noqa: BLE001  (however a law fails)
                found.append(name)
                break
    return found


class _Metafunc:
    """What `pytest_generate_tests` needs of pytest, to see what it would run."""

    def __init__(self, law: Any) -> None:
        code = law.__func__.__code__
        self.fixturenames = code.co_varnames[1 : code.co_argcount]
        self.values: dict[str, list[Any]] = {}

    def parametrize(self, name: str, values: list[Any], ids: Any) -> None:
        assert len(list(ids)) == len(values)
        self.values[name] = values


def _arguments(suite: Any, law: Any, case: Any) -> list[dict[str, Any]]:
    metafunc = _Metafunc(law)
    suite.pytest_generate_tests(metafunc)
    runs: list[dict[str, Any]] = [{}]
    for name, values in metafunc.values.items():
        runs = [{**run, name: one} for run in runs for one in values]
    return runs


def test_a_method_that_keeps_the_laws_passes() -> None:
    assert broken(AuthContract(), auth(Careless)) == []


@pytest.mark.parametrize(
    ("build", "law"),
    [
        (Showing, "test_nothing_secret_is_shown"),
        (lambda: Careless(is_quoting=True), "test_refusal_is_told"),
        (lambda: Careless(is_quoting=True), "test_answer_without_token_is_told"),
        (lambda: Careless(is_forgetful=True), "test_request_keeps_all_else"),
        (lambda: Careless(is_mutating=True), "test_applying_is_pure"),
        (lambda: Careless(is_counting=True), "test_grant_keeps_nothing"),
        (lambda: Careless(url="https://evil.test/t"), "test_grant_asks_declared_origins_only"),
        (lambda: Careless(url="/token"), "test_grant_asks_declared_origins_only"),
    ],
)
def test_a_method_that_breaks_a_law_fails_it(build: Callable[[], Any], law: str) -> None:
    assert law in broken(AuthContract(), auth(build))


@pytest.mark.parametrize(
    ("schema", "law"),
    [
        ({"properties": {"key": {"type": "string"}}}, "test_schema_is_closed_and_described"),
        ({"properties": {"key": {"type": "txt", "description": "x"}}}, "test_schema_is_valid"),
        ({"properties": {}}, "test_example_fits_the_schema"),
        (
            {
                "properties": {"key": {"type": "string", "description": "x"}},
                "required": ["key", "other"],
            },
            "test_required_keys_are_declared",
        ),
        (
            {
                "properties": {
                    "key": {"description": "x", "type": "string"},
                    "deep": {
                        "description": "x",
                        "type": "object",
                        "properties": {"a": {"description": "x"}},
                    },
                }
            },
            "test_schema_is_closed_and_described",
        ),
    ],
)
def test_a_schema_that_breaks_a_law_fails_it(schema: Any, law: str) -> None:
    assert law in broken(AuthContract(), auth(Careless, schema))


@dataclass
class Paging:
    """A style that counts by what came, and into which a mistake can be put."""

    size: Mapping[str, Json]
    limit: int | None = None
    by_limit: bool = False
    ends_short: bool = False
    stands_still: bool = False
    remembers: bool = False
    unproved: bool = False
    seen: int = 0

    def first(self) -> Step:
        return Step({**self.size, "skip": 0})

    def after(self, step: Step, page: Page) -> Step | End:
        received = len(page.records)
        if not received:
            return End(None) if self.unproved else End("empty_page")
        if self.ends_short and received < 2:
            return End("end_marker")
        moved = self.limit if self.by_limit and self.limit else received
        position = step.position if self.stands_still else step.position + moved
        if self.remembers:
            self.seen += received
            position = self.seen
        return Step({**self.size, "skip": position}, position=position)


def paging(**mistake: bool) -> PaginationCase:
    def build(config: Mapping[str, Any]) -> Any:
        size = {config["limit_name"]: config["limit"]} if "limit_name" in config else {}
        return Paging(size, config.get("limit"), **mistake)

    example = PaginationExample(
        {}, (SeenPage(2), SeenPage(2), SeenPage(0)), ({"skip": 0}, {"skip": 2}, {"skip": 4}),
        "empty_page",
    )  # fmt: skip
    schema: Mapping[str, Any] = {"properties": {}}
    return PaginationCase(
        PaginationKind("paging", "For a test", "an empty page", schema, build, (example,)), example
    )


def test_a_style_that_keeps_the_laws_passes() -> None:
    assert broken(PaginationContract(), paging()) == []


@pytest.mark.parametrize(
    ("mistake", "law"),
    [
        ("by_limit", "test_limit_moves_nothing"),
        ("ends_short", "test_short_page_is_no_end"),
        ("stands_still", "test_asks_nothing_twice"),
        ("remembers", "test_is_pure"),
        ("remembers", "test_goes_on_from_any_step"),
        ("unproved", "test_end_is_a_proof_or_a_reason"),
    ],
)
def test_a_style_that_breaks_a_law_fails_it(mistake: str, law: str) -> None:
    assert law in broken(PaginationContract(), paging(**{mistake: True}))


def transform(change: Callable[[Json], Json]) -> TransformCase:
    example = TransformExample(None, "a", "A")
    kind = TransformKind("change", "For a test", None, lambda _: change, (example,))
    return TransformCase(kind, example)


def careful(value: Json) -> Json:
    if isinstance(value, list):
        return [None if item is None else careful(item) for item in value]
    if isinstance(value, str):
        return value.upper()
    raise Unreadable("not-text", "expected text")


def quoting(value: Json) -> Json:
    if not isinstance(value, str):
        raise Unreadable("not-text", f"expected text, found {str(value)[:50]}")
    return value.upper()


def chained(value: Json) -> Json:
    try:
        return value.upper()
    except AttributeError:
        raise Unreadable("not-text", "expected text")  # noqa: B904  (the mistake)


def test_a_transform_that_keeps_the_laws_passes() -> None:
    assert broken(TransformContract(), transform(careful)) == []


@pytest.mark.parametrize(
    ("change", "law"),
    [
        (quoting, "test_refusal_shows_no_value"),
        (chained, "test_refusal_shows_no_value"),
        (quoting, "test_text_in_lists_is_changed_one_by_one"),
        (tuple, "test_example"),
        (lambda value: value, "test_example"),
        (lambda value: {1: value}, "test_any_json_is_read_or_refused"),  # JSON has text keys
    ],
)
def test_a_transform_that_breaks_a_law_fails_it(change: Callable[[Json], Json], law: str) -> None:
    assert law in broken(TransformContract(), transform(change))


def decoder(decode: Callable[[Response], Json], **changes: Any) -> DecoderCase:
    example = DecoderExample({}, b"a b", ["a", "b"])
    kind = DecoderKind(
        "words", "For a test", "text/plain", {"properties": {}}, lambda _: decode, (example,)
    )
    return DecoderCase(replace(kind, **changes), example)


def words(response: Response) -> Json:
    if response.status == 204:
        return None
    try:
        return response.body.decode().split(" ")
    except UnicodeDecodeError:
        raise UnreadableBody("wrong-charset", "the answer is no text in utf-8") from None


def nested(response: Response) -> Json:
    found: Json = words(response)
    for _ in response.body[3:1000]:
        found = [found]
    return found


def remembering() -> Callable[[Response], Json]:
    found: list[Json] = []

    def decode(response: Response) -> Json:
        found[:] = words(response) or []
        return found if response.status == 200 else None

    return decode


def showing(response: Response) -> Json:
    if len(response.body) > 3:
        raise UnreadableBody("wrong-format", f"it says {response.body[:20]!r}")
    return words(response)


def explained(response: Response) -> Json:
    try:
        return words(response)
    except UnreadableBody as error:
        raise UnreadableBody("wrong-charset", "the answer is no text") from error


def test_a_decoder_that_keeps_the_laws_passes() -> None:
    assert broken(DecoderContract(), decoder(words)) == []


@pytest.mark.parametrize(
    ("decode", "law"),
    [
        (lambda response: response.body.decode().split(" "), "test_any_bytes_are_read_or_refused"),
        (lambda response: words(response) or [], "test_nothing_is_null"),
        (lambda response: response.body.split(b" "), "test_example"),
        (lambda response: tuple(words(response) or ()), "test_cut_answer_is_read_or_refused"),
        (lambda response: [float("nan")], "test_cut_answer_is_read_or_refused"),
        (lambda response: ["\ud800"], "test_cut_answer_is_read_or_refused"),
        (lambda response: {1: "a"}, "test_cut_answer_is_read_or_refused"),
        (nested, "test_depth_is_bounded"),
        (remembering(), "test_is_pure"),
        (showing, "test_refusal_shows_no_value"),
        (explained, "test_refusal_shows_no_value"),
    ],
)
def test_a_decoder_that_breaks_a_law_fails_it(decode: Callable[[Response], Json], law: str) -> None:
    assert law in broken(DecoderContract(), decoder(decode))


@pytest.mark.parametrize(
    ("changes", "law"),
    [
        ({"accept": "words"}, "test_says_what_it_wants"),
        ({"examples": (DecoderExample({}, b"\xff", None),)}, "test_has_an_example_that_is_read"),
    ],
)
def test_a_kind_of_decoder_that_breaks_a_law_fails_it(changes: dict[str, Any], law: str) -> None:
    assert law in broken(DecoderContract(), decoder(words, **changes))
