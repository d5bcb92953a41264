"""What `onroll test` says of each thing that can be wrong: the whole output, from a real socket.

The outputs are in `diagnoses/`. `ONROLL_UPDATE_GOLDENS=1` writes them anew; read the difference
before it is committed.
"""

from __future__ import annotations

import json
import os
import re
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from onroll.cli import main

from .authority import Certificate
from .socket_api import Asked, Said, SocketApi

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    Answer = Callable[[Asked], Any]

_GOLDENS = Path(__file__).parent / "diagnoses"
_IS_UPDATING = bool(os.environ.get("ONROLL_UPDATE_GOLDENS"))
_HTML = Said(200, "<!doctype html><title>Sign in</title>", {"Content-Type": "text/html"})
_OFFSET = {"style": "offset", "offset_name": "offset", "limit_name": "limit", "limit": 2}
_PAGE = {"style": "page", "page_name": "page", "limit_name": "per_page", "limit": 2}
_TOKENS: dict[str, Any] = {
    "method": "oauth2_client_credentials",
    "access_token_url": "${settings.url}/token",
    "client_id": "onroll",
    "client_secret": "s3cr3t-of-the-client",
    "scopes": ["people.list"],
}
_KEY = {"method": "bearer", "token": "s3cr3t-token"}


def _people(first: int, last: int) -> list[dict[str, str]]:
    return [{"id": f"p{n}", "mail": f"p{n}@example.test"} for n in range(first, last + 1)]


def _company(count: int = 5, **more: Any) -> Answer:
    """Return an honest API: people by offset, and tokens."""

    def answer(asked: Asked) -> Any:
        if asked.path == "/token":
            return {"access_token": "s3cr3t-access", "token_type": "Bearer"}
        start, limit = asked.number("offset"), asked.number("limit", 2)
        return {"people": _people(1, count)[start : start + limit], "total": count, **more}

    return answer


def _but(path: str, instead: Any) -> Answer:
    """Return an honest API that answers one path in another way."""
    honest = _company()
    return lambda asked: instead if asked.path == path else honest(asked)


@dataclass(frozen=True)
class Case:
    """An API, and what the definition says of it."""

    name: str
    answer: Answer = field(default_factory=_company)
    listing: Mapping[str, Any] = field(default_factory=dict)
    top: Mapping[str, Any] = field(default_factory=dict)
    tls: ssl.SSLContext | None = None
    url: str | None = None
    names_the_host: bool = False
    code: int = 4

    def __str__(self) -> str:
        return self.name


_AUTHORITY = Certificate.make("Acme authority")
_STRANGER = Certificate.make("another authority")
_GOOD = Certificate.make("127.0.0.1", by=_AUTHORITY)
_CLIENT = Certificate.make("client", by=_AUTHORITY)
_WITH_CA = {"tls": {"ca": _AUTHORITY.certificate}}
_HTTPS = "https://127.0.0.1:{port}"
_PART = {"parts": [{"name": "current"}, {"name": "former", "endpoint": "/former"}]}


def _with_client(client: Certificate) -> dict[str, Any]:
    pair = {"client_certificate": client.certificate, "client_key": client.key}
    return {"tls": {**_WITH_CA["tls"], **pair}}


REACH = [
    Case("host-not-found", url="https://nobody.invalid"),
    Case("connection-refused", url="http://127.0.0.1:{closed}"),
    Case("timeout", url="http://127.0.0.1:{silent}", top={"limits": {"timeout_seconds": 0.3}}),
    Case("private-network", url="http://127.0.0.1:{port}", names_the_host=True),
    Case("certificate-of-a-stranger", tls=_GOOD.serving(), url=_HTTPS),
    Case("certificate-self-signed", tls=Certificate.make("127.0.0.1").serving(), url=_HTTPS),
    Case(
        "certificate-expired",
        tls=Certificate.make("127.0.0.1", by=_AUTHORITY, days=-1).serving(),
        url=_HTTPS,
        top=_WITH_CA,
    ),
    Case(
        "certificate-of-another-name",
        tls=Certificate.make("hr.example.test", by=_AUTHORITY).serving(),
        url=_HTTPS,
        top=_WITH_CA,
    ),
    Case(
        "client-certificate-wanted",
        tls=_GOOD.serving(clients_of=_AUTHORITY),
        url=_HTTPS,
        top=_WITH_CA,
    ),
    Case(
        "client-certificate-wanted-tls-1.2",
        tls=_GOOD.serving(clients_of=_AUTHORITY, tls12=True),
        url=_HTTPS,
        top=_WITH_CA,
    ),
    Case(
        "client-certificate-refused",
        tls=_GOOD.serving(clients_of=_AUTHORITY),
        url=_HTTPS,
        top=_with_client(Certificate.make("client", by=_STRANGER)),
    ),
    Case(
        "client-certificate-accepted",
        tls=_GOOD.serving(clients_of=_AUTHORITY),
        url=_HTTPS,
        top=_with_client(_CLIENT),
        code=0,
    ),
    Case("https-to-a-port-without-tls", url=_HTTPS),
    Case("http-to-a-port-with-tls", tls=_GOOD.serving()),
]

