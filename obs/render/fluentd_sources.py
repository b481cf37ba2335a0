"""Where lines come from: container logs, the node's journal, the audit log; and Fluentd's own log and metrics."""

from collections.abc import Iterator

from obs.model.logging import LogClass, Logging, LogPlan
from obs.render.fluentd_sections import Parameter, Section, parameters, section
from obs.render.fluentd_sizes import Sizes

STATE = "/var/lib/obs-fluentd"
"""The one folder Fluentd writes to, on the node: positions, buffers, dead letters survive the pod."""
LOGS = "/var/log/pods"
NAME = "fluentd"
RATE_SECONDS = 10
TIME = "%Y-%m-%dT%H:%M:%S.%N%:z"
UNITS = ("kubelet.service", "containerd.service", "docker.service", "crio.service")
METRICS_PORT = 24231
_FILE = r"^\/var\/log\/pods\/(?<namespace>[^_]+)_(?<podname>[^_]+)_(?<uid>[^\/]+)\/(?<container>[^\/]+)\/"
MOST_PODS = 110
"""The kubelet's own limit of pods per node."""


def system() -> Section:
    """Settings of the process."""
    return section(
        "system",
        "",
        *parameters(log_level="info"),
        Parameter("root_dir", STATE, "Plugins with an @id keep their buffers below it."),
        Parameter("enable_msgpack_time_support", True, "Times keep their nanoseconds in buffers."),
    )


def own_log() -> Section:
    """Fluentd's own log as events ends here: it is on standard output already, and further on it would loop."""
    end = section("match", "**", *parameters(type="null", id="out_own_log"))
    return section("label", "@FLUENT_LOG", end, why="Its own log is on standard output; as events it would loop.")


def metrics() -> Iterator[Section]:
    """The metrics endpoint, and what it tells of outputs and tails."""
    yield section("source", "", *parameters(type="prometheus", id="in_prometheus", port=METRICS_PORT, bind="0.0.0.0"))
    yield section(
        "source",
        "",
        *parameters(type="prometheus_output_monitor", id="in_output_monitor", interval=15),
        Parameter("gauge_all", False, "true, the default, exposes counters as gauges: no rate() over them is right."),
    )
    yield section("source", "", *parameters(type="prometheus_tail_monitor", id="in_tail_monitor", interval=15))


def containers(logs: LogPlan, sizes: Sizes) -> Section:
    """Every container's log file on the node."""
    namespace = logs.logging.namespace
    return section(
        "source",
        "",
        *parameters(type="tail", id="in_tail_containers", label="@PARTS", tag="kubernetes.*"),
        Parameter(
            "path",
            f"{LOGS}/*/*/*.log,{LOGS}/*/*/*.log.*",
            "Rotated files too, which /var/log/containers has no links to: what was not read before a restart is read\n"
            "after it. follow_inodes keeps a file that was renamed from being read twice.",
        ),
        Parameter(
            "exclude_path",
            (f"{LOGS}/*/*/*.gz", f"{LOGS}/*/*/*.tmp", f"{LOGS}/{namespace}_{NAME}-*/*/*"),
            "Compressed ones were read before; Fluentd's own would feed itself.",
        ),
        Parameter("pos_file", f"{STATE}/pos/containers.pos"),
        Parameter("pos_file_compaction_interval", "72h"),
        Parameter("read_from_head", True, "A pod's first lines are written before the file is found."),
        Parameter("follow_inodes", True, "With * in the path, a rotated file would be read twice without it."),
        Parameter("refresh_interval", "5s", "By default new pods go unseen for a minute."),
        Parameter("rotate_wait", "30s", "The default of five seconds ends before a busy file is read to its end."),
        Parameter("enable_stat_watcher", False, "inotify was seen to hang; the timer is enough."),
        Parameter("read_bytes_limit_per_second", f"{sizes.file_rate}m", "One file may not starve the others."),
        Parameter("max_line_size", "1m", "A longer line is skipped with a warning; containerd's parts are 16 KiB."),
        Parameter("emit_unmatched_lines", True, "A line of no runtime's form goes on as it is; it would be dropped."),
        _groups(logs.logging),
        _runtimes(logs.logging),
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


def _runtimes(logging: Logging) -> Section:
    """How the runtime writes a line. The time stays in the record: as text it has nanoseconds and makes the id."""
    cri = (
        Parameter("expression", r"/^(?<time>[^ ]+) (?<stream>stdout|stderr) (?<logtag>[FP])(?:[^ ]*) (?<message>.*)$/"),
        *parameters(time_format=TIME, keep_time_key=True),
    )
    docker = parameters(time_key="time", time_format=TIME, keep_time_key=True)
    if logging.runtime == "containerd":
        return section("parse", "", *parameters(type="regexp"), *cri)
    if logging.runtime == "docker":
        return section("parse", "", *parameters(type="json"), *docker)
    return section(
        "parse",
        "",
        *parameters(type="multi_format"),
        section("pattern", "", *parameters(format="regexp"), *cri, why="containerd and CRI-O"),
        section("pattern", "", *parameters(format="json"), *docker, why="docker's json-file"),
    )
