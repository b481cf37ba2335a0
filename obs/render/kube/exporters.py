"""Our exporters: one program per exporter the platform's services need, told its targets by name."""

from collections.abc import Iterator

from obs.conventions import EXPORTER_PORT, GENERATED
from obs.model.plan import Job, Plan
from obs.model.platform import Service
from obs.printer import to_yaml
from obs.render import addresses
from obs.render.kube import event_exporter
from obs.render.kube.network import dns, going_to, pods, policy
from obs.render.kube.probes import Probes
from obs.render.kube.program import Manifest, Port, Program, home
from obs.render.kube.stack import exporters, from_prometheus, image_and_size, port_name
from obs.render.kube.volumes import files, folder, scratch, secret_files
from obs.render.kube.workloads import deployment, disruption_budget, service, service_account
from obs.render.scrape import probe_targets

CONFIG = "/etc/obs/config.yaml"
FOLDER = "/etc/obs"
UID = 65532
"""The user `nonroot` of minimal base images."""
LOGIN = ("username", "password")
SECRETS = {"obs-authz-exporter": ("api-key-id", "api-key-secret", "jwt-public-key")}
"""What a target's secret files are, where they are not a user's name and password."""
GATEWAY_PORT = "10000"
"""Where the gateway takes calls of users, by Openware's guides; its job's port is the admin listener's."""


def manifests(plan: Plan) -> Iterator[tuple[str, list[Manifest]]]:
    """(exporter, its objects) for every exporter the platform needs."""
    for name, jobs in exporters(plan):
        told = program(plan, name, jobs)
        access = policy(told, ingress=[from_prometheus(told)], egress=[dns(), *_egress(plan, jobs)])
        yield name, [service_account(told), deployment(told), service(told), disruption_budget(told), access]


def program(plan: Plan, name: str, jobs: tuple[Job, ...]) -> Program:
    """One exporter as it runs here."""
    image, size = image_and_size(plan, name, image="obs")
    port = port_name(plan, name, otherwise="metrics")
    sources = [files(f"{name}-config", [("config.yaml", "config.yaml")])]
    sources.append(secret_files(f"{name}-secrets", [(key, f"secrets/{key}") for key in secret_keys(name, jobs)]))
    return Program(
        name=name,
        role="exporter",
        home=home(plan),
        image=image,
        size=size,
        uid=UID,
        command=("python", "-m", jobs[0].exporter),
        arguments=("--config", CONFIG),
        ports=(Port(name=port, number=EXPORTER_PORT),),
        probes=Probes(live="/-/healthy", ready="/-/ready", port=port),
        volumes=(folder("config", FOLDER, sources), scratch("tmp", "/tmp", size="16Mi")),
    )


def config(plan: Plan, name: str, jobs: tuple[Job, ...]) -> str:
    """config.yaml of one exporter: its targets by name, where each is, and the files that hold its login."""
    targets = [
        _target(name, job, target) | _gateway(plan, job) | event_exporter.topology(plan, job)
        for job in jobs
        for target in probe_targets(job)
    ]
    data = {"listen": f"0.0.0.0:{EXPORTER_PORT}", "targets": targets}
    return to_yaml(data, header=GENERATED.format(spec=plan.platform.spec_name))


def secret_keys(name: str, jobs: tuple[Job, ...]) -> tuple[str, ...]:
    """Keys the exporter's secret must have: a login per target."""
    return tuple(f"{target}-{key}" for job in jobs for target in probe_targets(job) for key in SECRETS.get(name, LOGIN))


def _target(name: str, job: Job, target: str) -> Manifest:
    login = {f"{key.replace('-', '_')}_file": f"{FOLDER}/secrets/{target}-{key}" for key in SECRETS.get(name, LOGIN)}
    where = {"host": _host(job, target), "port": int(addresses.port(job.service))}
    return {"name": target, "component": job.component, **where, **login}


def _gateway(plan: Plan, job: Job) -> Manifest:
    """Where the prober of AuthZ calls what users call; {} for other exporters and for a platform without a gateway."""
    gates = _gates(plan, job)
    if not gates:
        return {}
    (options,) = (part.options for part in plan.parts if part.component.name == job.component)
    timeout = float(str(options["timeout_ms"])) / 1000
    return {"gateway": f"{addresses.address(gates[0])}:{GATEWAY_PORT}", "gateway_timeout_seconds": timeout}


def _gates(plan: Plan, job: Job) -> tuple[Service, ...]:
    return plan.platform.of("envoy")[:1] if job.component == "barong_authz" else ()


def _host(job: Job, target: str) -> str:
    """The cluster name of a target: its service's, or one called like the target where the service has several."""
    return addresses.address(job.service) if target == job.service.name else f"{target}.{job.service.namespace}.svc"


def _egress(plan: Plan, jobs: tuple[Job, ...]) -> Iterator[Manifest]:
    """The pods of each target's service, on its port, and the gateway's."""
    for job in jobs:
        yield going_to([_pods(job.service)], ports=[addresses.port(job.service), *event_exporter.ports(job)])
        yield from (going_to([_pods(gate)], ports=[GATEWAY_PORT]) for gate in _gates(plan, job))


def _pods(service: Service) -> Manifest:
    return pods(dict(service.selector), namespace=service.namespace)
