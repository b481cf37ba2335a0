"""`python -m obs_event_exporter --config FILE`: serve what the event bus does."""

import sys

from obs_event_exporter.config import TARGET, Data, broker
from obs_event_exporter.metrics import METRICS
from obs_event_exporter.target import BrokerTarget
from obs_exporter.program import Exporter, main

EXPORTER = Exporter(
    name="obs_event_exporter",
    prefix="event",
    rows=METRICS,
    schema=TARGET,
    targets=lambda told: tuple(map(_target, told["targets"])),
    on_metrics=True,
)


def _target(told: Data) -> BrokerTarget:
    return BrokerTarget(broker(told))


if __name__ == "__main__":
    sys.exit(main(EXPORTER))
