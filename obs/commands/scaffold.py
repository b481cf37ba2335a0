"""The files a new component folder starts with: they import, say nothing yet, and the tests name what is missing."""

from obs.resolve.names import prefix

_INIT = '''"""{title}: say in one line what it does for the platform."""

from obs.catalog.{name}.alerts import ALERTS
from obs.catalog.{name}.metrics import SOURCE
from obs.catalog.{name}.signals import HEADLINE, ROWS, SIGNALS
from obs.model.component import Component

COMPONENT = Component(
    name="{name}",
    title="{title}",
    summary="",
    sources=(SOURCE,),
    signals=SIGNALS,
    alerts=ALERTS,
    rows=ROWS,
    headline=HEADLINE,
)
'''

_METRICS = '''"""Metrics {title} exposes; say where the names were read."""

from obs.model.metric import Metric, Source

METRICS: tuple[Metric, ...] = ()

SOURCE = Source(name="{dashed}", metrics=METRICS)
'''

_SIGNALS = '''"""What is worth knowing of {title}, in triage order."""

from obs.model.signal import Headline, Row, Signal

SIGNALS: tuple[Signal, ...] = ()

ROWS: tuple[Row, ...] = ()

HEADLINE = Headline(signal="")
'''

_ALERTS = '''"""What pages and what makes a ticket at {title}; names start with {prefix}."""

from obs.model.alert import Alert

ALERTS: tuple[Alert, ...] = ()
'''

_FAULTS = """# What the metrics of {title} do when all is well, and under each fault; the language: docs/faults.md.
targets:
  {dashed}: {{instances: 2}}
baseline: {{}}
faults: {{}}
boundaries: {{}}
"""


def scaffold(name: str) -> dict[str, str]:
    """File name -> text of a new component folder."""
    words = {
        "name": name,
        "title": name.replace("_", " ").capitalize(),
        "dashed": name.replace("_", "-"),
        "prefix": prefix(name),
    }
    return {
        "__init__.py": _INIT.format(**words),
        "metrics.py": _METRICS.format(**words),
        "signals.py": _SIGNALS.format(**words),
        "alerts.py": _ALERTS.format(**words),
        "runbook.md": f"# {words['title']}\n",
        "faults.yaml": _FAULTS.format(**words),
        "samples/.gitkeep": "",
    }
