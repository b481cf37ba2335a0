"""Runbook pages of mixins: what an upstream alert says of itself, where it brings no runbook of its own."""

from collections.abc import Iterator

from obs.conventions import GENERATED, runbook_path
from obs.model.artifact import Artifact
from obs.model.plan import Plan, Rule
from obs.render.expressions import laid_out


def render(plan: Plan) -> Iterator[Artifact]:
    """One page per mixin."""
    for name, groups in plan.extra_groups.items():
        alerts = [rule for group in groups for rule in group.rules if rule.alert]
        if alerts:
            yield Artifact(path=runbook_path(name), text=_page(plan, name, alerts))


def _page(plan: Plan, name: str, alerts: list[Rule]) -> str:
    head = f"# {name}\n\n<!-- {GENERATED.format(spec=plan.platform.spec_name)} -->\n\n"
    return head + "Alerts of an upstream mixin.\n\n" + "\n".join(_section(rule) for rule in alerts)


def _section(rule: Rule) -> str:
    texts = dict(rule.annotations)
    said = [texts[key] for key in ("summary", "description", "message") if key in texts]
    upstream = texts.get("runbook_url", "")
    link = f"[Upstream runbook]({upstream})\n\n" if upstream and not upstream.endswith(f"#{rule.alert.lower()}") else ""
    prose = "".join(f"{text.strip()}\n\n" for text in said)
    hold = f", for {rule.hold}" if rule.hold else ""
    severity = dict(rule.labels).get("severity", "no severity")
    return f"## {rule.alert}\n\n{prose}{link}Severity: {severity}{hold}.\n\n```promql\n{laid_out(rule.expr)}\n```\n"
