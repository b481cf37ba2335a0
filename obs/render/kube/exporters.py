"""Our exporters: one program per exporter the platform's services need, told its targets by name."""

from collections.abc import Iterator

from obs.conventions import EXPORTER_PORT
from obs.model.plan import Job, Plan
from obs.model.platform import Service
from obs.render.addresses import port
from obs.render.kube import event_exporter
from obs.render.kube.exporter_config import AMQP_PORT, FOLDER, GATEWAY_PORT, WEB, gateway, secret_keys, speaks_amqp
from obs.render.kube.network import dns, going_to, pods, policy
from obs.render.kube.probes import Probes
from obs.render.kube.program import Manifest, Port, Program, home
from obs.render.kube.stack import exporter_name, exporters, from_prometheus, image_and_size, port_name
from obs.render.kube.volumes import files, folder, scratch, secret_files
from obs.render.kube.workloads import deployment, disruption_budget, service, service_account

CONFIG = f"{FOLDER}/config.yaml"
UID = 65532
"""The user `nonroot` of minimal base images."""


def manifests(plan: Plan) -> Iterator[tuple[str, list[Manifest]]]:
    """(exporter, its objects) for every exporter the platform needs."""
    for name, jobs in exporters(plan):
        told = program(plan, name, jobs)
        access = policy(told, ingress=[from_prometheus(told)], egress=[dns(), *_egress(plan, jobs)])
        yield name, [service_account(told), deployment(told), service(told), disruption_budget(told), access]


def program(plan: Plan, name: str, jobs: tuple[Job, ...]) -> Program:
    """One exporter as it runs here."""
    application = exporter_name(jobs[0])
    image, size = image_and_size(plan, application, image="obs")
    serves = port_name(plan, application, otherwise="metrics")
    sources = [files(f"{name}-config", [("config.yaml", "config.yaml")])]
    sources.append(secret_files(f"{name}-secrets", [(key, f"secrets/{key}") for key in secret_keys(plan, jobs)]))
    tls = plan.platform.stack.exporters_tls
    sources += list(_listener(name)) if tls else []
    return Program(
        name=name,
        role="exporter",
        application=application,
        home=home(plan),
        image=image,
        size=size,
        uid=UID,
        command=("python", "-m", jobs[0].exporter),
        arguments=("--config", CONFIG),
        ports=(Port(name=serves, number=EXPORTER_PORT),),
        probes=Probes(live="/-/healthy", ready="/-/ready", port=serves, tls=tls),
        volumes=(folder("config", FOLDER, sources), scratch("tmp", "/tmp", size="16Mi")),
    )


def _listener(name: str) -> Iterator[Manifest]:
    """What the listener's TLS needs: its settings, and a certificate with its key, as cert-manager keeps them."""
    yield files(f"{name}-web", [(WEB, WEB)])
    yield secret_files(f"{name}-tls", [(key, f"tls/{key}") for key in ("tls.crt", "tls.key")])


def _egress(plan: Plan, jobs: tuple[Job, ...]) -> Iterator[Manifest]:
    """The pods of each target's service, on its port; every node of a broker; and the gateway's pods."""
    for job in jobs:
        yield going_to([_pods(job.service)], ports=_ports(plan, job))
        gate = gateway(plan, job)
        if gate:
            yield going_to([_pods(gate)], ports=[GATEWAY_PORT])


def _ports(plan: Plan, job: Job) -> tuple[str, ...]:
    return (port(job.service), *event_exporter.ports(job), *((AMQP_PORT,) if speaks_amqp(plan, job) else ()))


def _pods(service: Service) -> Manifest:
    return pods(dict(service.selector), namespace=service.namespace)
