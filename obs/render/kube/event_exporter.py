"""What the event exporter is told beyond where its broker is: every node, and the topology its alerts stand on."""

from collections.abc import Mapping

from obs.model.plan import Job, Plan
from obs.render import addresses
from obs.render.kube.program import Manifest

COMPONENT = "event_api"
METRICS_PORT = 15692
"""Of the plugin rabbitmq_prometheus, by RabbitMQ's documentation."""
QUEUE_OPTIONS = (
    "trading_queues",
    "money_queues",
    "mail_queues",
    "background_queues",
    "single_consumer_queues",
    "idle_queues",
    "retry_queues",
    "error_queues",
    "purged_queues",
)
"""Options of the component whose queues an alert asks for: each must be named, or the exporter has no totals of it."""
RANDOM_NAMES = ("ranger.*", "amq.gen-*", "obs.tap.*")
"""Queues with names made up at run time, beside the websocket servers': of Ranger, of the broker, of the tap."""


def topology(plan: Plan, job: Job) -> Manifest:
    """Keys of a target of the event exporter; {} for a target of another one."""
    if job.component != COMPONENT:
        return {}
    options = _options(plan)
    groups = (str(options["stream_queue"]), *RANDOM_NAMES)
    return {
        "host": _nodes(job, str(options["nodes_name"])),
        "metrics_port": METRICS_PORT,
        "vhosts": {str(options["vhost"]): list(queues(options))},
        "groups": {group: _pattern(group) for group in groups},
    }


def ports(job: Job) -> tuple[str, ...]:
    """Ports of the broker's pods the exporter reads beside the job's own."""
    return (str(METRICS_PORT),) if job.component == COMPONENT else ()


def queues(options: Mapping[str, object]) -> tuple[str, ...]:
    """Every queue the component's alerts ask for, once, in the order of the options."""
    named = (name for option in QUEUE_OPTIONS for name in _names(options[option]))
    return tuple(dict.fromkeys(named))


def _options(plan: Plan) -> Mapping[str, object]:
    (options,) = (part.options for part in plan.parts if part.component.name == COMPONENT)
    return options


def _names(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, tuple | list) else (str(value),)


def _nodes(job: Job, name: str) -> str:
    """The name that stands for every node: a queue is told of by the node that leads it, and by no other."""
    if name:
        return name if "." in name else f"{name}.{job.service.namespace}.svc"
    address = addresses.address(job.service)
    service, _, rest = address.partition(".")
    return f"{service}-headless.{rest}" if (job.service.replicas or 1) > 1 else address


def _pattern(group: str) -> str:
    """The regular expression of a group's name, in which * stands for anything."""
    escaped = "".join(letter if letter.isalnum() or letter in "_-" else f"\\{letter}" for letter in group)
    return escaped.replace("\\*", ".*")
