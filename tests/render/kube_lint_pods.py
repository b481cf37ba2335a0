"""Linter rules over pods and containers."""

from tests.render.kube_lint import (
    Rule,
    first_container,
    first_pod,
    host_mounts,
    in_container,
    in_pod,
    probe_ports,
    root,
    secret_in_environment,
    security,
    unsized,
    with_account,
)
from tests.render.kube_objects import Object, container, template, workloads


def _writes_host(workload: Object) -> bool:
    hosts = {volume["name"] for volume in template(workload)["spec"]["volumes"] if "hostPath" in volume}
    return any(m["name"] in hosts and not m.get("readOnly") for m in container(workload)["volumeMounts"])


def _docker(workload: Object) -> bool:
    volumes = template(workload)["spec"]["volumes"]
    return any(str(volume.get("hostPath", {}).get("path")).endswith("docker.sock") for volume in volumes)


RULES = (
    Rule(
        names=("latest-tag", "tagNotSpecified"),
        offenders=in_container(lambda c: c["image"].rpartition(":")[2] in ("", "latest") or ":" not in c["image"]),
        spoil=first_container(lambda c: c.update(image="registry.example/grafana:latest")),
    ),
    Rule(
        names=("pullPolicyNotAlways",),
        offenders=in_container(lambda c: c.get("imagePullPolicy") != "Always"),
        spoil=first_container(lambda c: c.pop("imagePullPolicy")),
    ),
    Rule(
        names=("privileged-container", "runAsPrivileged", "C-0057"),
        offenders=in_container(lambda c: c["securityContext"].get("privileged")),
        spoil=first_container(lambda c: c["securityContext"].update(privileged=True)),
    ),
    Rule(
        names=("privilege-escalation-container", "privilegeEscalationAllowed", "C-0016"),
        offenders=in_container(security("allowPrivilegeEscalation", False)),
        spoil=first_container(lambda c: c["securityContext"].pop("allowPrivilegeEscalation")),
    ),
    Rule(
        names=("no-read-only-root-fs", "notReadOnlyRootFilesystem", "C-0017"),
        offenders=in_container(security("readOnlyRootFilesystem", True)),
        spoil=first_container(lambda c: c["securityContext"].update(readOnlyRootFilesystem=False)),
    ),
    Rule(
        names=("run-as-non-root", "runAsRootAllowed", "C-0013"),
        offenders=in_pod(root),
        spoil=first_pod(lambda s: s["securityContext"].update(runAsUser=0)),
    ),
    Rule(
        names=("drop-net-raw-capability", "dangerousCapabilities", "insecureCapabilities", "C-0046"),
        offenders=in_container(security("capabilities", {"drop": ["ALL"]})),
        spoil=first_container(lambda c: c["securityContext"].update(capabilities={"add": ["NET_ADMIN"]})),
    ),
    Rule(
        names=("linuxHardening", "C-0055"),
        offenders=in_pod(lambda s: s["securityContext"].get("seccompProfile") != {"type": "RuntimeDefault"}),
        spoil=first_pod(lambda s: s["securityContext"].pop("seccompProfile")),
    ),
    Rule(
        names=("host-network", "hostNetworkSet"),
        offenders=in_pod(lambda s: s.get("hostNetwork")),
        spoil=first_pod(lambda s: s.update(hostNetwork=True)),
    ),
    Rule(
        names=("host-pid", "host-ipc", "hostPIDSet", "hostIPCSet", "C-0038"),
        offenders=in_pod(lambda s: s.get("hostPID") or s.get("hostIPC")),
        spoil=first_pod(lambda s: s.update(hostPID=True)),
    ),
    Rule(
        names=("hostPortSet", "C-0044"),
        offenders=in_container(lambda c: any("hostPort" in port for port in c["ports"])),
        spoil=first_container(lambda c: c["ports"][0].update(hostPort=80)),
    ),
    Rule(
        names=("sensitive-host-mounts", "hostPathSet"),
        offenders=in_pod(host_mounts),
        spoil=first_pod(lambda s: s["volumes"].append({"name": "etc", "hostPath": {"path": "/etc"}})),
    ),
    Rule(
        names=("writable-host-mount",),
        offenders=lambda found: [w for w in workloads(found) if _writes_host(w)],
        spoil=first_pod(
            lambda s: (
                s["volumes"].append({"name": "d", "hostPath": {"path": "/var/data"}}),
                s["containers"][0]["volumeMounts"].append({"name": "d", "mountPath": "/d"}),
            )
        ),
    ),
    Rule(
        names=("docker-sock",),
        offenders=lambda found: [w for w in workloads(found) if _docker(w)],
        spoil=first_pod(
            lambda s: (
                s["volumes"].append({"name": "d", "hostPath": {"path": "/var/run/docker.sock"}}),
                s["containers"][0]["volumeMounts"].append({"name": "d", "mountPath": "/d"}),
            )
        ),
    ),
    Rule(
        names=("env-var-secret", "read-secret-from-env-var", "sensitiveContainerEnvVar", "C-0012"),
        offenders=in_container(secret_in_environment),
        spoil=first_container(lambda c: c.update(env=[{"name": "ADMIN_PASSWORD", "value": "x"}])),
    ),
    Rule(
        names=("duplicate-env-var",),
        offenders=in_container(lambda c: len({e["name"] for e in c.get("env", [])}) < len(c.get("env", []))),
        spoil=first_container(lambda c: c.update(env=[{"name": "A"}, {"name": "A"}])),
    ),
    Rule(
        names=("unset-cpu-requirements", "cpuRequestsMissing", "cpuLimitsMissing", "C-0270"),
        offenders=in_container(unsized("cpu")),
        spoil=first_container(lambda c: c["resources"]["limits"].pop("cpu")),
    ),
    Rule(
        names=("unset-memory-requirements", "memoryRequestsMissing", "memoryLimitsMissing", "C-0271"),
        offenders=in_container(unsized("memory")),
        spoil=first_container(lambda c: c["resources"].pop("requests")),
    ),
    Rule(
        names=(
            "liveness-port",
            "readiness-port",
            "startup-port",
            "no-liveness-probe",
            "no-readiness-probe",
            "livenessProbeMissing",
            "readinessProbeMissing",
        ),
        offenders=in_container(probe_ports),
        spoil=first_container(lambda c: c["readinessProbe"]["httpGet"].update(port="nowhere")),
    ),
    Rule(
        names=("ssh-port", "privileged-ports"),
        offenders=in_container(lambda c: any(port["containerPort"] < 1024 for port in c["ports"])),
        spoil=first_container(lambda c: c["ports"][0].update(containerPort=22)),
    ),
    Rule(
        names=("unsafe-sysctls", "unsafe-proc-mount", "procMount", "hostProcess"),
        offenders=in_pod(lambda s: any(word in str(s) for word in ("sysctls", "procMount", "windowsOptions"))),
        spoil=first_pod(
            lambda s: s["securityContext"].update(sysctls=[{"name": "kernel.shm_rmid_forced", "value": "1"}])
        ),
    ),
    Rule(
        names=("automountServiceAccountToken", "C-0034"),
        offenders=in_pod(lambda s: s.get("automountServiceAccountToken") is not False),
        spoil=first_pod(lambda s: s.pop("automountServiceAccountToken")),
    ),
    Rule(
        names=("default-service-account", "deprecated-service-account-field", "non-existent-service-account"),
        offenders=lambda found: [w for w in workloads(found) if not with_account(found, w)],
        spoil=first_pod(lambda s: s.update(serviceAccountName="default")),
    ),
    Rule(
        names=("priority-class-name", "priorityClassNotSet"),
        offenders=in_pod(lambda s: not s.get("priorityClassName")),
        spoil=first_pod(lambda s: s.pop("priorityClassName")),
    ),
    Rule(
        names=("no-node-affinity",),
        offenders=in_pod(lambda s: not s["affinity"].get("nodeAffinity")),
        spoil=first_pod(lambda s: s["affinity"].pop("nodeAffinity")),
    ),
    Rule(
        names=("dnsconfig-options",),
        offenders=in_pod(lambda s: "ndots" not in str(s.get("dnsConfig"))),
        spoil=first_pod(lambda s: s.pop("dnsConfig")),
    ),
    Rule(
        names=("restart-policy",),
        offenders=in_pod(lambda s: s.get("restartPolicy") != "Always"),
        spoil=first_pod(lambda s: s.pop("restartPolicy")),
    ),
)
