"""Many stories at once for one Prometheus: each is played as a cluster of its own, on one server, with history."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import groupby
from typing import Any

from obs.model.plan import Plan
from obs.printer import to_yaml
from obs.prove.simulate import TEXT, Stage
from obs.render.acting import Segment
from obs.render.lookback import ANY_JOB, reads
from obs.render.play import Theatre, Track
from obs.render.promtool_scope import Scope
from obs.render.scrape import scrape_config

STEP = 240.0
"""Seconds between samples of the history: every instant has one within the lookback of 5 m."""
LAST, RECENT = 1500.0, 30.0
"""In the last so many seconds there is a sample every so many: a rate told from few samples is too low."""
FINE = 120.0
"""Seconds between samples of what objectives count: two within every 5 m."""


class Stages:
    """Stories by name (`` is the healthy platform); a story's name is its cluster label."""

    def __init__(self, theatre: Theatre, lasts: Mapping[str, float], scopes: Mapping[str, Scope] | None = None) -> None:
        self.theatre = theatre
        self.now = time.time()
        self.scopes = scopes or {}
        self.stages = {n: self._stage(n, length) for n, length in lasts.items()}

    def _stage(self, name: str, length: float) -> Stage:
        """A story, with the series alone that its scope reads (all for the healthy platform)."""
        scope = self.scopes.get(name)
        wanted = {**reads(scope.exprs), "up": ANY_JOB} if scope else None
        return Stage(self.theatre, fault=name, start=self.now - length, reads=wanted)

    def cluster(self, name: str) -> str:
        """The cluster label of a story."""
        return name or self.theatre.plan.platform.cluster

    @property
    def oldest(self) -> float:
        """Unix time at which the first history begins."""
        return min(stage.epoch for stage in self.stages.values())

    def labels(self, name: str, track: Track) -> dict[str, str]:
        """A track's labels in its story's cluster."""
        return {**dict(track.labels), "cluster": self.cluster(name)}

    def history(self, fine: frozenset[str]) -> Iterator[str]:
        """OpenMetrics lines from each story's beginning until now; `fine` series have closer samples.

        Families are typed unknown, as names of real exporters need not end as OpenMetrics wants.
        """
        every = [(t.name, name, t) for name, stage in self.stages.items() for t in stage.tracks]
        for metric, together in groupby(sorted(every, key=lambda e: (e[0], e[1], e[2].labels)), key=lambda e: e[0]):
            yield f"# TYPE {metric} unknown\n"
            for _, name, track in together:
                yield self._past(name, track, FINE if metric in fine else STEP)
        yield "# EOF\n"

    def _past(self, name: str, track: Track, step: float) -> str:
        inside = ",".join(f'{k}="{_escaped(v)}"' for k, v in self.labels(name, track).items())
        epoch, lines = self.stages[name].epoch, []
        for segment, moment in _moments(track.segments, step, self.now - epoch):
            lines.append(f"{track.name}{{{inside}}} {segment.at(moment)!r} {epoch + moment:.3f}\n")
        return "".join(lines)

    def config(self, plan: Plan, port: int, *, rules: str, alertmanager: str, interval: str) -> str:
        """prometheus.yaml with every target of every story, with the generated metric filters."""
        scrapes = []
        for job in sorted({job.name: job for job in plan.jobs}.values(), key=lambda j: j.name):
            kept = {
                k: v for k, v in scrape_config(plan, job).items() if k in ("honor_labels", "metric_relabel_configs")
            }
            scrapes.append({"job_name": job.name, "static_configs": list(self._targets(job.name, port)), **kept})
        return to_yaml(
            {
                "global": {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval},
                "rule_files": [rules],
                "alerting": {"alertmanagers": [{"static_configs": [{"targets": [alertmanager]}]}]},
                "scrape_configs": scrapes,
            }
        )

    def _targets(self, job: str, port: int) -> Iterator[dict[str, Any]]:
        """Static targets of a job in every story, without those that the story has gone."""
        for name, stage in self.stages.items():
            for (owner, instance), up in stage.up.items():
                tracks, state = stage.targets[owner, instance], up.at(self.now - stage.epoch)
                if owner == job and state is not None and (tracks or not state):
                    path = f"/{name or '-'}/{job}/{instance}"
                    labels = {**self.labels(name, up), "__metrics_path__": path}
                    yield {"targets": [f"127.0.0.1:{port}"], "labels": labels}

    @contextmanager
    def serving(self, port: int) -> Iterator[None]:
        """Serve every target while the block lasts."""
        with ThreadingHTTPServer(("127.0.0.1", port), partial(_Pages, self)) as server:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield
            server.shutdown()


class _Pages(BaseHTTPRequestHandler):
    """GET /STORY/JOB/INSTANCE."""

    def __init__(self, stages: Stages, *args: Any) -> None:
        self.stages = stages
        super().__init__(*args)

    def do_GET(self) -> None:
        """One target's page."""
        story, job, instance = self.path.split("?")[0].strip("/").split("/")
        status, body = self.stages.stages["" if story == "-" else story].page(job, instance, time.time())
        data = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", TEXT)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Scrapes are not worth a line each."""


def _moments(segments: tuple[Segment, ...], step: float, end: float) -> Iterator[tuple[Segment, float]]:
    """When to sample a series: every `step` seconds, more often towards the end, where rates are told from it."""
    moment = 0.0
    for segment in segments:
        moment = max(moment, -(-segment.start // RECENT) * RECENT)
        while moment < min(segment.end, end):
            yield segment, moment
            moment += step if moment < end - LAST else RECENT


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
