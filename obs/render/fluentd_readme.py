"""The README of the fluentd folder: what it takes to apply it, what it reads, where lines go, what it costs."""

from collections.abc import Iterator

from obs.conventions import seconds
from obs.model.logging import LogPlan, Volume
from obs.model.plan import Plan
from obs.render.fluentd_sizes import overload, sizes
from obs.render.fluentd_sources import STATE
from obs.render.kube import fluentd as kube
from obs.render.kube.search import AUTHORITY, CLIENTS, authority

_README = """# Fluentd

{generated}

A Fluentd on every node reads container logs and the journal, joins what belongs together, redacts, parses, and sends
each line once. Why each setting is as it is: the comments in `node/*.conf`, and `docs/logging.md` of obs.

## Apply

```sh
docker build --pull -t {image} fluentd/image && docker push {image}
{namespace_first}
{secrets}
kubectl apply -k fluentd/
```

Each secret comes from a folder with one file per key, the key its name and the value its content. `pseudonym-key` is
any random text of 32 characters or more: whoever has it can tell whose pseudonym a known address is. `api-key` is
`id:key` as Elasticsearch printed them.
{events}

## Where lines go

| namespaces | data stream | kept |
|---|---|---|
{streams}

## Whose lines are known

| service | namespace | pods | format |
|---|---|---|---|
{routes}

Lines of every other pod are read as `{fallback}`; lines of no known dialect arrive too, with the tag `unparsed`.

## Size

The spec states {lines:g} lines per second of {bytes:g} bytes on {nodes} nodes, and {peak:g} times that in the busiest
minute.

| | each node |
|---|---|
| processes | {workers}; the busiest minute of the busiest node keeps {busy:.1f} busy |
| CPU | {cpu_request}m, at most {cpu_limit}m |
| memory | {memory_request} MiB, at most {memory_limit} MiB |
| disk below `{state}` | {disk} MiB, which holds {outage} without Elasticsearch |
| a day of lines, whole platform | {daily:.1f} GiB before indexing |
"""

_EVENTS = """
The pod `obs-event-tailer` prints the cluster's events, each once, for Fluentd to read. It runs in the image of the
exporters, `{image}`: `exporters/Dockerfile` makes it."""


def readme(plan: Plan, logs: LogPlan, generated: str) -> str:
    """The whole page."""
    volume = logs.logging.volume
    size = sizes(volume, logs.logging.workers)
    return _README.format(
        generated=generated,
        image=plan.platform.stack.images["fluentd"],
        namespace_first="kubectl apply -f fluentd/manifests/base.yaml",
        secrets="\n".join(_secrets(logs)),
        streams="\n".join(_streams(logs)),
        routes="\n".join(_routes(logs)),
        events=_EVENTS.format(image=plan.platform.stack.images["obs"]) if logs.logging.events else "",
        fallback=logs.logging.fallback.name,
        lines=volume.lines_per_second,
        bytes=volume.bytes_per_line,
        nodes=volume.nodes,
        peak=volume.peak_ratio,
        workers=size.workers,
        busy=overload(volume),
        cpu_request=size.cpu_request,
        cpu_limit=size.cpu_limit,
        memory_request=size.memory_request,
        memory_limit=size.memory_limit,
        disk=size.disk,
        state=STATE,
        outage=volume.outage,
        daily=daily_bytes(volume) / 2**30,
    )


def daily_bytes(volume: Volume) -> float:
    """Bytes of log text in a day, whole platform."""
    return volume.lines_per_second * volume.bytes_per_line * seconds("1d")


def _secrets(logs: LogPlan) -> Iterator[str]:
    trusted = [AUTHORITY] if authority(logs.logging) == CLIENTS else []
    keys = {kube.KEYS_SECRET: ["pseudonym-key"], CLIENTS: ["api-key", *trusted]}
    if logs.logging.aggregator.enabled:
        keys[kube.KEYS_SECRET].append("forward-key")
        keys[kube.FORWARD_SECRET] = ["ca.crt", "tls.crt", "tls.key"]
    for secret, names in keys.items():
        files = "".join(f" --from-file={name}" for name in names)
        yield f"kubectl -n {logs.logging.namespace} create secret generic {secret}{files}"


def _streams(logs: LogPlan) -> Iterator[str]:
    for stream in logs.streams:
        if stream.log_class is None:
            told = "what could not be delivered"
        else:
            told = ", ".join(f"`{n}`" for n in stream.log_class.namespaces) or "every other one"
        yield f"| {told} | `{stream.name}` | {stream.retention} |"


def _routes(logs: LogPlan) -> Iterator[str]:
    for route in logs.routes:
        pods = ", ".join(f"`{key}={value}`" for key, value in route.selector)
        yield f"| {route.service} | `{route.namespace}` | {pods} | {route.format.title} (`{route.format.name}`) |"
