"""The pipeline on paper: what Fluentd does to a container's log file under our configuration, without Fluentd.

Real Fluentd runs the same samples (`make prove-logs`); where the two differ, this model is wrong.
"""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from obs.model.logs import LogFormat, Secret
from obs.prove.log_events import events
from obs.prove.log_lines import Line, joined, read
from obs.prove.log_parse import parsed
from obs.prove.log_redact import redacted
from obs.prove.log_values import Json, time_of

ECS_VERSION = "8.17.0"
Document = dict[str, Json]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pod:
    """The container a file belongs to, as the Kubernetes API tells of it."""

    namespace: str
    name: str
    container: str
    node: str = "node-1"
    uid: str = "00000000-0000-4000-8000-000000000000"
    container_id: str = "0" * 64
    image: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    folder: str = "/var/log/pods"

    @property
    def file(self) -> str:
        """Path of its log file."""
        return f"{self.folder}/{self.namespace}_{self.name}_{self.uid}/{self.container}/0.log"

    @property
    def tag(self) -> str:
        """Fluentd's tag of its lines: the path with dots for slashes."""
        return "kubernetes" + self.file.replace("/", ".")


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """What decides over a line: its format, what is secret, and the pseudonyms' key."""

    form: LogFormat
    secrets: tuple[Secret, ...]
    key: str
    service: str
    cluster: str
    data_stream: tuple[str, str] = ("obs.other", "cluster")
    """Dataset and namespace."""


def documents(raw: Iterable[str], pod: Pod, rules: Rules) -> Iterator[Document]:
    """What arrives in Elasticsearch of a container's log file."""
    found = sorted(events(joined(read(raw)), rules.form), key=lambda event: event.time)
    yield from (document(event, pod, rules) for event in found)


def document(event: Line, pod: Pod, rules: Rules) -> Document:
    """The document of one event, common fields and all."""
    text = redacted(event.text, (*rules.form.secrets, *rules.secrets), rules.key)
    found = parsed(text, rules.form)
    created = time_of(event.time) or event.time
    common: Document = {
        "ecs.version": ECS_VERSION,
        "event.created": created,
        "service.name": rules.service,
        "log.iostream": event.stream,
        "event.hash": identity(pod.tag, event, text),
        "orchestrator.cluster.name": rules.cluster,
        "kubernetes.namespace": pod.namespace,
        "kubernetes.pod.name": pod.name,
        "kubernetes.pod.uid": pod.uid,
        "kubernetes.container.name": pod.container,
        "kubernetes.node.name": pod.node,
        "kubernetes.labels": dict(pod.labels),
        "container.id": pod.container_id,
        "container.image.name": pod.image,
        "data_stream.type": "logs",
        "data_stream.dataset": rules.data_stream[0],
        "data_stream.namespace": rules.data_stream[1],
    }
    return {"@timestamp": created, **common, **found}


def identity(tag: str, event: Line, text: str) -> str:
    """The document's id: the same line read again has the same one, so Elasticsearch refuses the second.

    In the alphabet of URLs and without padding, which Elasticsearch keeps as the 20 bytes it stands for.
    """
    seed = f"{tag}_" + "_".join((event.time, event.stream, text))
    digest = hashlib.sha1(seed.encode(), usedforsecurity=False).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
