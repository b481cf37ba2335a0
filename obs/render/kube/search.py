"""What Elasticsearch and Kibana share on the cluster: names, images, and the folder an init container fills."""

import re
from dataclasses import replace

from obs.model.logging import Logging, LogPlan
from obs.model.plan import Plan
from obs.model.platform import Image
from obs.render.kube.pods import container_security
from obs.render.kube.program import Home, Manifest, Volume, home
from obs.render.kube.volumes import scratch

ELASTICSEARCH = "elasticsearch"
KIBANA = "kibana"
HTTP, TRANSPORT, READY = 9200, 9300, 9399
KIBANA_PORT = 5601
UID = 1000
"""The user of both official images."""
TAGS = {"8.19": "8.19.21", "9": "9.5.3"}
"""The newest releases at hand; the node the tests run is of the same line."""
CERTIFICATES = "elasticsearch-certificates"
CERTIFICATE_KEYS = ("ca.crt", "tls.crt", "tls.key")
CLIENTS = "fluentd-elasticsearch"
"""The secret of Fluentd: its key for Elasticsearch and, unless an operator tells it, the authority to trust."""
AUTHORITY = "ca.crt"
FIRST = ("config", "settings", "tmp")
"""Folders of the init container."""
SETTINGS = "/settings"
"""Where files of ConfigMaps and Secrets lie, from which the init container makes the configuration folder."""


def image(plan: Plan, logs: LogPlan, name: str) -> Image:
    """The spec's image, or the official one of the version the spec names."""
    tag = TAGS[logs.logging.elasticsearch.version]
    official = Image(repository=f"docker.elastic.co/{name}/{name}", tag=tag)
    return plan.platform.stack.images.get(name, official)


def authority(logging: Logging) -> str:
    """The secret whose key `ca.crt` is the authority that Elasticsearch's certificate is to be verified by."""
    return f"{logging.elasticsearch.service}-certs-public" if logging.elasticsearch.placement == "eck" else CLIENTS


def release(image: Image, logs: LogPlan) -> str:
    """What Elastic's operator is to take the image for: the release its tag names, else the one we know."""
    found = re.match(r"\d+\.\d+\.\d+", image.tag)
    return found[0] if found else TAGS[logs.logging.elasticsearch.version]


def logging_home(plan: Plan, logs: LogPlan) -> Home:
    """The namespace of the logging half."""
    return replace(home(plan), namespace=logs.logging.namespace)


def config_folder(path: str) -> Volume:
    """Writable for the init container, which puts settings and secrets together, and for nobody else's data."""
    return scratch("config", path, size="16Mi")


def prepared(pod: Manifest, *, script: str) -> Manifest:
    """The pod with an init container of the program's own image, which fills the configuration folder by a script.

    It finds that folder under /config, because its own must stay what the image brings.
    """
    [main] = pod["containers"]
    mounts = [mount for mount in main["volumeMounts"] if mount["name"] in FIRST]
    mounts = [mount | ({"mountPath": "/config"} if mount["name"] == "config" else {}) for mount in mounts]
    first = {
        "name": "configuration",
        "image": main["image"],
        "imagePullPolicy": main["imagePullPolicy"],
        "command": ["/bin/bash", "-eu", "-c", script],
        "resources": main["resources"],
        "securityContext": container_security(),
        "terminationMessagePolicy": main["terminationMessagePolicy"],
        "volumeMounts": mounts,
    }
    # What only the first container needs is mounted there alone: a program cannot leak a file it never sees.
    main["volumeMounts"] = [mount for mount in main["volumeMounts"] if mount["name"] != "settings"]
    return pod | {"initContainers": [first]}
