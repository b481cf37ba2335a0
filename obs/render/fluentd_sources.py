"""Where lines come from: container logs, the node's journal, the audit log; and Fluentd's own log and metrics."""

from collections.abc import Iterator
from itertools import pairwise

from obs.model.logging import LogClass, Logging, LogPlan
from obs.render.fluentd_sections import Parameter, Section, parameters, section
from obs.render.fluentd_sizes import Sizes

STATE = "/var/lib/obs-fluentd"
"""The one folder Fluentd writes to, on the node: positions, buffers, dead letters survive the pod."""
LOGS = "/var/log/pods"
NAME = "fluentd"
RATE_SECONDS = 10
UNITS = ("kubelet.service", "containerd.service", "docker.service", "crio.service")
METRICS_PORT = 24231
_FILE = r"^\/var\/log\/pods\/(?<namespace>[^_]+)_(?<podname>[^_]+)_(?<uid>[^\/]+)\/(?<container>[^\/]+)\/"
MOST_PODS = 110
"""The kubelet's own limit of pods per node."""


def system(workers: int = 1) -> Section:
    """Settings of the process."""
    return section(
        "system",
        "",
        *parameters(log_level="info"),
        *(parameters(workers=workers) if workers > 1 else ()),
        Parameter("root_dir", STATE, "Plugins with an @id keep their buffers below it."),
        Parameter("enable_msgpack_time_support", True, "Times keep their nanoseconds in buffers."),
    )


def own_log() -> Section:
    """Fluentd's own log as events ends here: it is on standard output already, and further on it would loop."""
    end = section("match", "**", *parameters(type="null", id="out_own_log"))
    return section("label", "@FLUENT_LOG", end, why="Its own log is on standard output; as events it would loop.")


def metrics(workers: int = 1) -> Iterator[Section]:
    """The metrics endpoint, and what it tells of outputs and tails. Of several workers it tells all, with worker_id."""
    every = (
        Parameter("metrics_path", "/worker_metrics", "Of one worker; the others' ports follow the first one's."),
        Parameter("aggregated_metrics_path", "/metrics", "Of all workers."),
    )
    endpoint = parameters(type="prometheus", id="in_prometheus", port=METRICS_PORT, bind="0.0.0.0")
    yield section("source", "", *endpoint, *(every if workers > 1 else ()))
    yield section(
        "source",
        "",
        *parameters(type="prometheus_output_monitor", id="in_output_monitor", interval=15),
        Parameter("gauge_all", False, "true, the default, exposes counters as gauges: no rate() over them is right."),
    )
    yield section("source", "", *parameters(type="prometheus_tail_monitor", id="in_tail_monitor", interval=15))


def lines(logs: LogPlan, sizes: Sizes) -> Iterator[Section]:
    """Everything that is read: by one process, or by workers that share the pods, the first of which reads the node."""
    of_node = [journal(), *([audit(logs.logging.audit_log)] if logs.logging.audit_log else [])]
    shares = shares_of(logs.logging.workers)
    if len(shares) == 1:
        yield from (containers(logs, sizes), *of_node)
        return
    for number, share in enumerate(shares):
        read = containers(logs, sizes, share, number)
        why = "A file has one worker: in_tail of several would read each line several times." if not number else ""
        yield section("worker", str(number), read, *(of_node if not number else ()), why=why)


_DIGITS = "0123456789abcdef"


def shares_of(workers: int) -> tuple[str, ...]:
    """How each worker's folders end, as a glob: uids end in a hexadecimal digit, each as often as any other.

    The last share takes whatever the others do not, so that every folder has exactly one worker.
    """
    if workers == 1:
        return ("",)
    cuts = [round(number * len(_DIGITS) / workers) for number in range(workers)]
    first = [f"[{_DIGITS[a:b]}]" for a, b in pairwise(cuts)]
    return (*first, f"[^{_DIGITS[: cuts[-1]]}]")


