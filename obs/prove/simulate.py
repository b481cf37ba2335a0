"""`obs simulate`: one small server that plays every target of the platform, healthy or under a fault."""

import json
import time
from collections.abc import Mapping
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import quote, unquote

from obs.model.fault import Story
from obs.model.plan import Part, Plan
from obs.printer import to_yaml
from obs.prove.exposition import page
from obs.render.play import Phase, Theatre, Track
from obs.render.promtool_stories import HEALTHY, story_phases
from obs.render.scrape import scrape_config

FOREVER = 315_360_000.0
"""Ten years: nobody watches longer."""
TEXT = "text/plain; version=0.0.4; charset=utf-8"


class UnknownFault(LookupError):
    """No component of the platform tells a story of that name."""


def stories(plan: Plan) -> dict[str, tuple[Part, Story]]:
    """Every fault story of the platform by name."""
    return {story.name: (part, story) for part in plan.parts for story in part.faults.stories}


def phases(plan: Plan, fault: str, *, lasts: float = FOREVER) -> tuple[Phase, ...]:
    """Health for `HEALTHY` seconds, then the fault (or health again) for as long as it lasts; UnknownFault."""
    if not fault:
        return (Phase(seconds=HEALTHY + lasts),)
    if fault not in stories(plan):
        raise UnknownFault(fault)
    healthy, failing, _ = story_phases(*stories(plan)[fault], 1.0)
    return (healthy, Phase(seconds=lasts, changes=failing.changes, targets=failing.targets))


class Stage:
    """The play as targets show it: `start` is the Unix time at which the fault begins; `reads` narrows the series."""

    def __init__(
        self, theatre: Theatre, *, fault: str, start: float, reads: Mapping[str, frozenset[str]] | None = None
    ) -> None:
        self.epoch = start - HEALTHY
        self.tracks = theatre.play(phases(theatre.plan, fault), epoch=self.epoch, reads=reads)
        self.targets: dict[tuple[str, str], list[Track]] = {}
        self.up: dict[tuple[str, str], Track] = {}
        for track in self.tracks:
            place = (track.instance.job.name, track.instance.address)
            self.targets.setdefault(place, [])
            if track.name == "up":
                self.up[place] = track
            else:
                self.targets[place].append(track)

    def page(self, job: str, instance: str, now: float) -> tuple[int, str]:
        """HTTP status and body of one target's metrics page."""
        place, moment = (job, instance), now - self.epoch
        if place not in self.targets:
            return 404, f"no target {job}/{instance}\n"
        if not (self.up[place].at(moment) if place in self.up else None):
            return 503, "the story has this target fail\n"
        return 200, page(self.targets[place], moment)

    def discovered(self, job: str, address: str, now: float) -> list[dict[str, Any]]:
        """The job's targets in the words of Prometheus' HTTP service discovery; those that are gone are left out."""
        found = []
        for (name, instance), track in sorted(self.up.items()):
            if name == job and track.at(now - self.epoch) is not None:
                path = f"/targets/{quote(name)}/{quote(instance)}/metrics"
                labels = {**dict(track.labels), "__metrics_path__": path}
                found.append({"targets": [address], "labels": labels})
        return found


class _Handler(BaseHTTPRequestHandler):
    """GET /targets/JOB/INSTANCE/metrics, /sd/JOB and /."""

    def __init__(self, stage: Stage, *args: Any) -> None:
        self.stage = stage
        super().__init__(*args)

    def do_GET(self) -> None:
        """Answer one request."""
        now = time.time()
        words = [unquote(word) for word in self.path.split("?")[0].strip("/").split("/")]
        if len(words) == 4 and words[0] == "targets" and words[3] == "metrics":
            self._answer(*self.stage.page(words[1], words[2], now), TEXT)
        elif len(words) == 2 and words[0] == "sd":
            found = self.stage.discovered(words[1], self.headers.get("Host", ""), now)
            self._answer(200, json.dumps(found), "application/json")
        elif words == [""]:
            lines = [
                f"/targets/{quote(job)}/{quote(instance)}/metrics\n" for job, instance in sorted(self.stage.targets)
            ]
            self._answer(200, "".join(lines), TEXT)
        else:
            self._answer(404, "see / for what is here\n", TEXT)

    def _answer(self, status: int, body: str, kind: str) -> None:
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Scrapes are not worth a line each."""


def server(
    plan: Plan, *, fault: str = "", host: str = "127.0.0.1", port: int = 0, start: float | None = None
) -> ThreadingHTTPServer:
    """A server ready to run; `start` is when the fault begins (now unless given). Port 0 takes a free one."""
    stage = Stage(Theatre(plan), fault=fault, start=time.time() if start is None else start)
    made = ThreadingHTTPServer((host, port), partial(_Handler, stage))
    made.daemon_threads = True
    return made


def prometheus_config(
    plan: Plan,
    *,
    port: int,
    host: str = "127.0.0.1",
    rule_files: tuple[str, ...] = (),
    alertmanager: str = "",
    interval: str = "15s",
    refresh: str = "5s",
) -> str:
    """A prometheus.yaml that scrapes the server, with the labels and metric filters of the generated configuration."""
    found: dict[str, Any] = {
        "global": {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval},
        "rule_files": list(rule_files),
        "scrape_configs": [
            _scrape(plan, name, f"http://{host}:{port}/sd/{quote(name)}", refresh) for name in _jobs(plan)
        ],
    }
    if alertmanager:
        found["alerting"] = {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]}
    return to_yaml(found)


def _jobs(plan: Plan) -> list[str]:
    return sorted({job.name for job in plan.jobs})


def _scrape(plan: Plan, name: str, url: str, refresh: str) -> Mapping[str, Any]:
    job = next(j for j in plan.jobs if j.name == name)
    kept = {
        k: v
        for k, v in scrape_config(plan, job).items()
        if k in ("honor_labels", "metric_relabel_configs", "sample_limit")
    }
    return {"job_name": name, "http_sd_configs": [{"url": url, "refresh_interval": refresh}], **kept}