_CHALLENGE = {"WWW-Authenticate": 'Bearer error="insufficient_scope", scope="people.read org.read"'}
_NO = {"error": "unauthorized"}
CREDENTIALS = [
    Case("list-401", _but("/people", Said(401, _NO)), top={"auth": _KEY}),
    Case(
        "list-401-wants-basic",
        _but("/people", Said(401, _NO, {"WWW-Authenticate": 'Basic realm="hr"'})),
        top={"auth": _KEY},
    ),
    Case(
        "list-401-invalid-token",
        _but("/people", Said(401, _NO, {"WWW-Authenticate": 'Bearer error="invalid_token"'})),
        top={"auth": _KEY},
    ),
    Case("list-401-after-a-fresh-token", _but("/people", Said(401, _NO)), top={"auth": _TOKENS}),
    Case("list-403", _but("/people", Said(403, {"error": "no"})), top={"auth": _KEY}),
    Case("list-403-web-page", _but("/people", Said(403, _HTML.body)), top={"auth": _KEY}),
    Case("list-403-scope", _but("/people", Said(403, _NO, _CHALLENGE)), top={"auth": _TOKENS}),
    Case(
        "list-403-scope-in-the-body",
        _but("/people", Said(403, {"error": "insufficient_scope"})),
        top={"auth": _KEY},
    ),
    *(
        Case(
            f"token-{error.replace('_', '-')}",
            _but("/token", Said(400, {"error": error})),
            top={"auth": _TOKENS},
        )
        for error in ("invalid_client", "invalid_grant", "invalid_scope", "unauthorized_client")
    ),
    Case("token-404", _but("/token", Said(404, _HTML.body)), top={"auth": _TOKENS}),
    Case("token-web-page", _but("/token", _HTML), top={"auth": _TOKENS}),
]

ENDPOINT = [
    Case("endpoint-404", _but("/people", Said(404, {"message": "no route"}))),
    Case("endpoint-404-web-page", _but("/people", Said(404, _HTML.body))),
    Case("endpoint-405", _but("/people", Said(405, {}, {"Allow": "POST, OPTIONS"}))),
    Case("endpoint-410", _but("/people", Said(410, {}))),
    Case("endpoint-400", _but("/people", Said(400, {"message": "limit is at most 1"}))),
    Case("endpoint-500", _but("/people", Said(500, {"message": "down"}))),
    Case("endpoint-web-page", _but("/people", _HTML)),
    Case("redirect-to-login", _but("/people", Said(302, "", {"Location": "/users/sign_in"}))),
    Case("redirect-to-a-slash", _but("/people", Said(301, "", {"Location": "/people/"}))),
    Case(
        "client-certificate-wanted-by-http",
        _but("/people", Said(400, "<html>No required SSL certificate was sent</html>")),
    ),
]

_FAILED = Said(200, {"ok": False, "error": {"message": "account is suspended"}})
_SUCCESS = {"success": {"body": "ok", "equals": True, "message": "error.message"}}
_CSV = {"Content-Type": "text/csv"}
_XML = {"Content-Type": "application/xml"}
ANSWER = [
    Case("location-wrong", listing={"resource_location": "data.users"}),
    Case("location-no-list", listing={"resource_location": "total"}),
    Case("location-empty-object", _but("/people", {})),
    Case("error-in-a-200", _but("/people", _FAILED), listing=_SUCCESS),
    Case("error-in-a-200-undeclared", _but("/people", _FAILED)),
    Case("decoder-csv-came", _but("/people", Said(200, "id,mail\np1,a@b.test\n", _CSV))),
    Case("decoder-xml-came", _but("/people", Said(200, "<people><p/></people>", _XML))),
    Case("decoder-ndjson-came", _but("/people", Said(200, '{"id": "p1"}\n{"id": "p2"}\n'))),
    Case(
        "decoder-json-came",
        listing={"decoder": {"format": "csv"}, "resource_location": "."},
    ),
    Case("records-without-id", listing={"resource_location": "tags"}, answer=_company(tags=["a"])),
]


