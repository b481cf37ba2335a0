"""What the rules say of AuthZ beside what Envoy itself counted and wrote down in the same seconds."""

import json
import re
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator

from obs.model.plan import Plan
from obs.resolve.queries import Filler
from tests.engines.servers.barong import Conduct
from tests.engines.servers.envoy import Envoy
from tests.exporters.authz.live.stage import Stage

SPAN, QUIET = 8.0, 3.0
"""Seconds of traffic that are compared, and seconds of quiet before and after."""
WINDOW = f"{SPAN + QUIET:.0f}s"
LATENCY_LIMIT_US = 100_000


def rules(plan: Plan, stage: Stage) -> dict[str, float]:
    """The signals of AuthZ that alerts stand on, over the last seconds, as Prometheus answers."""
    part = next(part for part in plan.parts if part.component.name == "barong_authz")
    filler = Filler(
        component=part.component, selectors=part.selectors, options=part.options, namespaces=plan.platform.namespaces
    )
    names = ("error_ratio", "latency", "slow_ratio", "timeout_ratio", "denied_ratio")
    filled = {name: filler.fill(part.signals[name].query, window=WINDOW) for name in names}
    return {name: _asked(stage.prometheus, query) for name, query in filled.items()}


def _asked(prometheus: str, query: str) -> float:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    url = f"{prometheus}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    with opener.open(url, timeout=10) as answer:
        (sample,) = json.loads(answer.read())["data"]["result"]
    return float(sample["value"][1])


def counted(page: str) -> dict[str, float]:
    """Envoy's own counters of AuthZ."""
    patterns = {
        "completed": r'envoy_cluster_upstream_rq_completed\{envoy_cluster_name="barong_authz"\} (\S+)',
        "timeouts": r'envoy_cluster_upstream_rq_timeout\{envoy_cluster_name="barong_authz"\} (\S+)',
        "answered": r'envoy_cluster_upstream_rq_time_count\{envoy_cluster_name="barong_authz"\} (\S+)',
        "ok": r"envoy_http_ext_authz_ok\{\S+ingress_http\"\} (\S+)",
        "denied": r"envoy_http_ext_authz_denied\{\S+ingress_http\"\} (\S+)",
        "errors": r"envoy_http_ext_authz_error\{\S+ingress_http\"\} (\S+)",
    }
    return {name: float(re.findall(pattern, page)[0]) for name, pattern in patterns.items()}


def written(stage: Stage, since: float, until: float) -> Iterator[int]:
    """Microseconds of each AuthZ call of that time, from the access log: the only complete record."""
    for line in (stage.folder / "gateway-0" / "envoy.log").read_text(encoding="utf-8", errors="replace").splitlines():
        if line.startswith("{"):
            entry = json.loads(line)
            began = time.mktime(time.strptime(entry["@timestamp"][:19], "%Y-%m-%dT%H:%M:%S")) - time.timezone
            if since <= began <= until and "authz" in entry["envoy"]:
                yield int(entry["envoy"]["authz"]["duration_us"])


def compared(plan: Plan, stage: Stage) -> dict[str, tuple[float, float]]:
    """Signal -> (what the rule says, what Envoy counted or wrote), while some calls time out and some are denied.

    Traffic begins and ends within the window, so that it does not matter when Envoy merges its histograms.
    """
    page = f"http://127.0.0.1:{stage.gateways.ports[0][1]}/stats/prometheus"
    stage.traffic.streams.clear()
    time.sleep(QUIET)
    before, since = counted(Envoy.get(page)), time.time()
    stage.people()
    stage.barong.conduct = Conduct(delay=1.2, slow_path="slow")
    stage.stream("slow", "peatio/slow", rate=6)
    stage.stream("denied", "peatio/account/balances", rate=4, headers={})
    time.sleep(SPAN)
    stage.traffic.streams.clear()
    time.sleep(QUIET)
    after, until = counted(Envoy.get(page)), time.time()
    said, took = rules(plan, stage), sorted(written(stage, since, until))
    stage.calm()
    grown = {name: after[name] - before[name] for name in before}
    beyond = sum(each > LATENCY_LIMIT_US for each in took) / len(took)
    return {
        "error_ratio": (said["error_ratio"], grown["errors"] / grown["completed"]),
        "timeout_ratio": (said["timeout_ratio"], grown["timeouts"] / grown["completed"]),
        "denied_ratio": (said["denied_ratio"], grown["denied"] / (grown["ok"] + grown["denied"])),
        "slow_ratio": (said["slow_ratio"], beyond),
        "latency": (said["latency"], min(took[int(len(took) * 0.99)] / 1e6, 1.0)),
        "in the histogram": (grown["answered"] / grown["completed"], 1 - grown["timeouts"] / grown["completed"]),
    }
