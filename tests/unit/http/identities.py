"""Keys and certificates for tests of TLS."""

from __future__ import annotations

import datetime as dt
import inspect
import ipaddress
from dataclasses import dataclass

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True)
class Identity:
    """A key, and the certificate that an authority gave it."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def certificate_pem(self) -> str:
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()

    def key_pem(self, password: str | None = None) -> str:
        hidden: serialization.KeySerializationEncryption = serialization.NoEncryption()
        if password is not None:
            hidden = serialization.BestAvailableEncryption(password.encode())
        form = serialization.PrivateFormat.PKCS8
        return self.key.private_bytes(serialization.Encoding.PEM, form, hidden).decode()


def identity(name: str, authority: Identity | None = None, *, has_names: bool = True) -> Identity:
    """Make one for 127.0.0.1 and api.example.test; without an authority it vouches for itself.

    With `has_names=False` it is made out to `name`, and for nothing.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    names = x509.SubjectAlternativeName(
        [x509.IPAddress(ipaddress.ip_address("127.0.0.1")), x509.DNSName("api.example.test")]
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if authority is None else authority.certificate.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=authority is None, path_length=None), critical=True)
        # Python 3.13 takes none without them (RFC 5280, 4.2.1).
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(
                (key if authority is None else authority.key).public_key()
            ),
            critical=False,
        )
    )
    if authority is None:
        flags = dict.fromkeys(inspect.signature(x509.KeyUsage).parameters, False)
        usage = x509.KeyUsage(**{**flags, "key_cert_sign": True, "digital_signature": True})
        builder = builder.add_extension(usage, critical=True)
    if has_names:
        builder = builder.add_extension(names, critical=False)
    signed = builder.sign(key if authority is None else authority.key, hashes.SHA256())
    return Identity(key, signed)
