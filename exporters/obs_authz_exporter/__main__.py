"""`python -m obs_authz_exporter --config FILE`: probe AuthZ and serve what the probes tell."""

import sys

from obs_authz_exporter.config import TARGET, Data, settings
from obs_authz_exporter.metrics import METRICS
from obs_authz_exporter.target import AuthzTarget
from obs_exporter.program import Exporter, main

EXPORTER = Exporter(
    name="obs_authz_exporter",
    prefix="authz",
    rows=METRICS,
    schema=TARGET,
    targets=lambda told: tuple(map(_target, told["targets"])),
    on_metrics=True,
)


def _target(told: Data) -> AuthzTarget:
    return AuthzTarget(settings(told))


if __name__ == "__main__":
    sys.exit(main(EXPORTER))
