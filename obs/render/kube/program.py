"""Nouns of the Kubernetes renderer: a program of the stack, its ports and the folders it mounts."""

from dataclasses import dataclass
from typing import Any

from obs.model.plan import Plan
from obs.model.platform import Image, Pairs, Workload
from obs.render.kube.probes import Probes

Manifest = dict[str, Any]
"""One Kubernetes object, or a part of one, as plain data."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Port:
    """A port a container listens on; services offer it under the same name and number."""

    name: str
    number: int
    protocol: str = "TCP"


@dataclass(frozen=True, kw_only=True, slots=True)
class Volume:
    """A folder in the container. `source` is the pod volume without its name; {} stands for a claim template's."""

    name: str
    path: str
    source: Manifest
    writable: bool = False
    propagation: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Home:
    """Where a program belongs: its namespace, its platform, and what every pod there shares."""

    namespace: str
    part_of: str
    """Name of the platform."""
    priority_class: str
    label_key: str
    """The label key by which the platform's own selectors find pods."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Program:
    """One program of the stack as it runs on the cluster. `name` is also its service account and its service."""

    name: str
    role: str
    """What it is for: the value of app.kubernetes.io/component."""
    application: str = ""
    """app.kubernetes.io/name when one application runs as several programs; else the program's own name."""
    home: Home
    image: Image
    size: Workload
    uid: int
    ports: tuple[Port, ...]
    probes: Probes
    arguments: tuple[str, ...] = ()
    command: tuple[str, ...] = ()
    volumes: tuple[Volume, ...] = ()
    environment: Pairs = ()
    pod_fields: Pairs = ()
    """Environment variables read from the pod itself, e.g. ("POD_IP", "status.podIP")."""
    calls_api: bool = False
    """Whether it talks to the API server and so needs a token."""
    grace_seconds: int = 30

    @property
    def namespace(self) -> str:
        """The namespace it runs in."""
        return self.home.namespace

    @property
    def app(self) -> str:
        """The application it is an instance of."""
        return self.application or self.name


def home(plan: Plan) -> Home:
    """The stack's own namespace and what its pods share."""
    stack = plan.platform.stack
    return Home(
        namespace=stack.namespace,
        part_of=plan.platform.name,
        priority_class=f"{stack.namespace}-stack",
        label_key=stack.label_key,
    )
