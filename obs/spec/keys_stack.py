"""The part of the spec's table about the monitoring stack itself."""

from obs.model.platform import Workload
from obs.spec import texts
from obs.spec.defaults import IMAGES, STACK, WORKLOADS
from obs.spec.kinds import Choice, Key, List, Map, Number, Record


def _amounts(title: str, cpu: str, memory: str) -> Record:
    return Record(
        title,
        (
            Key("cpu", texts.CPU, "Cores.", default=cpu),
            Key("memory", texts.MEMORY, "Bytes.", default=memory),
        ),
    )


def _workload(name: str, size: Workload) -> Record:
    resources = Record(
        f"Resources of `{name}`",
        (
            Key("requests", _amounts("Requests", size.cpu_request, size.memory_request), "What is reserved."),
            Key("limits", _amounts("Limits", size.cpu_limit, size.memory_limit), "What is never exceeded."),
        ),
    )
    return Record(
        f"Workload `{name}`",
        (
            Key("replicas", Number(whole=True, least=1, most=100), "How many pods.", default=size.replicas),
            Key("resources", resources, "Requests and limits, as in Kubernetes."),
            Key("storage", texts.MEMORY, "Size of its volume.", default=size.storage or None, otherwise="no volume"),
        ),
    )


_REMOTE_WRITE = Record(
    "`stack.remote_write`",
    (
        Key("url", texts.ENDPOINT, "Where samples are sent.", required=True),
        Key("username", texts.USER, "User of basic authentication."),
        Key(
            "password_file",
            texts.SECRET_KEY,
            "Key of the Prometheus secret that holds the password.",
            guesses=("password",),
        ),
        Key(
            "bearer_token_file",
            texts.SECRET_KEY,
            "Key that holds a bearer token instead.",
            guesses=("token", "bearer_token"),
        ),
    ),
)

STACK_RECORD = Record(
    "`stack`",
    (
        Key("namespace", texts.NAME, "Namespace of the stack.", default=STACK.namespace),
        Key(
            "mode",
            Choice(("standalone", "operator")),
            "standalone deploys Prometheus and Alertmanager; operator leaves both to a Prometheus operator.",
            default=STACK.mode,
        ),
        Key("scrape_interval", texts.PERIOD, "How often metrics are scraped.", default=STACK.scrape_interval),
        Key("evaluation_interval", texts.PERIOD, "How often rules are evaluated.", default=STACK.evaluation_interval),
        Key("retention", texts.PERIOD, "How long Prometheus keeps samples.", default=STACK.retention),
        Key("storage_class", texts.RESOURCE, "StorageClass of volumes.", otherwise="the cluster's"),
        Key(
            "images",
            Record(
                "`stack.images`",
                tuple(Key(n, texts.IMAGE, f"Image of {n}.", default=str(i)) for n, i in IMAGES.items()),
            ),
            "Container images, pinned; `obs` holds our exporters.",
        ),
        Key(
            "workloads",
            Record("`stack.workloads`", tuple(Key(n, _workload(n, w), f"Size of {n}.") for n, w in WORKLOADS.items())),
            "Replicas, resources and volumes.",
        ),
        Key(
            "operator_labels",
            Map(texts.LABEL_KEY, texts.LABEL_VALUE),
            "Labels that the operator's selectors want on our objects.",
            default=dict(STACK.operator_labels),
        ),
        Key("remote_write", List(_REMOTE_WRITE), "Endpoints that receive every sample."),
        Key(
            "ingress_namespaces",
            List(texts.NAME, one=True),
            "Namespaces whose pods may reach Grafana.",
            default=STACK.ingress_namespaces,
        ),
    ),
)
