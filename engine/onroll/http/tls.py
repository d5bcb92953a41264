"""TLS: whom a source must prove to be, and with which certificate we prove who we are.

Verification is never off. What a definition may say comes as PEM text (RFC 7468) by way of
settings, never as a path: a definition reads no files.
"""

from __future__ import annotations

import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Final

from onroll.diagnostics import Diagnostic
from onroll.errors import SettingsError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping

    from onroll.model import Json

__all__ = ["TlsMaterial", "client_context", "read_tls"]

_BLOCK: Final = re.compile(r"-----BEGIN ([A-Z0-9 ]+)-----")
_CERTIFICATE: Final = "CERTIFICATE"
_KEY: Final = "PRIVATE KEY"
#: Lines of base64 are known to the redactor one by one: a server may quote half of a PEM text.
_SHORTEST_LINE: Final = 16


@dataclass(frozen=True, slots=True)
class TlsMaterial:
    """PEM texts. With `ca` only that authority vouches for the server, and no other."""

    client_certificate: str | None = field(default=None, repr=False)
    client_key: str | None = field(default=None, repr=False)
    client_key_password: str | None = field(default=None, repr=False)
    ca: str | None = field(default=None, repr=False)

    def secrets(self) -> Iterator[str]:
        """Yield what nothing shown may hold: key, certificate, each line of them, the password."""
        if self.client_key_password:
            yield self.client_key_password
        for text in (self.client_key, self.client_certificate):
            if text is not None:
                yield text
                yield from (
                    line.strip()
                    for line in text.splitlines()
                    if len(line.strip()) >= _SHORTEST_LINE and not line.startswith("-----")
                )


def read_tls(written: Mapping[str, Json]) -> TlsMaterial | None:
    """Read the section `tls` with its settings filled in; None when it says nothing.

    Raises `SettingsError` when a part is not the PEM text that it must be.
    """
    given = {one.name: written.get(one.name) for one in fields(TlsMaterial)}
    texts = {
        name: _lines(value) if name != "client_key_password" else str(value)
        for name, value in given.items()
        if value is not None and value != ""
    }
    if not texts:
        return None
    material = TlsMaterial(**texts)
    _refuse_other_blocks(material)
    return material


def _lines(value: Json) -> str:
    """Return PEM text as lines: environment variables often hold it with the breaks escaped."""
    text = str(value)
    return text if "\n" in text else text.replace("\\n", "\n")


def _refuse_other_blocks(material: TlsMaterial) -> None:
    if (material.client_certificate is None) != (material.client_key is None):
        message = "of `tls.client_certificate` and `tls.client_key`, only one is given"
        raise SettingsError(Diagnostic("tls-not-usable", message, expected="both, or none"))
    for name, text, wanted in (
        ("client_certificate", material.client_certificate, _CERTIFICATE),
        ("client_key", material.client_key, _KEY),
        ("ca", material.ca, _CERTIFICATE),
    ):
        if text is not None and not any(kind.endswith(wanted) for kind in _BLOCK.findall(text)):
            raise _not_usable(name, f"has no {wanted.lower()} in PEM form", wanted)


def _not_usable(name: str, what: str, wanted: str) -> SettingsError:
    return SettingsError(
        Diagnostic(
            "tls-not-usable",
            f"`tls.{name}` {what}",
            expected=f"text with `-----BEGIN {wanted}-----`",
            hint="a connection file brings a file's text: `${file:client.pem}`",
        )
    )


def client_context(tls: TlsMaterial | None) -> ssl.SSLContext:
    """Return a context that verifies every server, by `ca` or else by the usual authorities.

    Raises `SettingsError` for material that cannot be used, `OSError` when the authorities that
    SSL_CERT_FILE or SSL_CERT_DIR names cannot be read.
    """
    if tls is None:
        return _usual()
    context = _usual() if tls.ca is None else _trusting("ca", tls.ca)
    if tls.client_certificate is not None and tls.client_key is not None:
        _trusting("client_certificate", tls.client_certificate)  # only to name what is wrong
        _present(context, tls.client_certificate, tls.client_key, tls.client_key_password)
    return context


def _usual() -> ssl.SSLContext:
    """Return a context of the authorities that the environment names, or else of certifi's."""
    import ssl  # noqa: PLC0415  (as certifi, slow to import, and not needed for http://)

    import certifi  # noqa: PLC0415

    file, folder = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file:
        return ssl.create_default_context(cafile=file)
    if folder:
        return ssl.create_default_context(capath=folder)
    return ssl.create_default_context(cafile=certifi.where())


def _trusting(name: str, text: str) -> ssl.SSLContext:
    import ssl  # noqa: PLC0415  (see `_usual`)

    try:
        return ssl.create_default_context(cadata=text)
    except (ssl.SSLError, ValueError, TypeError):  # a TypeError for what is not ASCII
        raise _not_usable(name, "cannot be read as certificates", _CERTIFICATE) from None


def _present(context: ssl.SSLContext, certificate: str, key: str, password: str | None) -> None:
    import ssl  # noqa: PLC0415  (see `_usual`)

    try:
        with _as_file(f"{certificate}\n{key}\n") as path:
            # Never without a password: OpenSSL would ask for it at the terminal.
            context.load_cert_chain(path, password=lambda: password or "")
    except (ssl.SSLError, ValueError) as error:
        raise _unusable_key(error, key, password) from None


def _unusable_key(error: Exception, key: str, password: str | None) -> SettingsError:
    if getattr(error, "reason", None) == "KEY_VALUES_MISMATCH":
        message = "`tls.client_key` does not belong to `tls.client_certificate`"
        hint = "the certificate of the key comes first, then those that vouch for it"
    elif "ENCRYPTED" not in key:
        return _not_usable("client_key", "cannot be read as a private key", _KEY)
    elif password is None:
        message = "`tls.client_key` is encrypted, and `tls.client_key_password` is not given"
        hint = None
    else:
        message = "`tls.client_key` cannot be decrypted with `tls.client_key_password`"
        hint = None
    return SettingsError(Diagnostic("tls-not-usable", message, hint=hint))


@contextmanager
def _as_file(text: str) -> Iterator[str]:
    """Lend text as a file, which OpenSSL needs: in memory where there is such a thing."""
    if hasattr(os, "memfd_create"):
        descriptor = os.memfd_create("onroll")
        path = f"/proc/self/fd/{descriptor}"
    else:
        # It imports what compresses and what is random, for a thing that most never do.
        from tempfile import mkstemp  # noqa: PLC0415  (see above)

        descriptor, path = mkstemp()  # of mode 0600
    try:
        with os.fdopen(descriptor, "w", encoding="ascii", closefd=False) as file:
            file.write(text)
        yield path
    finally:
        os.close(descriptor)
        if not path.startswith("/proc/"):
            os.unlink(path)  # noqa: PTH108  (as `mkstemp`, a text)
