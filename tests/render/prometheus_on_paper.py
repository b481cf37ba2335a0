"""A generated Prometheus configuration with its discovery replaced by targets written down, for a real Prometheus."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

Labels = dict[str, str]


def pod(name: str, ip: str, port: str, *, port_name: str = "", node: str = "node-a", phase: str = "Running") -> Labels:
    """What Kubernetes discovery says of one declared port of a pod."""
    prefix = "__meta_kubernetes_pod_"
    address = f"[{ip}]:{port}" if ":" in ip else f"{ip}:{port}"
    return {
        "__address__": address,
        "__meta_kubernetes_namespace": "core-app",
        f"{prefix}name": name,
        f"{prefix}ip": ip,
        f"{prefix}phase": phase,
        f"{prefix}container_port_number": port,
        f"{prefix}container_port_name": port_name,
        f"{prefix}node_name": node,
        "__meta_kubernetes_node_label_topology_kubernetes_io_zone": "zone-1",
    }


def node(name: str, ip: str) -> Labels:
    """What Kubernetes discovery says of a node's kubelet."""
    return {
        "__address__": f"{ip}:10250",
        "instance": name,
        "__meta_kubernetes_node_name": name,
        "__meta_kubernetes_node_label_topology_kubernetes_io_zone": "zone-1",
    }


def written_down(config: dict[str, Any], found: Mapping[str, Sequence[Labels]]) -> dict[str, Any]:
    """The same configuration with `found` in place of discovery, by job; jobs that are not in it are left out."""
    made = copy.deepcopy(config)
    made.pop("alerting", None)
    made.pop("remote_write", None)
    made["rule_files"] = []
    made["global"]["scrape_interval"] = "1s"
    made["global"]["scrape_timeout"] = "1s"
    kept = [job for job in made["scrape_configs"] if job["job_name"] in found]
    made["scrape_configs"] = [_job(job, found[job["job_name"]]) for job in kept]
    return made


def _job(job: dict[str, Any], found: Sequence[Labels]) -> dict[str, Any]:
    job.pop("kubernetes_sd_configs", None)
    job.pop("authorization", None)
    job.pop("tls_config", None)
    if found:
        groups = [{k: v for k, v in labels.items() if k != "__address__"} for labels in found]
        addresses = [labels["__address__"] for labels in found]
        job["static_configs"] = [
            {"targets": [address], "labels": labels} for address, labels in zip(addresses, groups, strict=True)
        ]
    return job
