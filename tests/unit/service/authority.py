"""An authority that nobody trusts, and certificates from it: good, expired, of another name."""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Certificate:
    """A key and its certificate, as PEM."""

    certificate: str
    key: str
    _signer: tuple[ec.EllipticCurvePrivateKey, x509.Name]

    @classmethod
    def make(cls, name: str, *, by: Self | None = None, days: int = 1) -> Self:
        """Return a certificate for a name or address, valid for some days from yesterday on."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        signing_key, issuer = by._signer if by is not None else (key, subject)
        yesterday = dt.datetime.now(dt.UTC) - 2 * _DAY
        signed = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(yesterday)
            .not_valid_after(yesterday + (2 + days) * _DAY)
            .add_extension(x509.SubjectAlternativeName([_general_name(name)]), critical=False)
            .add_extension(x509.BasicConstraints(ca=by is None, path_length=None), critical=True)
            .sign(signing_key, hashes.SHA256())
        )
        written = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        pem = signed.public_bytes(serialization.Encoding.PEM).decode()
        return cls(pem, written.decode(), (key, subject))

    def serving(self, *, clients_of: Self | None = None, tls12: bool = False) -> ssl.SSLContext:
        """Return a server's context; with `clients_of` it wants certificates of that authority."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        with tempfile.NamedTemporaryFile("w", suffix=".pem") as file:
            file.write(self.certificate + self.key)
            file.flush()
            context.load_cert_chain(Path(file.name))
        if clients_of is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=clients_of.certificate)
        if tls12:
            context.maximum_version = ssl.TLSVersion.TLSv1_2
        return context


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
