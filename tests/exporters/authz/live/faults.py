"""The faults, one after the other: what happens, and which alerts it is that must fire."""

import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.engines.servers.barong import SESSION, Conduct
from tests.exporters.authz.live.stage import Stage
from tests.exporters.authz.live.traffic import websockets
from tests.exporters.live.play import Fault, often

ROBOT = {"X-Auth-Apikey": "abc", "X-Auth-Nonce": "1", "X-Auth-Signature": "none"}


@contextmanager
def everything_is_gone(stage: Stage) -> Iterator[None]:
    """The pods of the gateway and the prober's are gone."""
    stage.gateways.stop()
    stage.stop_prober()
    yield
    stage.gateways.start()
    stage.start_prober()


@contextmanager
def statistics_left_out(stage: Stage) -> Iterator[None]:
    """The gateways restart with a stats matcher that leaves out what the alerts read; then they restart once more."""
    stage.gateways.stop()
    stage.gateways.start(silent=True)
    yield
    stage.gateways.stop()
    stage.gateways.start()


@contextmanager
def services_fail(stage: Stage) -> Iterator[None]:
    """Services are slow, full, unreachable and deserted; websockets break; robots come with keys of nobody.

    The second gateway, which fails open and sends one AuthZ call at a time, gets more calls than that. Barong's rules
    are turned round, its tokens are signed with another key and live a day, its clock is three seconds ahead.
    """
    for name, rate in (("tired", 3), ("crowded", 8), ("reports", 3), ("deserted", 3), ("lazy", 2)):
        stage.stream(name, f"{name}/public/x", rate=rate)
    stage.stream("robots", "peatio/account/balances", rate=100, headers=ROBOT)
    stage.stream("broken client", "peatio/account/balances", rate=10, headers={"X-Auth-Apikey": "abc"})
    stage.stream("second gateway", "peatio/account/balances", rate=20, gateway=1)
    stage.barong.conduct = Conduct(everybody=True, blocks_public=True, forged=True, lifetime=86_400, skew=3.0)
    with _storm(stage):
        yield
    stage.calm()


@contextmanager
def _storm(stage: Stage) -> Iterator[None]:
    """A hundred and ten websockets break and come back every two seconds."""

    def gust() -> None:
        sockets = websockets(stage.gateways.ports[0][0], SESSION, 110)
        time.sleep(2.5)
        for each in sockets:
            each.close()

    with often(gust):
        yield


def barong_does(conduct: Conduct) -> Callable[[Stage], AbstractContextManager[None]]:
    """Barong misbehaves in this way."""

    @contextmanager
    def lasts(stage: Stage) -> Iterator[None]:
        stage.barong.conduct = conduct
        yield
        stage.calm()

    return lasts


@contextmanager
def nobody_can_be_asked(stage: Stage) -> Iterator[None]:
    """Barong's port is closed, every gateway is told to fail its health check; of the prober somebody deletes the login
    and spoils the configuration.
    """
    secret, config = stage.secrets / "api-key-id", stage.secrets / "config.yaml"
    kept, before = secret.read_text(encoding="utf-8"), config.read_text(encoding="utf-8")
    secret.unlink()
    config.write_text("listen\n", encoding="utf-8")
    stage.barong.stop()
    for _, _, admin in stage.gateways.ports:
        _post(admin, "/healthcheck/fail")
    yield
    for _, _, admin in stage.gateways.ports:
        _post(admin, "/healthcheck/ok")
    stage.barong.start()
    secret.write_text(kept, encoding="utf-8")
    config.write_text(before, encoding="utf-8")


def _post(port: int, path: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(urllib.request.Request(f"http://127.0.0.1:{port}{path}", method="POST"), timeout=5) as answer:
        answer.read()


FAULTS: tuple[Fault[Stage], ...] = (
    Fault(
        title="gateways and prober are gone",
        lasts=everything_is_gone,
        fires=("EnvoyTargetMissing", "BarongAuthzTargetMissing"),
    ),
    Fault(
        title="statistics are left out, and the gateways restart again and again",
        lasts=statistics_left_out,
        fires=("EnvoyMetricsMissing", "BarongAuthzMetricsMissing", "EnvoyRestarting"),
    ),
    Fault(
        title="services, people's clients and Barong's rules, key and clock go wrong",
        lasts=services_fail,
        fires=(
            "EnvoyRouteErrors",
            "EnvoyRouteTimeouts",
            "EnvoyConnectFailures",
            "EnvoyNoHealthyHost",
            "EnvoyRequestsShed",
            "EnvoyEdgeSlow",
            "EnvoyWebsocketStorm",
            "BarongAuthzCallsShed",
            "BarongAuthzFailOpen",
            "BarongAuthzDeniedSurge",
            "BarongAuthzMalformedCalls",
            "BarongAuthzAnonymousAllowed",
            "BarongAuthzUnexpectedAnswer",
            "BarongAuthzTokenInvalid",
            "BarongAuthzTokenLifetime",
            "BarongAuthzClockSkew",
        ),
    ),
    Fault(
        title="maintenance",
        lasts=barong_does(Conduct(code="restrict.maintenance")),
        fires=("BarongAuthzMaintenanceOn", "BarongAuthzMaintenanceWave"),
    ),
    Fault(
        title="Barong answers 500",
        lasts=barong_does(Conduct(status=500)),
        fires=(
            "BarongAuthzProbeFailing",
            "BarongAuthzKeyProbeFailing",
            "BarongAuthzProbeStale",
            "BarongAuthzErrors",
            "BarongAuthzErrorBudgetBurn 1h",
            "EnvoyEdgeErrors",
            "EnvoyAvailabilityBudgetBurn 1h",
        ),
    ),
    Fault(
        title="Barong takes longer than the gateway waits",
        lasts=barong_does(Conduct(delay=1.2)),
        fires=("BarongAuthzTimeouts", "BarongAuthzSlow", "BarongAuthzLatencyBudgetBurn 1h"),
    ),
    Fault(
        title="Barong's port is closed, every gateway is drained, a login is deleted, a configuration spoilt",
        lasts=nobody_can_be_asked,
        fires=(
            "BarongAuthzConnectFailures",
            "EnvoyNoInstanceLive",
            "BarongAuthzProberBroken",
            "BarongAuthzProberReloadFailed",
            "BarongAuthzCollectorFailing",
        ),
    ),
)
