"""The README of the kibana folder: what is here, what must exist first, and the commands in their order."""

from collections.abc import Iterator, Mapping

from obs.model.logging import LogPlan
from obs.model.plan import Plan
from obs.render.kube import elasticsearch, kibana, search_exporter
from obs.render.kube.search import CERTIFICATE_KEYS, CERTIFICATES, authority
from obs.render.log_volume import LogVolume, log_volume, size

_TEXT = """# Elasticsearch and Kibana

{header}

`elasticsearch/` holds what an Elasticsearch must know before the first line arrives, one request body a file:
lifecycle and snapshot policies, the ingest pipeline, component and index templates, roles, and the body of Fluentd's
key. `obs.ndjson` holds everything people look at in Kibana from 8.19 on: a data view, saved searches, dashboards,
queries.

| board | what it answers | searches |
|---|---|---|
{boards}

{cluster}
## Putting it in

```sh
export ELASTICSEARCH_USER=elastic ELASTICSEARCH_PASSWORD=…
obs apply elasticsearch {spec} --url {endpoint} --ca ca.crt --dry-run
obs apply elasticsearch {spec} --url {endpoint} --ca ca.crt
obs apply kibana {spec} --dry-run
obs apply kibana {spec}
```

Both say what differs, change nothing else, and may be run again at any time. Without `obs`: send each file with `PUT`
(`_ilm/policy/NAME`, `_slm/policy/NAME`, `_ingest/pipeline/NAME`, `_component_template/NAME`,
`_index_template/NAME`, `_security/role/NAME`, in this order), and import `obs.ndjson` under Stack Management, Saved
Objects. `dashboards-as-code/` has the same dashboards as bodies of the dashboards API of Kibana 9.5
(`PUT /api/dashboards/NAME`, after the import); `obs apply kibana --as-code` puts them. That API takes no maps, so they
show countries instead.

Fluentd's key is made once, by hand, because its answer is a secret:

```sh
curl --cacert ca.crt -u elastic -X POST {endpoint}/_security/api_key \\
  -H 'Content-Type: application/json' -d @kibana/elasticsearch/api-keys/obs-log-writer.json
```

`id:api_key` of the answer is the key `api-key` that Fluentd's secret wants.
{watched}
## What is kept how long

| data stream | kept | recovered | on disk, about |
|---|---|---|---|
{streams}

{lines:g} lines a second are {day} of text a day, and {stored} a day on disk, before copies. The last column is what a
class fills when its retention is full, copies included. How far such an estimate may be off: docs/search.md of obs.

Settings of your own go into a component template `obs-logs@custom`, which every template takes when it exists.

## Who may do what

`obs-log-writer` may add documents to these streams and nothing else. `obs-log-reader` may read them, what the mapping
refused included, and look at Kibana's default space. `obs-bundle-applier` may put what this folder holds and see no
document.{watcher}
"""

_CLUSTER = """## On your cluster

The namespace `{namespace}` is made by `kubectl apply -k fluentd/`. Pods wait until the keys they mount exist; no value
of them is in this bundle:

```sh
{secrets}
```

in a folder with one file per key, the key its name and the value its content. `tls.crt` must be valid for
`elasticsearch.{namespace}.svc` and for both sides of a connection, as the nodes talk to each other with it. The token
of Kibana comes from the running Elasticsearch, so Kibana starts in a second step:

```sh
kubectl apply -k kibana/
kubectl -n {namespace} rollout status statefulset/elasticsearch
kubectl -n {namespace} exec elasticsearch-0 -- bin/elasticsearch-service-tokens create elastic/kibana obs
kubectl -n {namespace} rollout status deployment/kibana
```

"""

_OPERATOR = """## On your cluster

Elastic's operator (ECK 3) runs in the namespace `{operator}`; it makes pods, certificates and accounts from two objects
in the namespace `{namespace}`, which `kubectl apply -k fluentd/` makes.{zones}
{secrets}
```sh
kubectl apply -k kibana/
kubectl -n {namespace} wait elasticsearch/elasticsearch --for=jsonpath='{{.status.phase}}'=Ready --timeout=15m
kubectl -n {namespace} get secret {authority} -o jsonpath='{{.data.ca\\.crt}}' | base64 -d > ca.crt
kubectl -n {namespace} get secret elasticsearch-es-elastic-user -o jsonpath='{{.data.elastic}}' | base64 -d
```

The last line prints the password of the user `elastic`. Fluentd finds `ca.crt` by itself. Elasticsearch answers at
`{endpoint}`, and Kibana, with a certificate of its own, at
`https://kibana-kb-http.{namespace}.svc:5601`: tell your ingress controller so.

"""

