"""node-exporter: one agent per node, which reads the node's own counters and talks to nobody."""

from collections.abc import Iterator

from obs.model.plan import Plan
from obs.render.kube.labels import metadata, selector
from obs.render.kube.network import policy
from obs.render.kube.pods import pod_template
from obs.render.kube.probes import Probes
from obs.render.kube.program import Manifest, Port, Program
from obs.render.kube.stack import NODE_EXPORTER, agents_home, from_prometheus, image_and_size, port_name, scraped
from obs.render.kube.volumes import host
from obs.render.kube.workloads import service_account
from obs.render.scrape import metrics

UID = 65534
"""The user `nobody` of the official image."""
NUMBER = 9100
NAMES_BY_COLLECTOR: dict[str, tuple[str, ...]] = {
    "conntrack": ("node_nf_conntrack_",),
    "cpu": ("node_cpu_",),
    "diskstats": ("node_disk_",),
    "filefd": ("node_filefd_",),
    "filesystem": ("node_filesystem_",),
    "loadavg": ("node_load",),
    "mdadm": ("node_md_",),
    "meminfo": ("node_memory_",),
    "netclass": ("node_network_up", "node_network_info", "node_network_speed_", "node_network_carrier"),
    "netdev": ("node_network_receive_", "node_network_transmit_"),
    "netstat": ("node_netstat_",),
    "os": ("node_os_",),
    "pressure": ("node_pressure_",),
    "sockstat": ("node_sockstat_",),
    "stat": ("node_boot_time_", "node_context_", "node_forks_", "node_intr_", "node_procs_"),
    "time": ("node_time_",),
    "timex": ("node_timex_",),
    "uname": ("node_uname_",),
    "vmstat": ("node_vmstat_",),
}
"""Which collector exposes which names, by node_exporter's own list; the agent runs only those that are read."""
OF_NETWORK = ("conntrack", "netclass", "netdev", "netstat", "sockstat")
"""Collectors that see the network of the namespace they run in: a pod's, unless the pod shares the node's."""
NOT_DISKS = r"^/(dev|proc|sys|run/.+|var/lib/(containerd|containers|docker|kubelet)/.+)($|/)"
"""Mounts that fill nothing of their own: kernel file systems, and layers and volumes of containers."""
NOT_CARDS = r"^(br-|cali|cilium|cni|docker|dummy|flannel|kube-|lo$|lxc|tunl|veth|virbr)"
"""Interfaces of pods and bridges: they come and go with every pod, and none of them is a card that can fail."""
HOST_MOUNTS = {
    "ignore-check.kube-linter.io/sensitive-host-mounts": "reads the node's counters in /proc and /sys and the space "
    "of its file systems below /, all read-only and as an unprivileged user",
    "polaris.fairwinds.com/hostPathSet-exempt": "true",
}
HOST_NETWORK = {
    "ignore-check.kube-linter.io/host-network": "interface and connection counters exist only in the node's network",
    "polaris.fairwinds.com/hostNetworkSet-exempt": "true",
    "polaris.fairwinds.com/hostPortSet-exempt": "true",
}
"""The two linters' own words for a reasoned exception."""


def manifests(plan: Plan) -> Iterator[Manifest]:
    """Everything around the agent; nothing when no query reads a node's metrics."""
    if not any(job.kind == "node" for job in scraped(plan)):
        return
    told = program(plan)
    yield service_account(told)
    yield daemon_set(told, network=needs_network(plan))
    yield policy(told, ingress=[from_prometheus(told, stack_namespace=plan.platform.stack.namespace)], egress=[])


def program(plan: Plan) -> Program:
    """The agent as it runs on each node."""
    image, size = image_and_size(plan, NODE_EXPORTER)
    port = port_name(plan, NODE_EXPORTER, otherwise="metrics")
    return Program(
        name=NODE_EXPORTER,
        role="metrics",
        home=agents_home(plan),
        image=image,
        size=size,
        uid=UID,
        ports=(Port(name=port, number=NUMBER),),
        probes=Probes(live="/", ready="/", port=port),
        arguments=tuple(_arguments(plan)),
        pod_fields=(("POD_IP", "status.podIP"),),
        volumes=(
            host("proc", "/host/proc", host_path="/proc"),
            host("sys", "/host/sys", host_path="/sys"),
            # Disks mounted after the agent started show up only when the kernel passes mounts on to it.
            host("root", "/host/root", host_path="/", propagation="HostToContainer"),
        ),
    )


def daemon_set(told: Program, *, network: bool) -> Manifest:
    """On every node, whatever its taints: a node that is ill is the one to hear of."""
    template = pod_template(told)
    del template["spec"]["topologySpreadConstraints"]  # a daemon set has one pod per node anyway
    template["spec"] |= {"tolerations": [{"operator": "Exists"}]} | ({"hostNetwork": True} if network else {})
    notes = HOST_MOUNTS | (HOST_NETWORK if network else {})
    return {
        "apiVersion": "apps/v1",
        "kind": "DaemonSet",
        "metadata": metadata(told, annotations=notes),
        "spec": {
            "revisionHistoryLimit": 3,
            "selector": {"matchLabels": selector(told)},
            "template": template,
            "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"maxUnavailable": "10%"}},
        },
    }


def collectors(plan: Plan) -> tuple[str, ...]:
    """The collectors whose metrics the platform reads."""
    names = {m.name for job in scraped(plan) if job.kind == "node" for m in metrics(plan, job)}
    return tuple(sorted({found for name in names if (found := collector(name))}))


def collector(name: str) -> str:
    """The collector that exposes a metric; "" for what the agent says of itself. KeyError: no collector is known to."""
    if not name.startswith("node_") or name.startswith(("node_exporter_", "node_scrape_")):
        return ""
    found = [c for c, prefixes in NAMES_BY_COLLECTOR.items() if name.startswith(prefixes)]
    if not found:
        raise KeyError(name)
    return found[0]


def needs_network(plan: Plan) -> bool:
    """Whether a query reads the node's own network."""
    return any(name in OF_NETWORK for name in collectors(plan))


def _arguments(plan: Plan) -> Iterator[str]:
    yield "--path.procfs=/host/proc"
    yield "--path.sysfs=/host/sys"
    yield "--path.rootfs=/host/root"
    yield "--path.udev.data=/host/root/run/udev/data"
    # On the node's own network it listens on the address it is scraped at, and not on every interface of the node.
    yield f"--web.listen-address=[$(POD_IP)]:{NUMBER}"
    yield "--collector.disable-defaults"
    for name in collectors(plan):
        yield f"--collector.{name}"
    if "filesystem" in collectors(plan):
        yield f"--collector.filesystem.mount-points-exclude={NOT_DISKS}"
    if "netdev" in collectors(plan):
        yield f"--collector.netdev.device-exclude={NOT_CARDS}"
