"""Alertmanager: three replicas that gossip what they have sent, so that a page leaves once and leaves for certain."""

from collections.abc import Iterator

from obs.model.plan import Plan
from obs.render.alertmanager import configuration
from obs.render.alertmanager_receivers import SECRETS
from obs.render.kube.labels import NAME, selector
from obs.render.kube.network import coming_from, dns, going_to, outside, pods, policy
from obs.render.kube.probes import Probes
from obs.render.kube.program import Manifest, Port, Program, Volume, home
from obs.render.kube.secrets import keys_under
from obs.render.kube.stack import ALERTMANAGER, GRAFANA, PROMETHEUS, image_and_size, port_name
from obs.render.kube.volumes import files, folder, secret_files
from obs.render.kube.workloads import disruption_budget, service, service_account, stateful_set

FOLDER = "/etc/alertmanager"
SECRET = "alertmanager-secrets"
GOSSIP = 9094
UID = 65534
"""The user `nobody` of the official image."""
TEMPLATES = "templates/obs.tmpl"


def manifests(plan: Plan) -> Iterator[Manifest]:
    """Everything around Alertmanager. It reads nothing from the API server, so it has no rights and no token."""
    told = program(plan)
    yield service_account(told)
    yield stateful_set(told, claim="data", storage_class=plan.platform.stack.storage_class)
    yield service(told)
    yield service(told, headless=True)
    yield disruption_budget(told)
    yield policy(told, ingress=list(_ingress(told)), egress=list(_egress(plan, told)))


def program(plan: Plan) -> Program:
    """Alertmanager as it runs here."""
    image, size = image_and_size(plan, ALERTMANAGER)
    port = port_name(plan, ALERTMANAGER, otherwise="http")
    peers = (f"--cluster.peer={ALERTMANAGER}-{n}.{ALERTMANAGER}-headless:{GOSSIP}" for n in range(size.replicas))
    return Program(
        name=ALERTMANAGER,
        role="alerting",
        home=home(plan),
        image=image,
        size=size,
        uid=UID,
        ports=(
            Port(name=port, number=9093),
            Port(name="gossip", number=GOSSIP),
            Port(name="gossip-udp", number=GOSSIP, protocol="UDP"),
        ),
        probes=Probes(live="/-/healthy", ready="/-/ready", port=port, start_seconds=120),
        arguments=(
            f"--config.file={FOLDER}/alertmanager.yaml",
            "--storage.path=/alertmanager",
            f"--web.external-url={plan.platform.links.alertmanager}",
            "--web.route-prefix=/",
            f"--cluster.listen-address=[$(POD_IP)]:{GOSSIP}",
            f"--cluster.advertise-address=[$(POD_IP)]:{GOSSIP}",
            *(peers if size.replicas > 1 else ()),
        ),
        volumes=(
            folder("config", FOLDER, list(_sources(plan))),
            Volume(name="data", path="/alertmanager", source={}, writable=True),
        ),
        pod_fields=(("POD_IP", "status.podIP"),),
        grace_seconds=120,
    )


def config_maps() -> Iterator[tuple[str, str]]:
    """(ConfigMap, file below alerts/)."""
    yield "alertmanager-config", "alertmanager.yaml"
    yield "alertmanager-templates", TEMPLATES


def secret_keys(plan: Plan) -> tuple[str, ...]:
    """Keys the Alertmanager secret must have: one per receiver that authenticates."""
    return keys_under(SECRETS[plan.platform.stack.mode], configuration(plan))


def _sources(plan: Plan) -> Iterator[Manifest]:
    for config_map, path in config_maps():
        yield files(config_map, [(path.rpartition("/")[2], path)])
    keys = secret_keys(plan)
    if keys:
        yield secret_files(SECRET, [(key, f"secrets/{key}") for key in keys])


def _ingress(told: Program) -> Iterator[Manifest]:
    yield coming_from([pods({NAME: PROMETHEUS}), pods({NAME: GRAFANA})], ports=[told.ports[0].name])
    yield _gossip(coming_from([pods(selector(told))], ports=[str(GOSSIP)]))


def _egress(plan: Plan, told: Program) -> Iterator[Manifest]:
    """Each other, and the services that carry messages: HTTPS anywhere, and the mail relay's port."""
    yield dns()
    yield _gossip(going_to([pods(selector(told))], ports=[str(GOSSIP)]))
    yield outside("443", *_mail_ports(plan))


def _mail_ports(plan: Plan) -> Iterator[str]:
    if any(receiver.kind == "email" for receiver in plan.platform.notify.receivers):
        yield plan.platform.notify.smtp_host.rpartition(":")[2] or "25"


def _gossip(rule: Manifest) -> Manifest:
    """Gossip goes over UDP, and over TCP where a message does not fit a packet."""
    return rule | {"ports": [{"port": GOSSIP, "protocol": protocol} for protocol in ("TCP", "UDP")]}
