"""Real kube-state-metrics and node_exporter, the generated rules, and faults: alerts are heard, and end."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from obs.model.plan import Plan
from tests.engines.servers.kubelet import NODE, Kubelet
from tests.engines.servers.kubernetes_api import Api
from tests.engines.servers.node_exporter import of_files
from tests.engines.servers.prometheus import Prometheus
from tests.engines.servers.state_metrics import Told
from tests.engines.sinks import listening
from tests.exporters.live.play import Fault, Played, becomes_quiet, cases, judge, often, play_all, unproven
from tests.exporters.live.watch import Heard, Target, watching
from tests.upstream.faults import FAULTS, Stage

pytestmark = [
    pytest.mark.cluster,
    pytest.mark.upstream,
    pytest.mark.engine("kube-state-metrics", "hollow-kubelet", "node_exporter", "prometheus", "alertmanager"),
]

COMPONENT = "kubernetes"
SECONDS = 120
"""How long alerts may take to come or to go: restarts of an hour are remembered for a minute here."""
AT_WORK = "count_over_time(kube_pod_container_status_restarts_total[1m]) > 5"
"""A counter that only rises later tells how far it rose."""
RAISED = frozenset(name for fault in FAULTS for name in fault.fires)
NO_ROTATION = "a hollow kubelet has a key of its own and renews no certificate"
UNPROVEN = {
    "KubernetesCertificateExpiring": NO_ROTATION,
    "KubernetesCertificateNotRenewed": NO_ROTATION,
    "KubernetesNodeClockNotSynced": "the kernel is asked, and nobody may set this machine's clock",
    "KubernetesNodeClockOff": "the same",
    "KubernetesMetricsMissing": "told for every component alike",
    "KubernetesTargetMissing": "told for every component alike",
}


@contextmanager
def stage(plan: Plan, api: Api, told: Told, kubelet: Kubelet, folder: Path) -> Iterator[Stage]:
    """Everything that runs, while the block lasts."""
    with ExitStack() as stack:
        sinks = stack.enter_context(listening())
        port, node = stack.enter_context(of_files(plan, folder / "node"))
        for tick in (node.tick, kubelet.tick):
            stack.enter_context(often(tick, every=0.3))
        targets = [
            *(Target(job="kube-state-metrics", instance=name, port=at) for name, at in told.ports.items()),
            Target(job="node-exporter", instance="node-a", port=port),
            *(Target(job=job, instance=NODE, node=NODE, port=kubelet.port) for job in ("kubelet", "cadvisor")),
        ]
        with watching(plan, targets, folder, sinks, components=(COMPONENT,)) as address:
            Prometheus(base=address, log=folder / "prometheus.log").until(AT_WORK)
            yield Stage(api=api, node=node, kubelet=kubelet, heard=Heard(sinks=sinks), proven=RAISED)


@pytest.fixture(scope="module")
def played(
    plan: Plan,
    api: Api,
    told: Told,
    kubelet: Kubelet,
    engine: Callable[[str], Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> dict[str, Played]:
    """Every fault on one stage, by title."""
    for name in ("node_exporter", "prometheus", "alertmanager"):
        engine(name)
    with stage(plan, api, told, kubelet, tmp_path_factory.mktemp("stage")) as on:
        becomes_quiet(on, SECONDS)
        return play_all(on, FAULTS, seconds=SECONDS)


@pytest.mark.parametrize(("fault", "name"), cases(FAULTS))
def test_a_fault_raises_the_alert_and_its_end_ends_it(
    played: dict[str, Played], fault: Fault[Stage], name: str
) -> None:
    judge(played, fault, name)


def test_every_other_alert_is_left_out_for_a_reason(plan: Plan) -> None:
    assert unproven(plan, (COMPONENT,), FAULTS) == set(UNPROVEN)


def test_the_faults_are_told(
    plan: Plan, played: dict[str, Played], record_property: Callable[[str, object], None]
) -> None:
    every = [alert for alert in plan.alerts if alert.component == COMPONENT]
    times = ", ".join(f"{title} {each.seconds:.0f} s" for title, each in played.items())
    record_property("said", f"alerts of {COMPONENT} under real faults: {len(RAISED)} of {len(every)} ({times})")
    assert set(played) == {fault.title for fault in FAULTS}