def _totals(total: Callable[[int], Any], count: int = 5) -> Answer:
    """Return an API that counts in its own way; `total` is given the length of the page."""
    honest = _company(count)

    def answer(asked: Asked) -> Any:
        said = honest(asked)
        return {**said, "total": total(len(said["people"]))}

    return answer


TOTAL = [
    Case("total-not-there", listing={"total_count": "meta.total"}),
    Case("total-no-number", _totals(lambda _: "many")),
    Case("total-is-the-page-length", _totals(lambda length: length)),
    Case("total-too-small", _totals(lambda _: 1)),
    Case("total-too-large", _totals(lambda _: 9, count=2)),
    Case("total-that-changes", _totals(lambda length: length + 10, count=3)),
    Case("total-none", listing={"total_count": "na"}, code=0),
]


def _deaf(asked: Asked) -> Any:
    return {"people": _people(1, 2), "total": 5, "next": "c1"}


def _by_page(first: int, *, count: int = 5) -> Answer:
    def answer(asked: Asked) -> Any:
        number = max(0, asked.number("page", first) - first)
        return {"people": _people(1, count)[number * 2 : number * 2 + 2], "total": count}

    return answer


def _unlimited(asked: Asked) -> Any:
    return {"people": _people(1, 5)[asked.number("offset") :][:3], "total": 5}


def _overlapping(asked: Asked) -> Any:
    start = max(0, asked.number("offset") - 1)
    return {"people": _people(1, 5)[start : start + 2], "total": 5}


def _second_fails(asked: Asked) -> Any:
    return Said(400, {"error": "offset?"}) if asked.number("offset") else _company()(asked)


PAGING = [
    Case("paging-offset-ignored", _deaf),
    Case("paging-page-ignored", _deaf, {"pagination": _PAGE}),
    Case(
        "paging-cursor-ignored",
        _deaf,
        {"pagination": {"style": "cursor", "cursor_name": "after", "cursor": "next"}},
    ),
    Case(
        "paging-last-id-ignored",
        _deaf,
        {"pagination": {"style": "last_id", "last_id_name": "since_id", "last_id": "id"}},
    ),
    Case(
        "paging-next-link-to-itself",
        lambda asked: {**_deaf(asked), "next": f"/people?p={asked.number('p') + 1}"},
        {"pagination": {"style": "next_link", "next": "next"}},
    ),
    Case("paging-page-zero-is-page-one", _by_page(1), {"pagination": {**_PAGE, "start": 0}}),
    Case("paging-page-one-is-page-two", _by_page(0, count=3), {"pagination": _PAGE}),
    Case(
        "paging-offset-counts-pages",
        lambda asked: {"people": _people(1, 4)[asked.number("offset") * 2 :][:2], "total": 4},
    ),
    Case("paging-overlaps", _overlapping),
    Case("paging-limit-ignored", _unlimited, code=0),
    Case("paging-limit-capped", _unlimited, {"pagination": {**_OFFSET, "limit": 100}}, code=0),
    Case(
        "paging-cursor-not-found",
        _deaf,
        {"pagination": {"style": "cursor", "cursor_name": "after", "cursor": "meta.next"}},
    ),
    Case("paging-none-but-needed", listing={"pagination": {"style": "none"}}),
    Case("paging-page-two-is-refused", _second_fails),
]


def _detail(asked: Asked) -> Any:
    if asked.path == "/people/p2/job":
        return Said(404, {"error": "no job"})
    return {"title": "Cook"} if asked.path.endswith("/job") else _company()(asked)


def _former(asked: Asked) -> Any:
    people = _people(7, 7)[asked.number("offset") :]
    return {"people": people} if asked.path == "/former" else _company()(asked)


def _no_jobs(asked: Asked) -> Any:
    return Said(403) if asked.path.endswith("/job") else _company()(asked)


