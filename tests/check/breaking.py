"""One way to break each promise, on a bundle that keeps them all."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from obs.conventions import dashboard_path, dashboard_v2_path, runbook_path
from obs.model.bundle import Bundle
from obs.model.metric import Metric
from obs.model.plan import Part, Rule, RuleGroup
from obs.model.platform import Notify

Break = Callable[[Bundle], Bundle]
UID = "obs-envoy"


def with_part(bundle: Bundle, change: Callable[[Part], Part]) -> Bundle:
    """The bundle with its first part changed."""
    first, *rest = bundle.plan.parts
    return replace(bundle, plan=replace(bundle.plan, parts=(change(first), *rest)))


def with_rules(bundle: Bundle, *rules: Rule, name: str = "more", interval: str = "") -> Bundle:
    """The bundle with one more rule group."""
    group = RuleGroup(name=name, rules=rules, interval=interval)
    return with_part(bundle, lambda part: replace(part, groups=(*part.groups, group)))


def alert(**changes: Any) -> Rule:
    """A rule that keeps every promise, but for the changes."""
    links = "https://runbooks.example.com/envoy.md", "https://grafana.example.com/d/obs-envoy?viewPanel=2"
    good = Rule(
        alert="EnvoyOneMore",
        expr='sum by (cluster, namespace, job) (envoy_server_live{job="envoy"}) < 1',
        hold="5m",
        labels=(("component", "envoy"), ("severity", "warning")),
        annotations=(
            ("summary", "One more thing."),
            ("description", "{{ $labels.job }} has {{ $value | humanize }}."),
            ("runbook_url", links[0]),
            ("dashboard_url", links[1]),
        ),
    )
    return replace(good, **changes)


def query(expr: str) -> Break:
    """One more alert with this expression."""
    return lambda bundle: with_rules(bundle, alert(expr=expr))


def record(name: str, expr: str) -> Break:
    """One more recording rule."""
    return lambda bundle: with_rules(bundle, Rule(record=name, expr=expr))


def annotated(name: str, text: str) -> Break:
    """One more alert with one annotation changed."""

    def change(bundle: Bundle) -> Bundle:
        texts = tuple((k, text if k == name else v) for k, v in alert().annotations)
        return with_rules(bundle, alert(annotations=texts))

    return change


def board(change: Callable[[dict[str, Any]], object]) -> Break:
    """The gateway's dashboard with its JSON changed in place."""

    def changed(bundle: Bundle) -> Bundle:
        data = json.loads(bundle.artifacts[dashboard_path(UID)])
        change(data)
        return replace(bundle, artifacts={**bundle.artifacts, dashboard_path(UID): json.dumps(data)})

    return changed


def panel(change: Callable[[dict[str, Any]], object]) -> Break:
    """The first panel that draws a time series, changed in place."""
    return board(lambda data: change(next(p for p in data["panels"] if p["type"] == "timeseries")))


def variable(name: str, **changes: object) -> Break:
    """One template variable changed."""
    return board(lambda data: next(v for v in data["templating"]["list"] if v["name"] == name).update(changes))


def target(expr: str) -> Break:
    """The first time series asks something else."""
    return panel(lambda p: p["targets"][0].update(expr=expr))


def without(path: str) -> Break:
    """A file is missing."""
    return lambda bundle: replace(bundle, artifacts={p: t for p, t in bundle.artifacts.items() if p != path})


def file(path: str, text: str) -> Break:
    """A file says something else."""
    return lambda bundle: replace(bundle, artifacts={**bundle.artifacts, path: text})


def untested(bundle: Bundle) -> Bundle:
    """No rule tests at all."""
    return replace(bundle, artifacts={p: t for p, t in bundle.artifacts.items() if not p.startswith("alerts/tests/")})


def unheard(bundle: Bundle) -> Bundle:
    """Nobody to notify."""
    return replace(bundle, plan=replace(bundle.plan, platform=replace(bundle.plan.platform, notify=Notify())))


def uncharted(bundle: Bundle) -> Bundle:
    """A dashboard without rows."""
    return with_part(bundle, lambda part: replace(part, dashboard=replace(part.dashboard, rows=())))


