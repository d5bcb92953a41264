"""A definition's section `tls`: filled in from settings, used for the source, and hidden."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import onroll
from onroll.errors import DefinitionError, SettingsError, SourceError

from .servers import asking, company, connector

TLS: dict[str, Any] = {
    "tls": {
        "client_certificate": "${settings.certificate}",
        "client_key": "${settings.key}",
        "ca": "${settings.ca}",
    },
    "settings": {"certificate": {}, "key": {"secret": True}, "ca": {"required": False}},
}


def pair() -> tuple[str, str]:
    """Return a certificate that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "client")])
    now = dt.datetime.now(dt.UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + dt.timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    hidden = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return signed.public_bytes(serialization.Encoding.PEM).decode(), hidden.decode()


def test_a_certificate_comes_from_settings() -> None:
    certificate, key = pair()
    users = connector(**TLS).users(
        {"certificate": certificate, "key": key}, options=asking(company(3))
    )
    assert len(list(users)) == 3


def test_a_path_is_no_certificate() -> None:
    users = connector(**TLS).users(
        {"certificate": "/etc/ssl/client.pem", "key": pair()[1]}, options=asking(company(3))
    )
    with pytest.raises(SettingsError) as caught:
        list(users)
    assert caught.value.diagnostic.code == "tls-not-usable"


def test_a_key_of_another_certificate_is_found_before_anything_is_sent() -> None:
    options = onroll.Options(base_url="https://127.0.0.1:1", attempts=1)
    users = connector(**TLS).users({"certificate": pair()[0], "key": pair()[1]}, options=options)
    with pytest.raises(SettingsError, match="does not belong to"):
        list(users)


@pytest.mark.parametrize("reference", ["${file:client.pem}", "${env:CERTIFICATE}"])
def test_a_definition_reads_no_file_for_it(reference: str) -> None:
    with pytest.raises(DefinitionError, match="cannot read"):
        connector(tls={"ca": reference})


@pytest.mark.parametrize("line", range(1, 4))
def test_a_key_that_a_server_quotes_is_hidden_line_by_line(line: int) -> None:
    certificate, key = pair()
    quoted = key.splitlines()[line]
    users = connector(success={"body": "ok", "equals": True, "message": "why"}, **TLS).users(
        {"certificate": certificate, "key": key},
        options=asking(lambda _: {"ok": False, "why": f"unknown key {quoted}"}),
    )
    with pytest.raises(SourceError) as caught:
        list(users)
    assert "unknown key [hidden]" in str(caught.value)
    assert caught.value.exchange is not None
    assert quoted not in str(caught.value.exchange)
