"""READMEs beside the manifests: what must exist first, in commands that paste and run."""

from collections.abc import Iterable

from obs.conventions import GENERATED
from obs.model.plan import Plan
from obs.render.kube import alertmanager, exporter_config, grafana, prometheus
from obs.render.kube.stack import exporters as needed

_STANDALONE = """# The stack on your cluster

{generated}

`kubectl apply -k alerts/` installs Prometheus, Alertmanager, kube-state-metrics and node-exporter. It comes first of
all shelf folders, because it owns the namespaces {namespaces} and the priority class `{priority}`; `exporters/deploy/`
and `dashboards/` follow in any order.

## Before the first time

The namespaces of the platform must exist ({watched}): each gets a Role that lets Prometheus list its pods.

Pods wait until the keys they mount exist. No value of them is in this bundle; create them yourself, for example

```sh
kubectl apply -f alerts/manifests/base.yaml{logging}
{secrets}
```

in a folder with one file per key, the key its name and the value its content; or let the secret operator you already
use do it.

## Applying

```sh
kubectl diff -k alerts/
kubectl apply -k alerts/
kubectl -n {namespace} rollout status statefulset/prometheus
kubectl -n {namespace} rollout status statefulset/alertmanager
```

A changed rule or route makes a new ConfigMap, and pods are replaced one by one. A pod that does not accept its new
configuration never becomes ready; the roll stops there, and the other replicas serve on with the old one. Once the roll
is done, the ConfigMaps of earlier bundles may go:

```sh
kubectl apply -k alerts/ --prune --prune-allowlist=core/v1/ConfigMap \\
  -l app.kubernetes.io/part-of={part_of},app.kubernetes.io/component=alerts-files
```

## Looking in

Neither Prometheus nor Alertmanager has a login, so no policy lets anyone but Grafana reach them:

```sh
kubectl -n {namespace} port-forward service/prometheus 9090
kubectl -n {namespace} port-forward service/alertmanager 9093
```

What each program may read, reach and mount, and why: `docs/kubernetes.md` of obs.
"""

_OPERATOR = """# Objects for your Prometheus operator

{generated}

`kubectl apply -k alerts/` creates a PrometheusRule per component and a PodMonitor, ServiceMonitor or Probe per job in
the namespace {namespace}, all labelled {labels}. The operator picks them up when the selectors of its Prometheus
(`ruleSelector`, `podMonitorSelector`, `serviceMonitorSelector`, `probeSelector`) want these labels and its
`…NamespaceSelector`s include {namespace}.

Its Prometheus must be allowed to list pods in the namespaces of the platform: {watched}.
{verified}"""

_VERIFIED = """
What is scraped over TLS is verified by the certificate of your authority, a file `ca.crt` in

```sh
{command}
```
"""

_GRAFANA = """# Grafana on your cluster

{generated}

`kubectl apply -k alerts/` comes first: it owns the namespace {namespace}. Then

```sh
{secrets}
kubectl apply -k dashboards/
kubectl -n {namespace} rollout status deployment/grafana
kubectl -n {namespace} port-forward service/grafana 3000
```

in a folder with one file per key, the key its name and the value its content (`openssl rand -base64 24` makes a good
`admin-password` and `secret-key`).
Pods of the namespaces {gates} may reach Grafana: put your ingress controller's namespace into the spec under
`stack.ingress_namespaces`.
"""

_EXPORTERS = """# Exporters

{generated}

`kubectl apply -k exporters/deploy/` installs the exporters that the platform's services need. {first}
Each reads its targets from `config/`, and every login from a file of a Secret that you create:

```sh
{secrets}
```

in a folder with one file per key, the key its name and the value its content.
{tls}{accounts}
`exporters/Dockerfile` of obs makes the image `{image}`.
"""

_GRANTS = """
`grants/` lets the accounts into the databases: SQL per engine; run `heartbeat.sql` first, then the file of your engine,
with a password for `<password>`.
"""

_USERS = """
`rabbitmq/` lets them into the broker: `rabbitmqctl import_definitions FILE`, then `rabbitmqctl change_password`.
"""

_TLS = """
They serve over TLS. Each needs a certificate for its Service's name, from your authority or from a cert-manager
`Certificate` with this secret name. The authority's own certificate is the key `ca.crt` of the secret `{prometheus}`,
by which Prometheus verifies them. A renewed certificate is taken over without a restart.

```sh
{commands}
```
"""

_NONE = """# Exporters

{generated}

No service of this platform needs an exporter of ours; the kustomization is empty on purpose.
"""

