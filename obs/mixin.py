"""The one door to jsonnet: an upstream mixin in as rules and dashboards, our bundle out as a mixin."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from obs.conventions import number, runbook_url
from obs.model.finding import Finding
from obs.model.plan import Dashboard, Plan, Rule, RuleGroup
from obs.model.platform import AlertOverride, Mixin, Platform
from obs.printer import to_json

_PROGRAM = """
local mixin = (import %(file)s) + { _config+:: %(config)s };
local field(name, default) = if std.objectHasAll(mixin, name) then mixin[name] else default;
{
  groups: field('prometheusRules', {groups: []}).groups + field('prometheusAlerts', {groups: []}).groups,
  dashboards: field('grafanaDashboards', {}),
}
"""
_COMPARISON = re.compile(r"(==|!=|>=|<=|>|<)\s*(-?[0-9.]+(?:e[+-]?[0-9]+)?)\s*$")


class MixinError(ValueError):
    """A mixin that cannot be read, or an override that does not fit it: one finding per mistake."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__("\n".join(map(str, findings)))
        self.findings = findings


def add_mixins(plan: Plan, folder: Path) -> Plan:
    """The plan with the rule groups and dashboards of every mixin its spec names; paths are relative to `folder`."""
    findings: list[Finding] = []
    groups: dict[str, tuple[RuleGroup, ...]] = {}
    dashboards: list[Dashboard] = []
    for mixin in plan.platform.mixins:
        try:
            content = evaluate(mixin, folder)
        except RuntimeError as error:
            findings.append(_broken(mixin, str(error)))
            continue
        groups[mixin.name], wrong = _groups(mixin, content["groups"], plan.platform)
        findings += wrong
        dashboards += [_dashboard(mixin, name, raw) for name, raw in sorted(content["dashboards"].items())]
    if findings:
        raise MixinError(tuple(findings))
    return replace(plan, extra_groups=groups, dashboards=(*plan.dashboards, *dashboards))


def evaluate(mixin: Mixin, folder: Path) -> dict[str, Any]:
    """The mixin's rule groups and dashboards as plain data; RuntimeError carries jsonnet's own message."""
    import _gojsonnet

    root = (folder / mixin.path).resolve()
    file = root / "mixin.libsonnet" if root.is_dir() else root
    program = _PROGRAM % {"file": json.dumps(file.name), "config": mixin.config or "{}"}
    searched = [file.parent, file.parent / "vendor", file.parent / "lib"]
    text = _gojsonnet.evaluate_snippet(f"{file.parent}/", program, import_callback=_importer(searched))
    content: dict[str, Any] = json.loads(text)
    return content


def _importer(searched: list[Path]) -> Any:
    def load(base: str, name: str) -> tuple[str, bytes]:
        for candidate in (Path(base) / name, *(folder / name for folder in searched)):
            if candidate.is_file():
                return str(candidate), candidate.read_bytes()
        raise RuntimeError(f"no file {name}; looked beside the importing file and in vendor/ and lib/ of the mixin")

    return load


def _broken(mixin: Mixin, message: str) -> Finding:
    first = next((line.strip() for line in message.splitlines() if line.strip()), "no reason given")
    return Finding(
        place=str(mixin.place),
        rule="mixin",
        what=f'mixin "{mixin.name}" at {mixin.path} cannot be evaluated: {first}',
        fix="point path at a mixin.libsonnet (or its folder) and run jsonnet on it by hand to see more",
    )


def _groups(mixin: Mixin, raw: list[dict[str, Any]], platform: Platform) -> tuple[tuple[RuleGroup, ...], list[Finding]]:
    findings: list[Finding] = []
    names = {rule["alert"] for group in raw for rule in group["rules"] if "alert" in rule}
    for name, override in sorted(mixin.overrides.items()):
        if name not in names:
            what = f'mixin "{mixin.name}" has no alert "{name}"'
            fix = "write one of: " + ", ".join(sorted(names))
            findings.append(Finding(place=str(override.place), rule="mixin", what=what, fix=fix))
    groups = []
    for group in raw:
        rules = [_rule(mixin, rule, platform, findings) for rule in group["rules"]]
        kept = tuple(rule for rule in rules if rule is not None)
        if kept:
            groups.append(RuleGroup(name=group["name"], rules=kept, interval=group.get("interval", "")))
    return tuple(groups), findings


