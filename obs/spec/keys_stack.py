"""The part of the spec's table about the monitoring stack itself."""

from dataclasses import replace

from obs.model.platform import Workload
from obs.spec import texts
from obs.spec.defaults import IMAGES, SEARCH_IMAGES, STACK, WORKLOADS
from obs.spec.kinds import Choice, Flag, Key, List, Map, Number, Record, Text

_OWN = "the workload's, above"
_OFFICIAL = "Elastic's, of the newest release of `logging.elasticsearch.version`"
_IMAGE_HELP = {"obs": "Runs our exporters.", "fluentd": "Runs the log pipeline; fluentd/image builds it."}


def _elastic(name: str) -> Text:
    return replace(texts.IMAGE, example=f"registry.example.com/elastic/{name}:9.5.3")


def _amounts(title: str, cpu: str, memory: str) -> Record:
    return Record(
        title,
        (
            Key("cpu", texts.CPU, "Cores.", default=cpu, otherwise=_OWN),
            Key("memory", texts.MEMORY, "Bytes.", default=memory, otherwise=_OWN),
        ),
    )


def _size(size: Workload) -> str:
    """The defaults of a workload in a sentence."""
    volume = f", a volume of {size.storage}" if size.storage else ", no volume"
    cpu, memory = (
        f"{a} to {b}" for a, b in ((size.cpu_request, size.cpu_limit), (size.memory_request, size.memory_limit))
    )
    return f"Unless said otherwise {size.replicas} × {cpu} CPU and {memory} memory{volume}."


def _workload(size: Workload) -> Record:
    resources = Record(
        "Resources",
        (
            Key("requests", _amounts("Amounts", size.cpu_request, size.memory_request), "What is reserved."),
            Key("limits", _amounts("Amounts", size.cpu_limit, size.memory_limit), "What is never exceeded."),
        ),
    )
    return Record(
        "A workload",
        (
            Key(
                "replicas",
                Number(whole=True, least=1, most=100),
                "How many pods.",
                default=size.replicas,
                otherwise=_OWN,
            ),
            Key("resources", resources, "Requests and limits, as in Kubernetes."),
            Key("storage", texts.MEMORY, "Size of its volume.", default=size.storage or None, otherwise=_OWN),
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
                (
                    *(Key(n, texts.IMAGE, _IMAGE_HELP.get(n, f"Runs {n}."), default=str(i)) for n, i in IMAGES.items()),
                    *(Key(n, _elastic(n), f"Runs {n.capitalize()}.", otherwise=_OFFICIAL) for n in SEARCH_IMAGES),
                ),
            ),
            "Container images, pinned; `obs` holds our exporters.",
        ),
        Key(
            "workloads",
            Record("`stack.workloads`", tuple(Key(n, _workload(w), _size(w)) for n, w in WORKLOADS.items())),
            "Replicas, resources and volumes.",
        ),
        Key(
            "operator_labels",
            Map(texts.LABEL_KEY, texts.LABEL_VALUE),
            "Labels that the operator's selectors want on our objects.",
            default=dict(STACK.operator_labels),
        ),
        Key(
            "exporters_tls",
            Flag(),
            "true has our exporters serve over TLS, each with a certificate from a secret of its own, and Prometheus "
            "verify them.",
            default=STACK.exporters_tls,
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