def containers(logs: LogPlan, sizes: Sizes, share: str = "", worker: int = 0) -> Section:
    """Every container's log file on the node whose pod's folder ends so."""
    name = f"in_tail_containers_{worker}" if worker else "in_tail_containers"
    kept = f"containers.worker{worker}" if share else "containers"
    namespace = logs.logging.namespace
    return section(
        "source",
        "",
        *parameters(type="tail", id=name, label="@LINES", tag="kubernetes.*"),
        Parameter(
            "path",
            f"{LOGS}/*{share}/*/*.log,{LOGS}/*{share}/*/*.log.*",
            "Rotated files too, which /var/log/containers has no links to: what was not read before a restart is read\n"
            "after it. follow_inodes keeps a file that was renamed from being read twice.",
        ),
        Parameter(
            "exclude_path",
            (f"{LOGS}/*/*/*.gz", f"{LOGS}/*/*/*.tmp", f"{LOGS}/{namespace}_{NAME}-*/*/*"),
            "Compressed ones were read before; Fluentd's own would feed itself.",
        ),
        Parameter("pos_file", f"{STATE}/pos/{kept}.pos"),
        Parameter("pos_file_compaction_interval", "72h"),
        Parameter("read_from_head", True, "A pod's first lines are written before the file is found."),
        Parameter("follow_inodes", True, "With * in the path, a rotated file would be read twice without it."),
        Parameter("refresh_interval", "5s", "By default new pods go unseen for a minute."),
        Parameter("rotate_wait", "30s", "The default of five seconds ends before a busy file is read to its end."),
        Parameter("enable_stat_watcher", False, "inotify was seen to hang; the timer is enough."),
        Parameter("read_bytes_limit_per_second", f"{sizes.file_rate}m", "One file may not starve the others."),
        Parameter("max_line_size", "1m", "A longer line is skipped with a warning; containerd's parts are 16 KiB."),
        _groups(logs.logging),
        section("parse", "", *parameters(type="none"), why="obs_document reads them: nothing is dropped."),
    )


def journal() -> Section:
    """kubelet and the container runtime, from the node's journal."""
    matches = ", ".join(f'{{"_SYSTEMD_UNIT": "{unit}"}}' for unit in UNITS)
    return section(
        "source",
        "",
        *parameters(type="systemd", id="in_journal", label="@NODE", tag="node.journal", path="/var/log/journal"),
        Parameter("matches", f"[{matches}]"),
        Parameter("read_from_head", False, "A node's past is not news; the position is kept from then on."),
        section("storage", "", *parameters(type="local", persistent=True, path=f"{STATE}/pos/journal.json")),
        section("entry", "", *parameters(fields_strip_underscores=True, fields_lowercase=True)),
    )


def audit(path: str) -> Section:
    """The API server's audit log, on nodes that have one."""
    return section(
        "source",
        "",
        *parameters(type="tail", id="in_tail_audit", label="@NODE", tag="node.audit", path=path),
        Parameter("pos_file", f"{STATE}/pos/audit.pos"),
        *parameters(read_from_head=True, follow_inodes=True, rotate_wait="30s", enable_stat_watcher=False),
        section("parse", "", *parameters(type="none")),
    )


def _groups(logging: Logging) -> Section:
    """Noisy-neighbour guard: a container beyond its class's rate waits in its own file, and nobody else does."""
    named = [rule for c in logging.classes for rule in (_rule(c, n) for n in c.namespaces)]
    rest = _rule(logging.classes[-1], "")
    return section(
        "group",
        "",
        Parameter("pattern", f"/{_FILE}/"),
        Parameter("rate_period", f"{RATE_SECONDS}s"),
        *named,
        rest,
        why="Beyond its share of these lines in ten seconds a file waits, and nobody else does. Fluentd divides a\n"
        "limit by the files it is for, so it is the rate of one container times the pods a node may have.",
    )


def _rule(log_class: LogClass, namespace: str) -> Section:
    match = f'{{"namespace": "/^{namespace}$/"}}' if namespace else '{"namespace": "/./"}'
    return section("rule", "", Parameter("match", match), Parameter("limit", log_class.rate * RATE_SECONDS * MOST_PODS))
