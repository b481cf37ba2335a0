"""What kube-state-metrics told of the kinds of object we watch: kept as text, so that `make test` can read it.

`python -m tests.upstream.families PROGRAM…` writes it anew, each program on one real API server.
"""

import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.engines import families as pages
from tests.engines.cluster import running_cluster
from tests.engines.families import Family, record
from tests.engines.servers.kubernetes_api import Api
from tests.engines.servers.state_metrics import granted, telling
from tests.render.kube_shelf import plan_of
from tests.upstream.objects import ONLY_THEN, everything, healthy

FILE = Path(__file__).with_name("families.txt")
OWN = ("kube_",)
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
                page = told.page_with(*ONLY_THEN)
            yield f"kube-state-metrics {_version(program)}", pages.families(page, own=OWN)


def _version(program: Path) -> str:
    said = subprocess.run([program, "version"], capture_output=True, text=True, check=True, timeout=30).stdout
    [found] = re.findall(r"version v(\S+)", said)
    return str(found)


if __name__ == "__main__":
    main(sys.argv[1:])
