"""Secrets stand in files; nothing else ever holds one for longer than a call."""

from pathlib import Path

from obs_exporter.collect import CollectFailed


class SecretMissing(CollectFailed):
    """A secret's file cannot be read; the text names the file, never its content. Its reason is `secret`."""

    def __init__(self, sentence: str) -> None:
        super().__init__("secret", sentence)


class Secret:
    """A secret in a file, read anew on every use, so that a rotated one is picked up without a restart."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def read(self) -> str:
        """The content without the newline at its end, which editors and `kubectl create secret` leave there."""
        try:
            return self.path.read_text(encoding="utf-8").rstrip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise SecretMissing(f"cannot read the secret {self.path}: {_why(error)}") from None

    def __repr__(self) -> str:
        return f"Secret({str(self.path)!r})"


def _why(error: OSError | UnicodeDecodeError) -> str:
    """The reason without the bytes: a decoding error's own text quotes them."""
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else "it is no UTF-8 text"