_JOB = {"details": {"job": {"endpoint": "/people/${record.id}/job"}}}
_ME = {"context": {"me": {"endpoint": "/me", "resource_location": "account.id"}}}
_OF_ME = {"endpoint": "/people/${context.me}"}
PEOPLE = [
    Case("all-is-well", code=0),
    Case("attribute-filled-for-nobody", top={"attributes": {"email": "email"}}),
    Case("details-of-one-fail", _detail, _JOB),
    Case("details-of-all-are-forbidden", _no_jobs, _JOB),
    Case("parts-are-well", listing=_PART, code=0),
    Case("part-not-found", _but("/former", Said(404)), _PART),
    Case("part-forbidden", _but("/former", Said(403)), _PART),
    Case("part-with-another-location", _but("/former", {"former": _people(7, 9)}), _PART),
    Case("part-without-total", _former, _PART),
    Case("context-brings-nothing", _but("/me", {"accounts": []}), _OF_ME, _ME),
    Case("context-forbidden", _but("/me", Said(403, {})), _OF_ME, {**_ME, "auth": _KEY}),
]

CASES = [*REACH, *CREDENTIALS, *ENDPOINT, *ANSWER, *TOTAL, *PAGING, *PEOPLE]


def _written(case: Case) -> str:
    attributes = {"id": "id", "email": "mail", "username": "id"}
    top = dict(case.top)
    definition = {
        "format": 1,
        "name": "acme",
        "settings": {"url": {"title": "Address"}},
        "base_url": "${settings.url}",
        "list_users": {
            "endpoint": "/people",
            "resource_location": "people",
            "total_count": "total",
            "pagination": _OFFSET,
            **case.listing,
        },
        **top,
        "attributes": {**attributes, **top.get("attributes", {})},
    }
    if case.names_the_host:
        del definition["settings"]
    return json.dumps(definition)


@pytest.fixture
def onroll(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Callable[..., tuple[int, str]]:
    """Run `onroll` in an empty folder; return its code, and its words with ports left out."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for name in [name for name in os.environ if name.startswith("ONROLL_")]:
        monkeypatch.delenv(name)
    look_up = socket.getaddrinfo

    def known(host: Any, *more: Any, **named: Any) -> Any:
        if host == "nobody.invalid":  # without a name server the system says something else
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return look_up(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", known)

    def run(*arguments: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as exit_:
            main(arguments)
        said = capsysbinary.readouterr()
        assert isinstance(exit_.value.code, int)
        text = f"{said.out.decode()}\n--- standard error ---\n{said.err.decode()}"
        return exit_.value.code, re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", text)

    return run


@pytest.mark.parametrize("case", CASES, ids=str)
def test_what_is_wrong_is_told_with_what_to_change(
    case: Case, onroll: Callable[..., tuple[int, str]]
) -> None:
    with (
        SocketApi(case.answer, case.tls) as api,
        socket.create_server(("127.0.0.1", 0)) as silent,
        socket.socket() as closed,
    ):
        closed.bind(("127.0.0.1", 0))  # nobody listens there, and nobody else can meanwhile
        closed_port = closed.getsockname()[1]
        ports = {"port": api.port, "silent": silent.getsockname()[1], "closed": closed_port}
        url = (case.url or "http://127.0.0.1:{port}").format(**ports)
        text = _written(case)
        settings: tuple[str, ...] = ("--set", f"url={url}")
        if case.names_the_host:
            text, settings = text.replace("${settings.url}", url), ()
        Path("acme.yaml").write_text(text, encoding="utf-8")
        code, said = onroll("test", "acme.yaml", *settings)
    golden = _GOLDENS / f"{case.name}.txt"
    if _IS_UPDATING:
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")
    assert code == case.code
    assert "s3cr3t" not in said


def test_every_output_belongs_to_a_case() -> None:
    assert {file.stem for file in _GOLDENS.glob("*.txt")} == {case.name for case in CASES}


_SAYS_WHAT = re.compile(r"^hint: ", re.M)


@pytest.mark.parametrize("case", [one for one in CASES if one.code], ids=str)
def test_everything_that_is_wrong_has_a_hint(case: Case) -> None:
    assert _SAYS_WHAT.search((_GOLDENS / f"{case.name}.txt").read_text(encoding="utf-8"))
