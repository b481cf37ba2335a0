"""A certificate authority for one test run, and certificates of it, made by openssl."""

import subprocess
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Issued:
    """Files of one certificate, in PEM, and of the authority that issued it."""

    certificate: Path
    key: Path
    authority: Path


class Authority:
    """Keys and certificates in a folder; `certificate` is what clients trust."""

    def __init__(self, folder: Path, *, name: str = "tests") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._key = folder, folder / f"{name}-ca.key"
        self.certificate = folder / f"{name}-ca.pem"
        _openssl(
            *_new_key(self._key), "-x509", "-days", "3650", "-subj", f"/CN={name} authority", "-out", self.certificate
        )

    def issue(self, name: str, *, days: int = 365, addresses: tuple[str, ...] = ("127.0.0.1",)) -> Issued:
        """A server's certificate for `name` and addresses, valid for so many days from now."""
        key, request, made = (self._folder / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
        extensions = self._folder / f"{name}.ext"
        told = ",".join((f"DNS:{name}", *(f"IP:{address}" for address in addresses)))
        extensions.write_text(f"subjectAltName={told}\n", encoding="ascii")
        _openssl(*_new_key(key), "-subj", f"/CN={name}", "-out", request)
        signing = ("-CA", self.certificate, "-CAkey", self._key, "-CAcreateserial", "-days", str(days))
        _openssl("x509", "-req", "-in", request, *signing, "-extfile", extensions, "-out", made)
        return Issued(certificate=made, key=key, authority=self.certificate)


def _new_key(path: Path) -> tuple[str | Path, ...]:
    return ("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", path)


def _openssl(*words: str | Path) -> None:
    done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
