"""docs/checks.md from the checks themselves."""

import inspect

from obs.check import CHECKS

_TOPICS = {
    "obs.check.queries": "Queries",
    "obs.check.alerts": "Alerts and rules",
    "obs.check.dashboards": "Dashboards",
    "obs.check.searches": "Searches",
    "obs.check.saved_objects": "Kibana's saved objects",
    "obs.check.saved_panels": "Kibana's dashboards",
    "obs.check.log_links": "Between numbers and lines",
    "obs.check.store": "Elasticsearch",
    "obs.check.files": "Files",
    "obs.check.settings": "Settings",
}
_HEAD = """# Checks

`obs build` and `obs check` run every one of these on every build; a finding stops the build before anything is written.
Each says where, what is wrong and what to do. None can be switched off. Queries of an upstream mixin pass all checks
that do not need its metrics to be declared here.
"""


def document() -> str:
    """The page: one table per topic, the promise of each check from its docstring."""
    parts = [_HEAD]
    for module, title in _TOPICS.items():
        rows = [(name, inspect.getdoc(check) or "") for name, check in CHECKS.items() if check.__module__ == module]
        parts.append(f"## {title}\n\n| check | promise |\n|---|---|\n" + "".join(f"| `{n}` | {p} |\n" for n, p in rows))
    return "\n".join(parts)