def _rule(mixin: Mixin, raw: Mapping[str, Any], platform: Platform, findings: list[Finding]) -> Rule | None:
    labels = dict(raw.get("labels", {}))
    if "record" in raw:
        return Rule(record=raw["record"], expr=str(raw["expr"]).strip(), labels=tuple(sorted(labels.items())))
    override = mixin.overrides.get(raw["alert"], AlertOverride())
    if override.off:
        return None
    labels |= {"component": mixin.name, **({"severity": override.severity} if override.severity else {})}
    annotations = dict(raw.get("annotations", {}))
    annotations.setdefault("runbook_url", runbook_url(platform.links.runbooks, mixin.name, raw["alert"]))
    expr, wrong = _with_threshold(str(raw["expr"]).strip(), override, raw["alert"])
    findings += wrong
    return Rule(
        alert=raw["alert"],
        expr=expr,
        hold=override.hold or raw.get("for", ""),
        labels=tuple(sorted(labels.items())),
        annotations=tuple(annotations.items()),
    )


def _with_threshold(expr: str, override: AlertOverride, alert: str) -> tuple[str, list[Finding]]:
    if override.threshold is None:
        return expr, []
    if not _COMPARISON.search(expr):
        what = f'the expression of "{alert}" does not end in a comparison with a number, so its threshold cannot be set'
        fix = "override hold or severity, or set the mixin's own config"
        return expr, [Finding(place=str(override.place), rule="mixin", what=what, fix=fix)]
    return _COMPARISON.sub(lambda m: f"{m.group(1)} {number(override.threshold or 0.0)}", expr), []


def _dashboard(mixin: Mixin, name: str, raw: Mapping[str, Any]) -> Dashboard:
    stem = re.sub(r"[^a-z0-9]+", "-", Path(name).stem.lower()).strip("-")
    return Dashboard(
        uid=f"obs-{mixin.name}-{stem}"[:40],
        title=str(raw.get("title", stem)),
        help=str(raw.get("description", f"Dashboard of the mixin {mixin.name}.")),
        tags=("obs", mixin.name),
        rows=(),
        variables=(),
        component=mixin.name,
        raw=json.dumps(raw, sort_keys=True),
    )


def to_mixin(groups: tuple[RuleGroup, ...], dashboards: Mapping[str, str]) -> str:
    """Our rules and classic dashboards (file name -> JSON text) as the text of a mixin.libsonnet."""
    alerts = [g for g in (_printed(g, alerting=True) for g in groups) if g["rules"]]
    rules = [g for g in (_printed(g, alerting=False) for g in groups) if g["rules"]]
    boards = {name: json.loads(text) for name, text in sorted(dashboards.items())}
    fields = {"prometheusAlerts": {"groups": alerts}, "prometheusRules": {"groups": rules}, "grafanaDashboards": boards}
    body = "".join(f"  {name}+:: {_indented(value)},\n" for name, value in fields.items())
    return "{\n  _config+:: {},\n" + body + "}\n"


def _printed(group: RuleGroup, *, alerting: bool) -> dict[str, Any]:
    rules = [_as_data(rule) for rule in group.rules if bool(rule.alert) == alerting]
    return {"name": group.name, **({"interval": group.interval} if group.interval else {}), "rules": rules}


def _as_data(rule: Rule) -> dict[str, Any]:
    data: dict[str, Any] = {"alert": rule.alert} if rule.alert else {"record": rule.record}
    data["expr"] = rule.expr
    optional = {"for": rule.hold, "labels": dict(rule.labels), "annotations": dict(rule.annotations)}
    return data | {key: value for key, value in optional.items() if value}


def _indented(value: object) -> str:
    return to_json(value).rstrip("\n").replace("\n", "\n  ")