def disagreeing(name: str, value: str) -> Break:
    """A component that reads the gateway's metrics and means another one by a shared setting."""

    def change(bundle: Bundle) -> Bundle:
        gateway = bundle.plan.parts[0]
        component = replace(gateway.component, name="reader", requires=("envoy",))
        service = replace(gateway.services[0], name="reader", options={name: value})
        reader = replace(gateway, component=component, services=(service,), options={**gateway.options, name: value})
        return replace(bundle, plan=replace(bundle.plan, parts=(*bundle.plan.parts, reader)))

    return change


def two_gateways(bundle: Bundle) -> Bundle:
    """A second gateway with another AuthZ cluster than the first, read by one component."""
    gateway = bundle.plan.parts[0]
    other = replace(gateway.services[0], name="second", options={"authz_cluster": "barong"})
    agreeing = disagreeing("authz_cluster", str(gateway.options["authz_cluster"]))(bundle)
    return with_part(agreeing, lambda part: replace(part, services=(*part.services, other)))


def watched_twice(bundle: Bundle) -> Bundle:
    """Two services of a component whose exporter is found as a pod."""

    def change(part: Part) -> Part:
        job = replace(part.jobs[0], exporter="obs_some_exporter")
        return replace(part, jobs=(job, replace(job, service=replace(job.service, name="second"))))

    return with_part(bundle, change)


def milliseconds_shown_raw(bundle: Bundle) -> Bundle:
    """A metric declared in bytes on a panel in seconds."""

    def change(part: Part) -> Part:
        source, *others = part.component.sources
        odd = Metric(name="envoy_server_live", type="gauge", unit="bytes", help="Wrongly declared.")
        metrics = (odd, *(m for m in source.metrics if m.name != odd.name))
        component = replace(part.component, sources=(replace(source, metrics=metrics), *others))
        rows = tuple(
            replace(
                row,
                panels=tuple(
                    replace(p, unit="seconds") if "envoy_server_live" in p.targets[0].expr else p for p in row.panels
                ),
            )
            for row in part.dashboard.rows
        )
        return replace(part, component=component, dashboard=replace(part.dashboard, rows=rows))

    return with_part(bundle, change)


_LIVE = 'envoy_server_live{job="envoy"}'
_COMPLETED = 'envoy_http_downstream_rq_completed{job="envoy"}'
_FILTERED = '{cluster=~"$cluster", job=~"$job", instance=~"$instance"}'

