"""Objects of a real API server whose status nobody keeps: tests say how they are."""

import json
import ssl
import urllib.request
from dataclasses import dataclass
from typing import Any

from tests.engines.cluster import Cluster

Object = dict[str, Any]
GROUPS = {
    "DaemonSet": "apis/apps/v1",
    "Deployment": "apis/apps/v1",
    "HorizontalPodAutoscaler": "apis/autoscaling/v2",
    "Job": "apis/batch/v1",
    "PodDisruptionBudget": "apis/policy/v1",
    "StatefulSet": "apis/apps/v1",
}
"""Kinds that are not of the core group, with the version they are spoken to in."""
ACROSS = ("Namespace", "Node", "PersistentVolume")


@dataclass(frozen=True, kw_only=True)
class Api:
    """The API server, asked as administrator. Every answer but a success is a urllib error."""

    cluster: Cluster
    namespace: str

    def put(self, kind: str, name: str, spec: Object, status: Object | None = None, **metadata: Any) -> str:
        """A new object, and its status; the uid it got."""
        group = GROUPS.get(kind, "api/v1")
        version = group.removeprefix("apis/").removeprefix("api/")
        body = {"apiVersion": version, "kind": kind, "metadata": {"name": name, **metadata}, "spec": spec}
        made = self._ask("POST", self._place(kind), body)
        if status is not None:
            self.status(kind, name, status)
        return str(made["metadata"]["uid"])

    def status(self, kind: str, name: str, status: Object) -> None:
        """Change fields of an object's status; lists are replaced as a whole, and None takes a field away."""
        self._ask("PATCH", f"{self._place(kind)}/{name}/status", {"status": status})

    def delete(self, kind: str, name: str) -> None:
        """At once: there is no kubelet here that would end a pod."""
        self._ask("DELETE", f"{self._place(kind)}/{name}?gracePeriodSeconds=0&propagationPolicy=Background", None)

    def _place(self, kind: str) -> str:
        scope = "" if kind in ACROSS else f"namespaces/{self.namespace}/"
        return f"{GROUPS.get(kind, 'api/v1')}/{scope}{kind.lower()}s"

    def _ask(self, verb: str, path: str, body: Object | None) -> Any:
        kind = "application/merge-patch+json" if verb == "PATCH" else "application/json"
        request = urllib.request.Request(
            f"{self.cluster.url}/{path}",
            method=verb,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.cluster.token}", "Content-Type": kind},
        )
        with self._opener().open(request, timeout=30) as answer:
            return json.loads(answer.read())

    def _opener(self) -> urllib.request.OpenerDirector:
        unchecked = ssl.create_default_context()
        unchecked.check_hostname = False
        unchecked.verify_mode = ssl.CERT_NONE
        return urllib.request.build_opener(
            urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=unchecked)
        )
