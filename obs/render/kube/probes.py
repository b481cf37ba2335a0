"""Probes: how the kubelet learns that a program has started, serves, or hangs."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Probes:
    """HTTP paths and the named ports they are asked on; `start_seconds` is the longest accepted start.

    With `tls` the kubelet asks over TLS; it verifies no certificate.
    """

    live: str
    ready: str
    port: str
    ready_port: str = ""
    start_seconds: int = 60
    tls: bool = False


def probes(told: Probes) -> dict[str, Any]:
    """The three probe fields of a container.

    Liveness allows six misses of ten seconds: a busy program is slow, not dead, and a restart would cost more than it
    mends. Readiness allows three of five, so that a service drops a pod which cannot answer within 15 seconds.
    """
    scheme = {"scheme": "HTTPS"} if told.tls else {}
    live = {"path": told.live, "port": told.port} | scheme
    ready = {"path": told.ready, "port": told.ready_port or told.port} | scheme
    return {
        "startupProbe": _probe(ready, period=5, failures=max(1, told.start_seconds // 5)),
        "livenessProbe": _probe(live, period=10, failures=6),
        "readinessProbe": _probe(ready, period=5, failures=3),
    }


def _probe(get: dict[str, str], *, period: int, failures: int) -> dict[str, Any]:
    return {"httpGet": dict(get), "periodSeconds": period, "timeoutSeconds": 3, "failureThreshold": failures}
