"""What words in angle brackets stand for in a platform's runbooks. Any other such word is the reader's to fill in."""

from collections.abc import Iterator

from obs.model.logging import Logging
from obs.model.plan import Part, Plan
from obs.render.kube.eck import NODES
from obs.render.kube.elasticsearch import PASSWORD, SECRET
from obs.render.kube.search import ELASTICSEARCH
from obs.render.scrape import probe_targets

_CLEAR = {"exporter-scheme": "http", "curl-flags": "-sS"}
_SECURED = {"exporter-scheme": "https", "curl-flags": "-sSk"}
"""Not verified by hand: certificates are for full names of Services, and a forwarded port has none."""
_DEPLOYED = {
    "search-pod": f"{ELASTICSEARCH}-0",
    "search-ca": "config/certs/ca.crt",
    "search-password": f"the key `{PASSWORD}` of the secret `{SECRET}` unless you changed it",
}
_OPERATED = {
    "search-pod": f"{ELASTICSEARCH}-es-{NODES}-0",
    "search-ca": "config/http-certs/ca.crt",
    "search-password": f"the key `elastic` of the secret `{ELASTICSEARCH}-es-elastic-user`",
}
"""How Elastic's operator calls what it makes."""


def filled(plan: Plan, part: Part, text: str) -> str:
    """Prose with the platform's own words in place; a word the platform has nothing for stays as it is."""
    for word, value in words(plan, part):
        text = text.replace(f"<{word}>", value) if value else text
    return text


def words(plan: Plan, part: Part) -> Iterator[tuple[str, str]]:
    """`<monitoring>` and `<home>` are namespaces: of the stack, and of services that name none, else of the first one.

    `<broker>` is the first RabbitMQ, whose pods are called after it.
    `<namespace>`, `<job>`, `<selector>` and `<metrics-port>` are those of the component's first service; `<target-0>`
    is what a probing exporter calls its first node, `<target-1>` the next; `curl <curl-flags> <exporter-scheme>://…`
    asks an exporter of ours; `<option:NAME>` is an option of the component; the rest asks Elasticsearch.
    """
    stack = plan.platform.stack.namespace
    yield "monitoring", stack
    own = [service.namespace for service in plan.platform.services if service.namespace != stack]
    yield "home", plan.platform.namespace if plan.platform.namespace in own else next(iter(own), stack)
    yield "broker", next((service.name for service in plan.platform.of("rabbitmq")), "rabbitmq")
    for service in part.services[:1]:
        yield "namespace", service.namespace
        yield "job", service.name
        yield "selector", ",".join(f"{key}={value}" for key, value in service.selector)
        yield "metrics-port", str(service.port or "")
    for job in [job for job in part.jobs if job.kind == "probe"][:1]:
        yield from ((f"target-{number}", target) for number, target in enumerate(probe_targets(job)))
    yield from ((f"option:{name}", str(value)) for name, value in part.options.items() if isinstance(value, str))
    yield from (_SECURED if plan.platform.stack.exporters_tls else _CLEAR).items()
    if plan.logs is not None:
        yield from _of_search(plan.logs.logging)


def _of_search(logging: Logging) -> Iterator[tuple[str, str]]:
    """How Elasticsearch is asked from within its first node: the pod, the authority there, the password, the address.

    By the Service's name, because the certificate is for that, and not for localhost.
    """
    yield "search-url", logging.endpoint
    yield from (_OPERATED if logging.elasticsearch.placement == "eck" else _DEPLOYED).items()