_GATEWAY = """
`config/envoy/` is the gateway's own half: its access log, a cluster for AuthZ alone, a listener for its statistics.
Each folder's README says how to bring it in.
"""

_LATER = """# {title}

{generated}

The spec has no `logging` section, so there is nothing to apply and no `kustomization.yaml`.
"""


def manifests(plan: Plan) -> str:
    """For alerts/manifests/."""
    stack = plan.platform.stack
    commands = [_command(stack.namespace, alertmanager.SECRET, alertmanager.secret_keys(plan))]
    commands.append(_command(stack.namespace, prometheus.SECRET, prometheus.secret_keys(plan)))
    return _STANDALONE.format(
        generated=_generated(plan),
        namespace=stack.namespace,
        namespaces=_listed(sorted({stack.namespace, stack.agents_namespace})),
        part_of=plan.platform.name,
        priority=f"{stack.namespace}-stack",
        secrets="\n".join(command for command in commands if command),
        logging="\nkubectl apply -f fluentd/manifests/base.yaml" if plan.logs else "",
        watched=_listed(_others(plan)),
    )


def operator(plan: Plan) -> str:
    """For alerts/operator/."""
    stack = plan.platform.stack
    labels = _listed(f"{key}: {value}" for key, value in stack.operator_labels) or "as usual"
    command = _command(stack.namespace, prometheus.SECRET, {"ca.crt"} & set(prometheus.secret_keys(plan)))
    return _OPERATOR.format(
        generated=_generated(plan),
        namespace=f"`{stack.namespace}`",
        labels=labels,
        watched=_listed(_others(plan)),
        verified=_VERIFIED.format(command=command) if command else "",
    )


def dashboards(plan: Plan) -> str:
    """For dashboards/manifests/."""
    stack = plan.platform.stack
    return _GRAFANA.format(
        generated=_generated(plan),
        namespace=stack.namespace,
        gates=_listed(stack.ingress_namespaces) or "named in the spec",
        secrets=_command(stack.namespace, grafana.SECRET, grafana.SECRET_KEYS),
    )


def exporter_folder(plan: Plan) -> str:
    """For exporters/deploy/."""
    stack = plan.platform.stack
    commands = [
        _command(stack.namespace, f"{name}-secrets", exporter_config.secret_keys(plan, jobs))
        for name, jobs in needed(plan)
    ]
    gateway = _GATEWAY if plan.platform.of("envoy") else ""
    if not commands:
        return _NONE.format(generated=_generated(plan)) + gateway
    owned = f"`kubectl apply -k alerts/` comes first: it owns the namespace {stack.namespace}."
    first = owned if stack.mode == "standalone" else f"The namespace {stack.namespace} must exist."
    told = _EXPORTERS.format(
        generated=_generated(plan),
        first=first,
        secrets="\n".join(commands),
        tls=_tls(plan),
        accounts=_accounts(plan),
        image=stack.images["obs"],
    )
    return told + gateway


def _accounts(plan: Plan) -> str:
    """What is said of the folders `exporter_access` fills for this platform, and of no others."""
    users = any(job.exporter == "obs_event_exporter" for part in plan.parts for job in part.jobs)
    return (_GRANTS if any(part.grants for part in plan.parts) else "") + (_USERS if users else "")


def _tls(plan: Plan) -> str:
    """How each exporter gets its certificate; "" where they serve in clear text."""
    stack = plan.platform.stack
    names = [name for name, _ in needed(plan)] if stack.exporters_tls else []
    create = f"kubectl -n {stack.namespace} create secret tls"
    lines = [f"{create} {n}-tls --cert={n}.crt --key={n}.key  # for {n}.{stack.namespace}.svc" for n in names]
    return _TLS.format(prometheus=prometheus.SECRET, commands="\n".join(lines)) if names else ""


def later(plan: Plan, folder: str) -> str:
    """For a folder that holds nothing yet."""
    return _LATER.format(generated=_generated(plan), title=folder.capitalize())


def _command(namespace: str, secret: str, keys: Iterable[str]) -> str:
    """The kubectl line that creates a secret from files; "" for a secret without keys."""
    files = "".join(f" \\\n  --from-file={key}" for key in keys)
    return f"kubectl -n {namespace} create secret generic {secret}{files}" if files else ""


def _others(plan: Plan) -> list[str]:
    stack = plan.platform.stack
    return [name for name in plan.platform.namespaces if name not in (stack.namespace, stack.agents_namespace)]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _generated(plan: Plan) -> str:
    return GENERATED.format(spec=plan.platform.spec_name)
