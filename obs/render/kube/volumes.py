"""Where a program's folders come from: generated files, secrets, scratch space, the host, a token."""

from collections.abc import Iterable

from obs.render.kube.program import Manifest, Volume

TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
TOKEN_SECONDS = 3607
"""As the API server's own admission writes it: one hour and a margin that gives such tokens away in an audit."""


def files(config_map: str, paths: Iterable[tuple[str, str]]) -> Manifest:
    """A projected source: keys of a ConfigMap as (key, path in the folder)."""
    return {"configMap": {"name": config_map, "items": _items(paths)}}


def secret_files(secret: str, paths: Iterable[tuple[str, str]]) -> Manifest:
    """A projected source: keys of a Secret as (key, path in the folder). A pod waits until all of them exist."""
    return {"secret": {"name": secret, "items": _items(paths)}}


def folder(name: str, path: str, sources: list[Manifest]) -> Volume:
    """One read-only folder made of several sources."""
    return Volume(name=name, path=path, source={"projected": {"defaultMode": 0o440, "sources": sources}})


def scratch(name: str, path: str, *, size: str) -> Volume:
    """An empty writable folder that dies with the pod."""
    return Volume(name=name, path=path, source={"emptyDir": {"sizeLimit": size}}, writable=True)


def host(name: str, path: str, *, host_path: str, propagation: str = "") -> Volume:
    """A folder of the node, read-only."""
    return Volume(name=name, path=path, source={"hostPath": {"path": host_path}}, propagation=propagation)


def token_volume() -> Volume:
    """The folder client libraries look for: a token that expires, the cluster's CA, the namespace."""
    sources: list[Manifest] = [
        {"serviceAccountToken": {"path": "token", "expirationSeconds": TOKEN_SECONDS}},
        files("kube-root-ca.crt", [("ca.crt", "ca.crt")]),
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"fieldPath": "metadata.namespace"}}]}},
    ]
    return folder("api-token", TOKEN_PATH, sources)


def _items(paths: Iterable[tuple[str, str]]) -> list[Manifest]:
    return [{"key": key, "path": path} for key, path in paths]
