"""A real Kubernetes API on loopback: etcd and kube-apiserver. No nodes, no controllers: namespaces never end."""

import json
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.engines.processes import engine_path, free_port, running

ENGINES = ("etcd", "kube-apiserver", "kubectl")


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The address of a running API server and the file that lets an administrator in."""

    url: str
    token: str
    kubeconfig: Path
    etcd: str
    """Where the server keeps its objects: for tests that make it forget."""

    def kubectl(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run kubectl as administrator; `text` goes to its standard input. The caller judges the return code."""
        command = [str(engine_path("kubectl")), "--kubeconfig", str(self.kubeconfig), *arguments]
        return subprocess.run(command, input=text, capture_output=True, text=True, check=False, timeout=300)


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """An empty cluster while the block lasts; all its files and logs stay in `folder`. Up in some 10 seconds."""
    certificates = folder / "certificates"
    certificates.mkdir(parents=True)
    token = secrets.token_hex(16)
    (folder / "tokens.csv").write_text(f'{token},admin,admin,"system:masters"\n', encoding="utf-8")
    with _etcd(folder) as etcd_url, _apiserver(folder, etcd_url) as url:
        kubeconfig = folder / "kubeconfig.json"
        kubeconfig.write_text(json.dumps(kubeconfig_of(url, token)), encoding="utf-8")
        yield Cluster(url=url, token=token, kubeconfig=kubeconfig, etcd=etcd_url)


@contextmanager
def _etcd(folder: Path) -> Iterator[str]:
    client, peer = (f"http://127.0.0.1:{free_port()}" for _ in range(2))
    command = [
        engine_path("etcd"),
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync",
    ]
    with running(command, ready_url=f"{client}/health", log=folder / "etcd.log"):
        yield client


@contextmanager
def _apiserver(folder: Path, etcd_url: str) -> Iterator[str]:
    """It makes its own certificate on start; the same key then signs the tokens of service accounts."""
    url = f"https://127.0.0.1:{free_port()}"
    key = folder / "certificates" / "apiserver.key"
    command = [
        engine_path("kube-apiserver"),
        f"--etcd-servers={etcd_url}",
        f"--cert-dir={key.parent}",
        "--bind-address=127.0.0.1",
        f"--secure-port={url.rpartition(':')[2]}",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={key}",
        f"--service-account-signing-key-file={key}",
        f"--token-auth-file={folder / 'tokens.csv'}",
        "--authorization-mode=RBAC",
        "--allow-privileged=true",  # node agents mount host folders
        "--disable-admission-plugins=ServiceAccount",  # nothing here mints the token volumes it waits for
        "--service-cluster-ip-range=10.96.0.0/16",
    ]
    with running(command, ready_url=f"{url}/readyz", log=folder / "kube-apiserver.log", seconds=120):
        yield url


def kubeconfig_of(url: str, token: str) -> dict[str, Any]:
    """A file that lets whoever has the token in."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": "test", "cluster": {"server": url, "insecure-skip-tls-verify": True}}],
        "users": [{"name": "admin", "user": {"token": token}}],
        "contexts": [{"name": "test", "context": {"cluster": "test", "user": "admin"}}],
        "current-context": "test",
    }
