"""Names and labels every object of the stack carries."""

import re

from obs.conventions import INSTANCE_LABEL, STACK_LABEL
from obs.render.kube.program import Manifest, Program

NAME = STACK_LABEL
INSTANCE = INSTANCE_LABEL


def selector(program: Program) -> dict[str, str]:
    """Labels that select the program's pods; they never change, because a workload's selector cannot."""
    return {NAME: program.app, INSTANCE: program.name}


def labels(program: Program) -> dict[str, str]:
    """The recommended labels of Kubernetes' documentation, for any object of the program."""
    shared = common(part_of=program.home.part_of, component=program.role)
    return shared | selector(program) | {"app.kubernetes.io/version": label_value(program.image.tag)}


def pod_labels(program: Program) -> dict[str, str]:
    """The same, plus the label by which the platform's own selectors find a pod."""
    return labels(program) | {program.home.label_key: program.app}


def common(*, part_of: str, component: str) -> dict[str, str]:
    """Labels of objects that belong to the stack, but to no program."""
    return {
        "app.kubernetes.io/component": component,
        "app.kubernetes.io/managed-by": "obs",
        "app.kubernetes.io/part-of": part_of,
    }


def label_value(text: str) -> str:
    """The text as a label value: other characters become `-`, at most 63 characters, no edge punctuation."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", text)[:63].strip("-._")


def metadata(program: Program, *, name: str = "", annotations: dict[str, str] | None = None) -> Manifest:
    """Metadata of a namespaced object of the program."""
    said: Manifest = {"name": name or program.name, "namespace": program.namespace, "labels": labels(program)}
    return said | ({"annotations": annotations} if annotations else {})
