"""alerts/README.md: what lies on this shelf, who hears of what, and how to use it by hand."""

from obs.conventions import GENERATED
from obs.model.plan import Plan
from obs.model.platform import Receiver
from obs.model.routing import NOBODY, Leg, default_receiver, legs, unheard
from obs.render.alertmanager_receivers import secret_key

_TEXT = """# Alerts

<!-- {generated} -->

| File | What it is |
|---|---|
| `rules/*.yaml` | {rules} recording and alerting rules, one file per component and one for its objectives |
| `tests/*.yaml` | unit tests of those rules |
{config}| `alertmanager.yaml` | who hears of what, and what stays quiet meanwhile |
| `templates/obs.tmpl` | the messages people get |
| `routes.yaml` | every case of routing, inhibition and muting; the tests hold a running Alertmanager to it |

{apply}

## By hand

```sh
promtool check rules --lint=all --lint-fatal rules/*.yaml
promtool test rules tests/*.yaml
amtool check-config alertmanager.yaml
amtool config routes test --config.file=alertmanager.yaml severity=critical component={component}
```

## Who hears of what

{legs}

An alert takes the first row that matches, and goes on down the table only where it says so. A pager is never sent
`info` unless a route names that severity. Alerts are grouped by cluster, component and severity: one page, however many
pods are hurt.
{unheard}
## Keys of the Secret `alertmanager-secrets`

{secrets}
"""

_CONFIG_ROW = "| `prometheus.yaml` | Prometheus: what it scrapes and how |\n"

_STANDALONE = """`kubectl apply -k alerts/` applies the folder; `manifests/README.md` says what must exist before.
`promtool check config --syntax-only prometheus.yaml` judges the configuration here; without `--syntax-only` it also
wants the files that are named in it.

Prometheus checks the kubelets' certificates against the cluster's CA. Where kubelets serve a self-signed one (kubeadm
without `serverTLSBootstrap: true`), the kubelet jobs are down and the alert on missing targets says so; have the
certificates signed rather than the check switched off, because the request carries a token."""

_OPERATOR = """`kubectl apply -k alerts/` applies the rules and monitors; `operator/README.md` says what the operator
must select. The routes go into the Secret that your Alertmanager object reads (`alertmanager-NAME` unless it says
`configSecret`), and that object must list `alertmanager-secrets` under `secrets`:

```sh
kubectl -n {namespace} create secret generic alertmanager-NAME --dry-run=client -o yaml \\
  --from-file=alertmanager.yaml --from-file=obs.tmpl=templates/obs.tmpl | kubectl apply -f -
```"""


def readme(plan: Plan) -> str:
    """The README of the alerts folder, as Markdown."""
    notify = plan.platform.notify
    stack = plan.platform.stack
    standalone = stack.mode == "standalone"
    rules = sum(len(group.rules) for part in plan.parts for group in part.groups)
    return _TEXT.format(
        generated=GENERATED.format(spec=plan.platform.spec_name),
        rules=rules + sum(len(g.rules) for groups in plan.extra_groups.values() for g in groups),
        config=_CONFIG_ROW if standalone else "",
        apply=_STANDALONE if standalone else _OPERATOR.format(namespace=stack.namespace),
        component=plan.parts[0].component.name if plan.parts else "any",
        legs=_legs(plan),
        unheard="".join(f"\n**Mind:** {what}; {fix}.\n" for what, fix in unheard(notify)),
        secrets=_secrets(plan),
    )


def _legs(plan: Plan) -> str:
    notify = plan.platform.notify
    rows = [_row(leg) for leg in legs(notify)] + [f"| everything else | {_name(default_receiver(notify))} | | |"]
    return "\n".join(["| Alerts with | go to | quiet during | then |", "|---|---|---|---|", *rows])


def _row(leg: Leg) -> str:
    matchers = ", ".join(f"`{str(matcher).replace('|', chr(92) + '|')}`" for matcher in leg.matchers) or "anything"
    then = "next row" if leg.carry_on else "done"
    return f"| {matchers} | {_name(leg.receiver)} | {', '.join(leg.mute)} | {then} |"


def _name(receiver: str) -> str:
    return "nobody: dashboards and Alertmanager only" if receiver == NOBODY else f"`{receiver}`"


def _secrets(plan: Plan) -> str:
    notify = plan.platform.notify
    kept = [r for r in notify.receivers if r.kind != "email" or notify.smtp_user]
    rows = [f"| `{secret_key(r)}` | {_HOLDS[r.kind]} of `{r.name}` |" for r in kept]
    chats = [f"| `{r.channel}` | chat id of `{r.name}` |" for r in notify.receivers if _chat_in_file(r)]
    if not rows:
        return "None: no receiver needs one."
    return "\n".join(["| Key | Holds |", "|---|---|", *sorted({*rows, *chats})])


def _chat_in_file(receiver: Receiver) -> bool:
    return receiver.kind == "telegram" and not receiver.channel.removeprefix("-").isdigit()


_HOLDS = {
    "pagerduty": "routing key (Events API v2)",
    "slack": "webhook URL",
    "msteams": "workflow URL",
    "email": "SMTP password",
    "webhook": "URL",
    "telegram": "bot token",
}