BREAKS: dict[str, tuple[Break, ...]] = {
    "query-syntax": (query("sum by (job (x)"), target("rate(")),
    "metrics-declared": (query("envoy_server_alive > 0"), target(f"nothing_declares_this{_FILTERED}")),
    "labels-fit": (
        query(f"sum by (planet) ({_LIVE}) < 1"),
        query(f'{_LIVE} * on (job) envoy_server_uptime{{job="envoy"}} > 1'),
        query('envoy_server_live{job="envoy", planet="earth"} < 1'),
    ),
    "counters-in-rates": (query(f"sum by (job) ({_COMPLETED}) > 5"),),
    "rates-on-counters": (query(f"rate({_LIVE}[5m]) > 0"),),
    "rates-before-sums": (query(f"rate(sum by (job) ({_LIVE})[5m:1m]) > 0"),),
    "no-irate-in-alerts": (query(f"sum by (job) (irate({_COMPLETED}[5m])) > 5"),),
    "no-topk-in-alerts": (query(f"topk(3, {_LIVE}) > 0"),),
    "ranges-long-enough": (query(f"sum by (job) (rate({_COMPLETED}[1m])) > 5"),),
    "regexes-needed": (
        query('sum by (job) (envoy_server_live{job=~"envoy"}) < 1'),
        query('sum by (job) (envoy_server_live{job=~"^env.*"}) < 1'),
    ),
    "denominators-guarded": (
        query(f"sum by (job) (rate({_COMPLETED}[5m])) / sum by (job) (rate({_COMPLETED}[5m])) > 1"),
    ),
    "histograms-keep-le": (
        query(
            'histogram_quantile(0.9, sum by (job) (rate(envoy_http_downstream_rq_time_bucket{job="envoy"}[5m]))) > 1'
        ),
        query(f"histogram_quantile(0.9, sum by (job, le) (rate({_COMPLETED}[5m]))) > 1"),
    ),
    "alerts-compare": (query(f"sum by (job) ({_LIVE})"),),
    "alert-names": (
        lambda b: with_rules(b, alert(alert="envoy_down")),
        lambda b: with_rules(b, alert(alert="Envoy" + "Long" * 10)),
    ),
    "group-sizes": (
        lambda b: with_rules(b, *(alert(alert=f"EnvoyMore{n}") for n in range(21))),
        lambda b: with_rules(b, alert(), name="n" * 41),
        lambda b: with_rules(b, alert(), interval="10m"),
    ),
    "severities": (lambda b: with_rules(b, alert(labels=(("component", "envoy"), ("severity", "panic")))),),
    "annotations": (
        annotated("summary", ""),
        annotated("summary", "no capital, no stop"),
        annotated("summary", "It is {{ $value }}."),
        annotated("description", "Nothing said."),
        annotated("runbook_url", ""),
    ),
    "no-values-in-labels": (lambda b: with_rules(b, alert(labels=(*alert().labels, ("size", "{{ $value }}")))),),
    "template-labels": (annotated("description", "{{ $labels.planet }} is gone."),),
    "values-humanized": (annotated("description", "It is {{ $value }}."),),
    "holds": (lambda b: with_rules(b, alert(hold="")), lambda b: with_rules(b, alert(hold="30s"))),
    "no-duplicates": (lambda b: with_rules(b, alert(), alert()),),
    "records-before-use": (
        query("job:nothing_records:this > 0"),
        query("job:envoy_edge_error:ratio_rate5m > 0.5"),
    ),
    "record-names": (record("envoy_errors", f"sum by (job) ({_LIVE})"),),
    "alerts-charted": (uncharted,),
    "alerts-documented": (file(runbook_path("envoy"), "# Envoy\n"),),
    "alerts-tested": (untested,),
    "alerts-routed": (unheard,),
    "panel-types": (panel(lambda p: p.update(type="graph")),),
    "panel-texts": (panel(lambda p: p.update(title="")), panel(lambda p: p.pop("description"))),
    "panel-units": (panel(lambda p: p["fieldConfig"]["defaults"].pop("unit")),),
    "panel-targets": (panel(lambda p: p.update(targets=[])), target(" ")),
    "panel-datasources": (panel(lambda p: p.update(datasource={"type": "prometheus", "uid": "abc"})),),
    "datasource-variable": (variable("datasource", label="Source"),),
    "scope-variables": (variable("instance", allValue=".*"), variable("job", multi=False)),
    "variable-queries": (
        variable("job", refresh=1),
        variable("job", query="label_values(up{, job)"),
        variable("job", query={}),
    ),
    "targets-filtered": (target(f"sum({_LIVE})"), target('sum(envoy_server_live{job=~"$job"})')),
    "rate-intervals": (target(f"sum(rate(envoy_http_downstream_rq_completed{_FILTERED}[5m]))"),),
    "unique-boards": (board(lambda d: d.update(uid="obs-overview")), board(lambda d: d.update(title=""))),
    "board-settings": (board(lambda d: d.update(editable=True)), board(lambda d: d.update(schemaVersion=36))),
    "no-overlap": (panel(lambda p: p["gridPos"].update(x=0, y=1, w=24)), panel(lambda p: p.update(id=2))),
    "titles-unique": (board(lambda d: [p.update(title="Same") for p in d["panels"] if p["type"] == "timeseries"]),),
    "units-match": (milliseconds_shown_raw,),
    "both-schemas": (without(dashboard_v2_path(UID)),),
    "sizes": (file("alerts/rules/envoy.yaml", "x" * 1_100_000),),
    "no-secrets": (
        file("alerts/x.yaml", "url: amqp://user:hunter22@host\n"),
        file("alerts/x.yaml", "-----BEGIN RSA PRIVATE KEY-----\n"),
    ),
    "links-resolve": (
        annotated("dashboard_url", "https://grafana.example.com/d/obs-nowhere?viewPanel=2"),
        annotated("dashboard_url", "https://grafana.example.com/d/obs-envoy?viewPanel=4000"),
        annotated("runbook_url", "https://runbooks.example.com/envoy.md#nothing"),
        panel(lambda p: p.update(links=[{"title": "x", "url": "/d/obs-nowhere"}])),
    ),
    "shared-settings-agree": (
        disagreeing("authz_cluster", "barong"),
        disagreeing("stat_prefix", "edge"),
        two_gateways,
    ),
    "one-service-per-prober": (watched_twice,),
}
