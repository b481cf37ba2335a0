"""The gateway's own configuration, as far as it is watched: one folder per gateway, to be merged into what it runs."""

from collections.abc import Iterator

from obs.conventions import GENERATED
from obs.model.artifact import Artifact
from obs.model.plan import Job, Plan
from obs.printer import to_yaml
from obs.render import addresses
from obs.render.envoy_bootstrap import ADMIN_PORT, METRICS_PORT, Authz, bootstrap
from obs.render.envoy_manager import connection_manager

FOLDER = "exporters/deploy/config/envoy"

_README = """# Gateway {name}

{generated}

Two files to bring into the gateway's own configuration; neither knows your routes.

| file | what to do with it |
|---|---|
| `bootstrap.yaml` | merge it: `envoy -c yours.yaml --config-yaml "$(cat bootstrap.yaml)"`, or copy its parts |
| `connection_manager.yaml` | set these fields in the public HttpConnectionManager{filter} |

- The admin listener moves to 127.0.0.1:{admin}: it can stop the gateway and shows its configuration. Port {port} serves
  `GET {path}` and nothing else.
- The access log is JSON on standard output, without query strings, cookies, credentials or bodies.
{authz}"""

_AUTHZ = """- AuthZ has a cluster of its own (`{cluster}`), so that its latency is not mixed with calls to Barong's API,
  and its timeout ({timeout_ms:g} ms) is the last edge of its histogram.
- When AuthZ fails, clients get 503 instead of Envoy's 403. Set `options: {{authz_error_weight: 0}}` on the gateway's
  service in the spec once this runs: failed calls are then counted among the 5xx and need not be added to them.
- Bodies are not sent to Barong: it decides by path, method and headers.
"""


def render(plan: Plan) -> Iterator[Artifact]:
    """bootstrap.yaml, connection_manager.yaml and README.md for each gateway whose access log the catalogue knows."""
    for part in plan.parts:
        for job in part.jobs if part.component.access_log else ():
            folder = f"{FOLDER}/{job.service.name}"
            authz = _authz(plan, str(part.options["authz_cluster"]))
            port, path = _metrics(job)
            made = bootstrap(authz, metrics_port=port, metrics_path=path)
            manager = connection_manager(
                stat_prefix=str(part.options["stat_prefix"]), authz=authz, access_log=part.component.access_log
            )
            header = GENERATED.format(spec=plan.platform.spec_name)
            yield Artifact(path=f"{folder}/bootstrap.yaml", text=to_yaml(made, header=header))
            yield Artifact(path=f"{folder}/connection_manager.yaml", text=to_yaml(manager, header=header))
            yield Artifact(path=f"{folder}/README.md", text=_readme(plan, job, authz))


def _metrics(job: Job) -> tuple[int, str]:
    """Port and path of the statistics, as Prometheus asks for them."""
    port = job.port if job.port.isdigit() else METRICS_PORT
    return int(port), job.path.partition("?")[0]


def _authz(plan: Plan, cluster: str) -> Authz | None:
    """The platform's authorization service; None where it has none."""
    for part in plan.parts:
        if part.component.name == "barong_authz" and part.services:
            service, options = part.services[0], part.options
            return Authz(
                cluster=cluster,
                host=addresses.address(service),
                port=int(addresses.port(service)),
                timeout_ms=float(str(options["timeout_ms"])),
                limit_ms=float(str(options["latency_limit_ms"])),
            )
    return None


def _readme(plan: Plan, job: Job, authz: Authz | None) -> str:
    port, path = _metrics(job)
    return _README.format(
        name=job.service.name,
        generated=GENERATED.format(spec=plan.platform.spec_name),
        filter="; the filter goes in front of the router, and replaces the ext_authz filter you have" if authz else "",
        admin=ADMIN_PORT,
        port=port,
        path=path,
        authz=_AUTHZ.format(cluster=authz.cluster, timeout_ms=authz.timeout_ms) if authz else "",
    )
