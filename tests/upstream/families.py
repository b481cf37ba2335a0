"""What kube-state-metrics and a kubelet told: kept as text, so that `make test` can look into it.

`python -m tests.upstream.families PROGRAM…` writes it anew, each kube-state-metrics on one real API server, then ours
of the engines called kubelet.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.engines import families as pages
from tests.engines.cluster import running_cluster
from tests.engines.families import Family, page_at, record
from tests.engines.recipes import KUBERNETES
from tests.engines.servers.kubelet import hollow
from tests.engines.servers.kubernetes_api import Api
from tests.engines.servers.state_metrics import granted, telling
from tests.render.kube_shelf import plan_of
from tests.upstream.objects import everything, healthy
from tests.upstream.reads import reads

FILE = Path(__file__).with_name("families.txt")
OWN = {"kube-state-metrics": ("kube_",), "kubelet": ("kubelet_",), "cadvisor": ("container_", "machine_")}
PATHS = {"kubelet": "/metrics", "cadvisor": "/metrics/cadvisor"}
LATE = ("kubelet_container_log_filesystem_used_bytes", "kubelet_volume_stats_inodes_free")
"""A kubelet tells of a pod's volumes and logs once it has measured them."""
CHOICE = ("--metric-allowlist",)
"""Left out: what is kept are all families of our kinds, so that a metric somebody wants to read can be looked up."""


def recorded() -> Mapping[str, Mapping[str, Family]]:
    """`kube-state-metrics 2.18.0` -> the families of its page."""
    return pages.recorded(FILE)


def main(programs: list[str]) -> None:
    """Every program in turn."""
    record(FILE, _pages(list(map(Path, programs))), module="tests.upstream.families")


def _pages(programs: list[Path]) -> Iterator[tuple[str, Mapping[str, Family]]]:
    plan = plan_of("opendax", "standalone")
    with tempfile.TemporaryDirectory() as folder, running_cluster(Path(folder)) as cluster:
        granted(cluster, plan)
        api = Api(cluster=cluster, namespace=plan.platform.namespaces[0])
        healthy(api)
        for program in programs:
            with everything(api), telling(cluster, plan, Path(folder), binary=program, but=CHOICE) as told:
                page = told.page_with(*(metric.name for metric in reads("kube-state-metrics")))
            yield f"kube-state-metrics {_version(program)}", pages.families(page, own=OWN["kube-state-metrics"])
        with hollow(api, Path(folder) / "kubelet") as kubelet:
            kubelet.page_with(*LATE)
            for source, path in PATHS.items():
                yield f"{source} {KUBERNETES}", pages.families(page_at(kubelet.port, path), own=OWN[source])


def _version(program: Path) -> str:
    said = subprocess.run([program, "version"], capture_output=True, text=True, check=True, timeout=30).stdout
    [found] = re.findall(r"version v(\S+)", said)
    return str(found)


if __name__ == "__main__":
    main(sys.argv[1:])
