"""What Grafana reads at its start: data sources, the provider of our dashboards; and the shelf's own README."""

from collections.abc import Iterator

from obs.conventions import (
    ALERTMANAGER_UID,
    DATASOURCE_UID,
    GENERATED,
    GRAFANA_DASHBOARDS,
    GRAFANA_FOLDER,
    dashboard_path,
    dashboard_v2_path,
)
from obs.model.artifact import Artifact
from obs.model.plan import Plan
from obs.model.platform import Stack
from obs.printer import to_yaml
from obs.render.grafana_normalise import Json

_FOLDER = "dashboards/provisioning"
_README = """# Dashboards

{generated}

| dashboard | file | what it answers |
|---|---|---|
{rows}

Each dashboard comes twice: as classic JSON (schema 42, Grafana 11 and newer) in this folder and as a
`dashboard.grafana.app/v2` resource (Grafana 13 and newer) in `v2/`. Both have the same uid, panels and queries;
use one of the two.

## On the cluster

{cluster}

## With your own Grafana

1. Copy `provisioning/datasources/obs.yaml` and `provisioning/dashboards/obs.yaml` into the folders of the same name
   under `/etc/grafana/provisioning`, and correct the addresses of Prometheus and Alertmanager.
2. Copy the dashboards (`*.json`, or `v2/*.json`) to `{path}`.
3. Restart Grafana once. From then on it reads changed dashboards every 30 seconds.

Importing one file by hand works, too: the data source is a choice at the top of each dashboard.

Dashboards cannot be edited in Grafana. Change the spec or the catalogue and build again; the change is reviewed like
any other.
"""

_CLUSTER = {
    "standalone": "`kubectl apply -k dashboards/` puts Grafana, its data sources and these dashboards on the cluster.",
    "operator": "`kubectl apply -k dashboards/` puts these dashboards on the cluster as labelled ConfigMaps,\n"
    "which the sidecar beside your Grafana loads.",
}


def render(plan: Plan) -> Iterator[Artifact]:
    """Data sources, provider, README."""
    header = GENERATED.format(spec=plan.platform.spec_name)
    yield Artifact(
        path=f"{_FOLDER}/datasources/obs.yaml", text=to_yaml(datasources(plan.platform.stack), header=header)
    )
    yield Artifact(path=f"{_FOLDER}/dashboards/obs.yaml", text=to_yaml(providers(), header=header))
    readme = _README.format(
        generated=header, rows=_rows(plan), path=GRAFANA_DASHBOARDS, cluster=_CLUSTER[plan.platform.stack.mode]
    )
    yield Artifact(path="dashboards/README.md", text=readme)


def datasources(stack: Stack) -> Json:
    """Prometheus and Alertmanager of the stack. Alerts are the rule files' business, so Grafana manages none."""
    prometheus = {
        "name": "Prometheus",
        "uid": DATASOURCE_UID,
        "type": "prometheus",
        "access": "proxy",
        "isDefault": True,
        "url": _url("prometheus", 9090, stack),
        "editable": False,
        "jsonData": {
            "httpMethod": "POST",
            "manageAlerts": False,
            "prometheusType": "Prometheus",
            "timeInterval": stack.scrape_interval,
        },
    }
    alertmanager = {
        "name": "Alertmanager",
        "uid": ALERTMANAGER_UID,
        "type": "alertmanager",
        "access": "proxy",
        "url": _url("alertmanager", 9093, stack),
        "editable": False,
        "jsonData": {"handleGrafanaManagedAlerts": False, "implementation": "prometheus"},
    }
    return {"apiVersion": 1, "prune": True, "datasources": [prometheus, alertmanager]}


def _url(name: str, port: int, stack: Stack) -> str:
    """Our own service, or the one the operator keeps for its objects of that kind."""
    service = name if stack.mode == "standalone" else f"{name}-operated"
    return f"http://{service}.{stack.namespace}.svc:{port}"


def providers() -> Json:
    """One folder of files. A dashboard whose file goes, goes from Grafana as well: the shelf is the whole truth."""
    provider = {
        "name": GRAFANA_FOLDER,
        "orgId": 1,
        "type": "file",
        "folder": GRAFANA_FOLDER,
        "folderUid": GRAFANA_FOLDER,
        "allowUiUpdates": False,
        "disableDeletion": False,
        "updateIntervalSeconds": 30,
        "options": {"path": GRAFANA_DASHBOARDS, "foldersFromFilesStructure": False},
    }
    return {"apiVersion": 1, "providers": [provider]}


def _rows(plan: Plan) -> str:
    return "\n".join(f"| {d.title} | {_files(d.uid)} | {d.help} |" for d in plan.dashboards)


def _files(uid: str) -> str:
    names = (path.removeprefix("dashboards/") for path in (dashboard_path(uid), dashboard_v2_path(uid)))
    return ", ".join(f"[{name}]({name})" for name in names)
