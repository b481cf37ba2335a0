"""The sample lines of every format, run through the pipeline on paper."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from obs import library
from obs.catalog.redaction import SECRETS
from obs.model.log_fields import COMMON_FIELDS
from obs.model.logs import LogFormat
from obs.prove.log_values import Json
from obs.prove.logs import Document, Pod, Rules, documents

ROOT = Path(__file__).parents[2]
KEY = "a key for tests"
EPOCH = "2026-11-22T14:54:{second:02d}.{nano:09d}Z"


@dataclass(frozen=True, slots=True)
class Sample:
    """One file of lines and, beside it, the documents they become."""

    form: LogFormat
    file: Path

    @property
    def expected(self) -> Path:
        """The file of expected documents."""
        return self.file.with_suffix(".json")

    def lines(self) -> list[str]:
        """The lines as containerd writes them, one second apart."""
        text = self.file.read_text(encoding="utf-8").splitlines()
        return [f"{EPOCH.format(second=i % 60, nano=i)} stdout F {line}" for i, line in enumerate(text)]

    def documents(self) -> list[Document]:
        """What arrives, without the fields that are the same for every format."""
        rules = Rules(form=self.form, secrets=SECRETS, key=KEY, service=self.form.name, cluster="test")
        pod = Pod(namespace="test", name="pod-0", container="c")
        return [_own(document) for document in documents(self.lines(), pod, rules)]


COMMON = (
    *("orchestrator.cluster.name", "ecs.version", "event.created", "event.hash", "service.name", "log.iostream"),
    *("event.kind", "event.module"),
)


def _own(document: Document) -> dict[str, Json]:
    same = {f.name for f in COMMON_FIELDS if f.name.startswith(("kubernetes.", "container.", "data_stream."))}
    return {k: v for k, v in sorted(document.items()) if k not in same | set(COMMON)}


def samples() -> Iterator[Sample]:
    """Every sample of the catalogue."""
    for form, folder in library.log_formats().values():
        for file in sorted(Path(str(folder)).glob("*.log")):
            yield Sample(form, file)


def text_of(documents: list[Document]) -> str:
    """Documents as they are kept, one field a line so that a reviewer sees what moved."""
    return json.dumps(documents, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write what the pipeline on paper makes of every sample: `python -m tests.logs.samples`. Read the diff."""
    for sample in samples():
        sample.expected.write_text(text_of(sample.documents()), encoding="utf-8")


if __name__ == "__main__":
    main()