_ZONES = """ Nodes must carry the label
`topology.kubernetes.io/zone`, and the operator must be allowed to pass it on, as Elastic's manifests and chart let it;
`zones: false` in the spec does without."""

_KEYSTORE = """
Values of secure settings are yours to bring, in a folder with one file per key, the key its name and the value its
content:

```sh
{secrets}
```
"""

_EXPORTER = " `kubectl apply -k kibana/`\nmakes the exporter that watches it."
_WATCHER = " `obs-metrics-reader` may ask how the engine is and read nothing that is in it."

_WATCHED = """
The exporter that tells Prometheus how Elasticsearch is may look at the engine and at no line. It takes its key from the
environment, and from there alone, so the Secret becomes a variable of its pod; the authority it trusts is Fluentd's:

```sh
curl --cacert ca.crt -u elastic -X POST {endpoint}/_security/api_key \\
  -H 'Content-Type: application/json' -d @kibana/elasticsearch/api-keys/{body}.json
kubectl -n {namespace} create secret generic {secret} --from-file={key}
kubectl -n {namespace} rollout status deployment/{name}
```

with `encoded` of the answer in the file `{key}`, and no line break at its end (`printf %s`).
"""

_EXTERNAL = """## Where it runs

Elasticsearch and Kibana are somebody else's here ({endpoint}); nothing of them is deployed.{exporter}

"""


def readme(plan: Plan, logs: LogPlan, header: str) -> str:
    """The page of a platform's own names and addresses."""
    volume = log_volume(logs)
    return _TEXT.format(
        header=header,
        boards="\n".join(f"| {b.title} | {b.help} | {len(b.searches)} |" for b in logs.boards),
        cluster=_where(plan, logs),
        spec=plan.platform.spec_name,
        endpoint=logs.logging.endpoint,
        streams="\n".join(_streams(logs, volume)),
        watched=_watched(plan, logs),
        watcher=_WATCHER if search_exporter.wanted(plan) else "",
        lines=volume.lines_per_second,
        day=size(volume.bytes_in_day),
        stored=size(volume.bytes_stored_day),
    )


def _watched(plan: Plan, logs: LogPlan) -> str:
    """How the exporter gets its key; "" where nobody watches the engine."""
    if not search_exporter.wanted(plan):
        return ""
    return _WATCHED.format(
        endpoint=logs.logging.endpoint,
        namespace=logs.logging.namespace,
        name=search_exporter.NAME,
        secret=search_exporter.SECRET,
        body=search_exporter.KEY_BODY,
        key=search_exporter.KEY,
    )


def _where(plan: Plan, logs: LogPlan) -> str:
    namespace = logs.logging.namespace
    if logs.logging.elasticsearch.placement == "external":
        exporter = _EXPORTER if search_exporter.wanted(plan) else ""
        return _EXTERNAL.format(endpoint=logs.logging.endpoint, exporter=exporter)
    keystore = {elasticsearch.SECRET: elasticsearch.secret_keys(logs)}
    if logs.logging.elasticsearch.placement == "eck":
        return _operated(logs, "\n".join(_secrets(namespace, keystore)))
    wanted = {CERTIFICATES: CERTIFICATE_KEYS, **keystore, kibana.SECRET: kibana.KEYS}
    return _CLUSTER.format(namespace=namespace, secrets="\n".join(_secrets(namespace, wanted)))


def _operated(logs: LogPlan, secrets: str) -> str:
    wanted = logs.logging.elasticsearch
    return _OPERATOR.format(
        namespace=logs.logging.namespace,
        operator=wanted.operator_namespace,
        zones=_ZONES if wanted.zones else "",
        secrets=_KEYSTORE.format(secrets=secrets) if secrets else "",
        authority=authority(logs.logging),
        endpoint=logs.logging.endpoint,
    )


def _secrets(namespace: str, wanted: Mapping[str, tuple[str, ...]]) -> Iterator[str]:
    for secret, keys in wanted.items():
        files = "".join(f" --from-file={key}" for key in keys)
        yield from [f"kubectl -n {namespace} create secret generic {secret}{files}"] if keys else []


def _streams(logs: LogPlan, volume: LogVolume) -> Iterator[str]:
    for stream in logs.streams:
        order = stream.log_class.priority if stream.log_class else "last"
        full = size(volume.kept[stream.log_class.name]) if stream.log_class else ""
        yield f"| `{stream.name}` | {stream.retention} | {order} | {full} |"
