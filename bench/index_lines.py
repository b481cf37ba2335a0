"""Lines to weigh: every format's samples with other numbers in them, as our documents and as a stock daemonset's."""

import base64
import json
import random
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from obs import library
from obs.conventions import log_namespace
from obs.model.logs import LogFormat
from obs.prove.log_parse import parsed
from tests.search.opensearch import nested

Json = dict[str, Any]
SEED = 20261125


def lines(count: int, *, only: str = "", seed: int = SEED) -> Iterator[tuple[LogFormat, str]]:
    """(format, line): samples in turn, long numbers and identifiers in them replaced by others of the same length.

    `only` is the name of a format; "" takes all.
    """
    rng = random.Random(seed)
    known = [found for name, found in library.log_formats().items() if only in ("", name)]
    samples = [(form, text) for form, folder in known for text in _texts(folder)]
    for number in range(count):
        form, text = samples[number % len(samples)]
        yield form, re.sub(r"(?<![\d:T.-])\d{4,}(?![\d:-])|\b[0-9a-f]{8}\b", lambda found: _other(found, rng), text)


def _texts(folder: Any) -> Iterator[str]:
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".log"):
            yield from (line for line in file.read_text(encoding="utf-8").splitlines() if line)


def _other(found: "re.Match[str]", rng: random.Random) -> str:
    letters = "0123456789" if found[0].isdigit() else "0123456789abcdef"
    return rng.choice(letters[1:]) + "".join(rng.choice(letters) for _ in found[0][1:])


@cache
def vocabulary() -> tuple[str, ...]:
    """Every word of every sample."""
    texts = (text for _, folder in library.log_formats().values() for text in _texts(folder))
    return tuple(sorted({word for text in texts for word in re.findall(r"[A-Za-z]{2,}", text)}))


def _said(message: str, number: int) -> str:
    """Words drawn blindly, about as many letters as there were: no two messages say the same."""
    rng = random.Random(number)
    words = [rng.choice(vocabulary())]
    while sum(map(len, words)) + len(words) < len(message):
        words.append(rng.choice(vocabulary()))
    return " ".join(words)


def ours(form: LogFormat, text: str, number: int, *, blind: bool = False) -> tuple[str, Json]:
    """(id, document) as our pipeline leaves them: the id is not in the document.

    With `blind`, messages are words that were drawn blindly.
    """
    common = {
        "@timestamp": _time(number),
        "event.created": _time(number),
        "service.name": form.name,
        "log.iostream": "stdout",
        "orchestrator.cluster.name": "opendax-production",
        "kubernetes.namespace": "core-app",
        "kubernetes.pod.name": _pod(form, number),
        "kubernetes.container.name": form.name,
        "kubernetes.node.name": f"node-{number % 6}",
        "kubernetes.labels": {"app": form.name, "pod-template-hash": "5d9c7b8f6d"},
        "container.image.name": f"registry.example.com/{form.name}:2.6.48",
        "data_stream.namespace": log_namespace("opendax-production"),
    }
    name = base64.urlsafe_b64encode(random.Random(number).randbytes(20)).decode().rstrip("=")
    found = parsed(text, form)
    found |= {"message": _said(str(found["message"]), number)} if blind else {}
    return name, nested(common | found | {"@timestamp": _time(number)})


def stock(form: LogFormat, text: str, number: int) -> tuple[str, Json]:
    """("", record) of the stock daemonset: kubernetes_metadata with its defaults, JSON keys beside the line itself."""
    meta = {
        "container_name": form.name,
        "namespace_name": "core-app",
        "pod_name": _pod(form, number),
        "container_image": f"registry.example.com/{form.name}:2.6.48",
        "container_image_id": f"registry.example.com/{form.name}@sha256:{'ab12' * 16}",
        "pod_id": f"{number % 40:08d}-0000-4000-8000-000000000000",
        "pod_ip": f"10.2.3.{number % 40}",
        "host": f"node-{number % 6}",
        "labels": {"app": form.name, "pod-template-hash": "5d9c7b8f6d"},
        "master_url": "https://10.96.0.1:443/api",
        "namespace_id": "22222222-0000-4000-8000-000000000000",
    }
    record = {"@timestamp": _time(number), "log": text, "stream": "stdout", "docker": {"container_id": "0a1b" * 16}}
    record |= {"kubernetes": meta, "tag": f"kubernetes.var.log.containers.{_pod(form, number)}.log"}
    return "", record | _keys(text)


def _keys(text: str) -> Json:
    try:
        said = json.loads(text)
    except ValueError:
        return {}
    return {key: value for key, value in said.items() if key != "@timestamp"} if isinstance(said, dict) else {}


def _time(number: int) -> str:
    return f"2026-11-25T{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}.{number % 1000:03d}Z"


def _pod(form: LogFormat, number: int) -> str:
    return f"{form.name}-5d9c7b8f6d-{number % 5:05d}"
