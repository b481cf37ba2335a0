"""Grafana: everything it shows comes from files, so it keeps nothing and can be replaced at any time."""

import re
from collections.abc import Iterator

from obs.conventions import GENERATED, GRAFANA_DASHBOARDS, dashboard_path
from obs.model.plan import Plan
from obs.render.kube.labels import NAME, metadata
from obs.render.kube.network import coming_from, dns, going_to, namespace_pods, pods, policy
from obs.render.kube.probes import Probes
from obs.render.kube.program import Manifest, Port, Program, Volume, home
from obs.render.kube.stack import ALERTMANAGER, GRAFANA, PROMETHEUS, from_prometheus, image_and_size, port_name
from obs.render.kube.volumes import files, folder, scratch, secret_files
from obs.render.kube.workloads import deployment, disruption_budget, service, service_account, volume_claim

FOLDER = "/etc/grafana"
DATA = "/var/lib/grafana"
SECRET = "grafana-admin"
SECRET_KEYS = ("admin-password", "admin-user", "secret-key")
UID = 472
"""The user `grafana` of the official image."""
SETTINGS = "grafana.ini"


def manifests(plan: Plan) -> Iterator[Manifest]:
    """Everything around Grafana. It reads nothing from the API server, so it has no rights and no token."""
    told = program(plan)
    yield service_account(told)
    if told.size.storage:
        claim = volume_claim(told, name=GRAFANA, storage_class=plan.platform.stack.storage_class)
        yield claim | {"metadata": metadata(told)}
    yield deployment(told, recreate=bool(told.size.storage))
    yield service(told)
    yield disruption_budget(told)
    yield policy(told, ingress=list(_ingress(plan, told)), egress=list(_egress(plan)))


def program(plan: Plan) -> Program:
    """Grafana as it runs here."""
    image, size = image_and_size(plan, GRAFANA)
    port = port_name(plan, GRAFANA, otherwise="http")
    kept = Volume(name="data", path=DATA, source={"persistentVolumeClaim": {"claimName": GRAFANA}}, writable=True)
    return Program(
        name=GRAFANA,
        role="dashboards",
        home=home(plan),
        image=image,
        size=size,
        uid=UID,
        ports=(Port(name=port, number=3000),),
        # The first start migrates an empty database through every schema of Grafana's history.
        probes=Probes(live="/api/health", ready="/api/health", port=port, start_seconds=300),
        volumes=(
            folder("config", FOLDER, list(_sources())),
            folder("dashboards", GRAFANA_DASHBOARDS, list(_dashboards(plan))),
            kept if size.storage else scratch("data", DATA, size="1Gi"),
            scratch("tmp", "/tmp", size="64Mi"),
        ),
    )


def config_maps(plan: Plan) -> Iterator[tuple[str, str]]:
    """(ConfigMap, file below dashboards/): the settings, the provisioning files, and one map per dashboard."""
    yield "grafana-config", SETTINGS
    yield "grafana-datasources", "provisioning/datasources/obs.yaml"
    yield "grafana-providers", "provisioning/dashboards/obs.yaml"
    yield from dashboard_maps(plan)


def dashboard_maps(plan: Plan) -> Iterator[tuple[str, str]]:
    """(ConfigMap, file below dashboards/) of every dashboard."""
    for dashboard in plan.dashboards:
        yield f"grafana-dashboard-{_dns(dashboard.uid)}", dashboard_path(dashboard.uid).removeprefix("dashboards/")


def _dns(uid: str) -> str:
    """A uid as part of an object's name: those of upstream mixins may hold capitals and underscores."""
    return re.sub(r"[^a-z0-9]+", "-", uid.lower()).strip("-")


def settings(plan: Plan) -> str:
    """grafana.ini: nobody without a login, nothing sent home, nothing fetched at start, no alerting of its own."""
    header = f"; {GENERATED.format(spec=plan.platform.spec_name)}\n"
    sections: dict[str, dict[str, str | bool]] = {
        "analytics": {"check_for_plugin_updates": False, "check_for_updates": False, "reporting_enabled": False},
        "auth.anonymous": {"enabled": False},
        "dashboards": {"default_home_dashboard_path": f"{GRAFANA_DASHBOARDS}/{_home_dashboard(plan)}"},
        "log": {"mode": "console"},
        "log.console": {"format": "json"},
        "news": {"news_feed_enabled": False},
        "plugins": {"plugin_admin_enabled": False, "preinstall_disabled": True},
        "security": {
            "admin_password": f"$__file{{{FOLDER}/secrets/admin-password}}",
            "admin_user": f"$__file{{{FOLDER}/secrets/admin-user}}",
            "cookie_secure": plan.platform.links.grafana.startswith("https://"),
            "disable_gravatar": True,
            "secret_key": f"$__file{{{FOLDER}/secrets/secret-key}}",
        },
        "server": {"root_url": f"{plan.platform.links.grafana}/"},
        "snapshots": {"external_enabled": False},
        "unified_alerting": {"enabled": False},
        "users": {"allow_sign_up": False},
    }
    return header + "\n".join(f"[{name}]\n{_lines(keys)}" for name, keys in sections.items())


def _home_dashboard(plan: Plan) -> str:
    return dashboard_path(plan.dashboards[0].uid).removeprefix("dashboards/")


def _lines(keys: dict[str, str | bool]) -> str:
    return "".join(
        f"{key} = {str(value).lower() if isinstance(value, bool) else value}\n" for key, value in keys.items()
    )


def _sources() -> Iterator[Manifest]:
    yield files("grafana-config", [(SETTINGS, SETTINGS)])
    for kind, name in (("datasources", "grafana-datasources"), ("dashboards", "grafana-providers")):
        yield files(name, [("obs.yaml", f"provisioning/{kind}/obs.yaml")])
    yield secret_files(SECRET, [(key, f"secrets/{key}") for key in SECRET_KEYS])


def _dashboards(plan: Plan) -> Iterator[Manifest]:
    for config_map, name in dashboard_maps(plan):
        yield files(config_map, [(name, name)])


def _ingress(plan: Plan, told: Program) -> Iterator[Manifest]:
    yield from_prometheus(told)
    gates = [namespace_pods(namespace) for namespace in plan.platform.stack.ingress_namespaces]
    if gates:
        yield coming_from(gates, ports=[told.ports[0].name])


def _egress(plan: Plan) -> Iterator[Manifest]:
    yield dns()
    yield going_to([pods({NAME: PROMETHEUS})], ports=[port_name(plan, PROMETHEUS, otherwise="http")])
    yield going_to([pods({NAME: ALERTMANAGER})], ports=[port_name(plan, ALERTMANAGER, otherwise="http")])
