"""Client certificates and authorities of one's own: against a server that asks for them."""

from __future__ import annotations

import os
import ssl
from typing import TYPE_CHECKING

import pytest

from onroll.errors import SettingsError, TransportError
from onroll.http.body import decode_json
from onroll.http.client import HttpClient
from onroll.http.retry import Policy
from onroll.http.tls import TlsMaterial, client_context, read_tls
from onroll.model import Limits, Request
from onroll.redaction import Redactor

from .identities import identity
from .rawserver import OK, RawServer

if TYPE_CHECKING:
    from pathlib import Path


AUTHORITY = identity("authority")
SERVER = identity("server", AUTHORITY)
CLIENT = identity("client", AUTHORITY)
STRANGER = identity("stranger")
GIVEN = {
    "client_certificate": CLIENT.certificate_pem,
    "client_key": CLIENT.key_pem(),
    "ca": AUTHORITY.certificate_pem,
}


@pytest.fixture
def context(tmp_path: Path) -> ssl.SSLContext:
    """A server's side that wants a client certificate of the authority."""
    file = tmp_path / "server.pem"
    file.write_text(SERVER.key_pem() + SERVER.certificate_pem)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cadata=AUTHORITY.certificate_pem)
    context.load_cert_chain(file)
    context.verify_mode = ssl.CERT_REQUIRED
    return context


def asked(context: ssl.SSLContext, tls: TlsMaterial | None) -> bytes:
    with RawServer(lambda connection, _: connection.sendall(OK), context) as server:
        client = HttpClient(Limits(timeout_seconds=5), tls=tls, policy=Policy(attempts=1))
        with client:
            request = Request("GET", f"https://127.0.0.1:{server.port}/people")
            return client.send(request, decode_json)[0].body


def test_a_server_that_asks_for_a_certificate_gets_it(context: ssl.SSLContext) -> None:
    assert asked(context, read_tls(GIVEN)) == b"{}"


def test_a_key_may_be_encrypted(context: ssl.SSLContext) -> None:
    hidden = {"client_key": CLIENT.key_pem("s3cret"), "client_key_password": "s3cret"}
    assert asked(context, read_tls({**GIVEN, **hidden})) == b"{}"


def test_breaks_that_are_written_out_are_read(context: ssl.SSLContext) -> None:
    flat = {name: text.replace("\n", "\\n") for name, text in GIVEN.items()}
    assert asked(context, read_tls(flat)) == b"{}"


def test_without_a_certificate_the_server_refuses(context: ssl.SSLContext) -> None:
    with pytest.raises(TransportError):
        asked(context, read_tls({"ca": GIVEN["ca"]}))


def test_a_server_of_another_authority_is_refused(context: ssl.SSLContext) -> None:
    with pytest.raises(TransportError, match="no authority that is known here"):
        asked(context, read_tls({**GIVEN, "ca": STRANGER.certificate_pem}))


def test_an_authority_stands_in_place_of_the_usual_ones() -> None:
    context = client_context(read_tls({"ca": GIVEN["ca"]}))
    assert [dict(one)["serialNumber"] for one in context.get_ca_certs()] == [
        f"{AUTHORITY.certificate.serial_number:X}".zfill(
            len(f"{AUTHORITY.certificate.serial_number:X}") + 1 & ~1
        )
    ]


@pytest.mark.parametrize("given", [{}, {"ca": GIVEN["ca"]}, GIVEN])
def test_every_context_verifies(given: dict[str, str]) -> None:
    context = client_context(read_tls(given))
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"client_key": None}, "only one is given"),
        ({"client_certificate": None}, "only one is given"),
        ({"client_certificate": "client.pem"}, "`tls.client_certificate` has no certificate"),
        ({"client_certificate": CLIENT.key_pem()}, "`tls.client_certificate` has no certificate"),
        ({"client_key": "/etc/key.pem"}, "`tls.client_key` has no private key"),
        ({"client_key": CLIENT.certificate_pem}, "`tls.client_key` has no private key"),
        ({"ca": "system"}, "`tls.ca` has no certificate"),
        ({"client_key": STRANGER.key_pem()}, "does not belong to `tls.client_certificate`"),
        ({"client_key": CLIENT.key_pem("s3cret")}, "`tls.client_key_password` is not given"),
        (
            {"client_key": CLIENT.key_pem("s3cret"), "client_key_password": "wrong"},
            "cannot be decrypted",
        ),
        (
            {"client_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"},
            "`tls.client_key` cannot be read",
        ),
        (
            {"ca": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"},
            "`tls.ca` cannot be read",
        ),
        (
            {"client_certificate": "-----BEGIN CERTIFICATE-----\n?\n-----END CERTIFICATE-----\n"},
            "`tls.client_certificate` cannot be read",
        ),
        ({"client_certificate": GIVEN["client_certificate"][:300]}, "`tls.client_certificate`"),
        ({"ca": "-----BEGIN CERTIFICATE-----\né\n-----END CERTIFICATE-----"}, "`tls.ca`"),
        ({"client_key": "-----BEGIN PRIVATE KEY-----\né"}, "`tls.client_key`"),
    ],
)
def test_what_cannot_be_used_is_named_without_its_text(
    given: dict[str, str | None], words: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        client_context(read_tls({**GIVEN, **given}))
    found = caught.value.diagnostic
    assert (found.code, words in found.message) == ("tls-not-usable", True)
    lines = [line for text in given.values() if text for line in text.splitlines()[1:]]
    assert not any(line in str(caught.value) for line in lines if len(line) > 10)


def test_a_key_is_shown_nowhere() -> None:
    material = read_tls({**GIVEN, "client_key_password": "s3cret-word"})
    assert material is not None
    line = CLIENT.key_pem().splitlines()[1]
    clean = Redactor(material.secrets()).clean
    assert line not in repr(material)
    assert clean(CLIENT.key_pem()) == "[hidden]"
    assert clean(f"you sent {line}") == "you sent [hidden]"
    assert clean("s3cret-word") == "[hidden]"


def test_no_file_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.delattr(os, "memfd_create", raising=False)
    client_context(read_tls(GIVEN))
    assert list(tmp_path.iterdir()) == []
